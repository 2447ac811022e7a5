"""Coordinates of a chosen key as EPSG:4490."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.china_offsets import bd09_to_wgs84, gcj02_to_wgs84
from grid_boundaries.geo.crs import STORAGE_SRID, get_crs, get_transformer
from grid_boundaries.geo.old_datums import is_old_datum, shift_old_datum
from layers.importers.coordinates.keys import (
    OWN_PREFIX,
    PREFIXES_3,
    SWAPPED,
    same_projection,
    srid_of_prefix,
)

Floats = npt.NDArray[np.float64]
_IDENTITY = "EPSG:4490"
_OFFSETS = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}


def transform(
    geometry: npt.NDArray[np.object_],
    key: str,
    *,
    params7: Sequence[float] | None = None,
    grid_file: Path | None = None,
    accept_100m: bool = False,
) -> npt.NDArray[np.object_]:
    """``geometry`` moved from ``key`` (that of a ``Candidate``) to EPSG:4490; None stays None.

    ``params7``: dx, dy, dz in m, rx, ry, rz in arc seconds, scale in ppm (position vector), for
    Xi'an 80 and Beijing 54; ``grid_file`` an NTv2 grid instead; ``accept_100m`` takes them without
    either, to ±100 m, not for boundary checks.  Z and M are dropped.  Raises InvalidInput
    ``crs.unknown_key``, ``crs.old_datum``, ``crs.bad_parameters``.
    """
    flat = shapely.force_2d(geometry)
    if same_projection(key) == _IDENTITY:
        return np.asarray(flat, dtype=object)

    def move(xy: Floats) -> Floats:
        lng, lat = transform_xy(
            xy[:, 0], xy[:, 1], key, params7=params7, grid_file=grid_file, accept_100m=accept_100m
        )
        return np.column_stack([lng, lat])

    return np.asarray(shapely.transform(flat, move), dtype=object)


def transform_xy(x: Floats, y: Floats, key: str, **old: Any) -> tuple[Floats, Floats]:
    """(lng, lat) in EPSG:4490 of coordinates as a file has them; ``old`` as in ``transform``."""
    base = key.removesuffix(SWAPPED)
    if key.endswith(SWAPPED):
        x, y = y, x
    base, _, plane = base.partition("@")
    if plane:
        x, y = get_transformer(f"EPSG:{plane}", "EPSG:4326").transform(x, y)
    if base in _OFFSETS:
        return _OFFSETS[base](np.asarray(x), np.asarray(y))
    if same_projection(base) == _IDENTITY:
        return x, y
    if base == OWN_PREFIX:
        return _by_own_prefix(np.asarray(x), np.asarray(y))
    try:
        crs = get_crs(base)
    except InvalidInput as error:
        raise InvalidInput("crs.unknown_key", key=base[:40]) from error
    if is_old_datum(crs):
        params7, grid_file = old.get("params7"), old.get("grid_file")
        if params7 is None and grid_file is None and not old.get("accept_100m", False):
            raise InvalidInput("crs.old_datum", name=crs.name)
        return shift_old_datum(x, y, base, params7=params7, grid_file=grid_file)
    lng, lat = get_transformer(base, STORAGE_SRID).transform(x, y)
    return np.asarray(lng), np.asarray(lat)


def _by_own_prefix(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Each vertex from the zone that its easting names; infinite where it names none."""
    lng, lat = np.full(len(x), np.inf), np.full(len(x), np.inf)
    prefixes = np.floor(np.nan_to_num(x) / 1e6).astype(np.int64)
    for prefix in np.unique(prefixes).tolist():
        if prefix in PREFIXES_3:
            mine = prefixes == prefix
            mover = get_transformer(srid_of_prefix(prefix), STORAGE_SRID)
            lng[mine], lat[mine] = mover.transform(x[mine], y[mine])
    return lng, lat
