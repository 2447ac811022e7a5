"""Xi'an 80 and Beijing 54 to CGCS2000: by given parameters or a given grid file, never by nothing.

No transformation is published; PROJ would move by nothing and say accuracy -1 (domain.md §6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import get_crs, get_transformer
from grid_boundaries.geo.local_plane import FLATTENING, SEMI_MAJOR_AXIS_M

Floats = npt.NDArray[np.float64]

ACCURACY_UNSHIFTED_M: Final = 100.0
# what seven parameters of China can be; more is another unit or another order
_LARGEST: Final = (1000.0, 1000.0, 1000.0, 60.0, 60.0, 60.0, 100.0)
_DATUMS: Final = ("xian 1980", "beijing 1954", "new beijing")


def is_old_datum(crs: CRS) -> bool:
    """True for Xi'an 80, Beijing 54 and New Beijing, whatever spelling an Esri .prj uses."""
    base = crs.geodetic_crs
    if base is None:
        return False
    names = [base.name, base.datum.name if base.datum is not None else ""]
    plain = [name.replace("D_", "").replace("GCS_", "").replace("_", " ").lower() for name in names]
    return any(datum in name for name in plain for datum in _DATUMS)


def shift_old_datum(
    x: Floats,
    y: Floats,
    source: str,
    *,
    params7: Sequence[float] | None = None,
    grid_file: Path | None = None,
) -> tuple[Floats, Floats]:
    """(lng, lat) in CGCS2000 of coordinates of an old datum, geographic or projected.

    ``params7``: dx, dy, dz in m, rx, ry, rz in arc seconds, scale in ppm, position vector.  With
    neither, degrees are kept as they are: wrong by up to ``ACCURACY_UNSHIFTED_M`` and more.
    Raises InvalidInput ``crs.bad_parameters``.
    """
    crs = get_crs(source)
    base = crs.geodetic_crs
    assert base is not None
    lng, lat = get_transformer(source, base.to_wkt()).transform(x, y)
    if params7 is None and grid_file is None:
        return np.asarray(lng), np.asarray(lat)
    ellipsoid = base.ellipsoid
    assert ellipsoid is not None
    if grid_file is not None:
        pipeline = _by_grid(grid_file)
    else:
        assert params7 is not None
        axes = (float(ellipsoid.semi_major_metre), float(ellipsoid.inverse_flattening))
        pipeline = _by_parameters(_require_seven(params7), axes)
    moved_lng, moved_lat = pipeline.transform(lng, lat)
    if not np.all(np.isfinite(moved_lng) == np.isfinite(lng)):
        raise InvalidInput("crs.bad_parameters", reason="outside the grid file")
    return np.asarray(moved_lng), np.asarray(moved_lat)


def _require_seven(values: Sequence[float]) -> tuple[float, ...]:
    if len(values) != len(_LARGEST) or not all(math.isfinite(v) for v in values):
        raise InvalidInput("crs.bad_parameters", reason="seven finite numbers")
    if any(abs(v) > most for v, most in zip(values, _LARGEST, strict=True)):
        raise InvalidInput("crs.bad_parameters", reason="too large")
    return tuple(float(v) for v in values)


@lru_cache(maxsize=16)
def _by_parameters(values: tuple[float, ...], axes: tuple[float, float]) -> Transformer:
    dx, dy, dz, rx, ry, rz, scale = values
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart +a={axes[0]!r} +rf={axes[1]!r} "
        f"+step +proj=helmert +x={dx!r} +y={dy!r} +z={dz!r} +rx={rx!r} +ry={ry!r} +rz={rz!r} "
        f"+s={scale!r} +convention=position_vector "
        f"+step +inv +proj=cart +a={SEMI_MAJOR_AXIS_M!r} +rf={1 / FLATTENING!r} "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


def _by_grid(grid_file: Path) -> Transformer:
    if not grid_file.is_file() or any(c.isspace() or c in ",+=" for c in str(grid_file)):
        raise InvalidInput("crs.bad_parameters", reason="no such grid file")
    try:
        return Transformer.from_pipeline(
            "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
            f"+step +proj=hgridshift +grids={grid_file.resolve()} "
            "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
        )
    except ProjError as error:
        raise InvalidInput("crs.bad_parameters", reason="not a grid file") from error
