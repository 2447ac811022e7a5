"""Coordinate reference systems: one storage SRID, one Gauss-Krüger zone per feature.

Every pyproj Transformer of the product is made here, always in (lng, lat) order: EPSG:4490 is
(lat, lng) and EPSG:4546 (northing, easting) by definition, and both traps are closed once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput

STORAGE_SRID: Final = 4490
_FIRST_ZONE_MERIDIAN: Final = 75
_LAST_ZONE_MERIDIAN: Final = 135
_SRID_OF_FIRST_ZONE: Final = 4534  # CGCS2000 / 3-degree Gauss-Kruger CM 75E, no zone prefix


def zone_meridian(lng: float) -> int:
    """Central meridian of the 3° zone that holds ``lng``; a zone edge goes to the eastern zone.

    Outside China's zones (75°–135°) the nearest of them is given.
    """
    meridian = int(np.floor((lng + 1.5) / 3.0)) * 3
    return min(max(meridian, _FIRST_ZONE_MERIDIAN), _LAST_ZONE_MERIDIAN)


def zone_srid(lng: float) -> int:
    """SRID of the CGCS2000 3° Gauss-Krüger zone (eastings without prefix) that holds ``lng``."""
    return _SRID_OF_FIRST_ZONE + (zone_meridian(lng) - _FIRST_ZONE_MERIDIAN) // 3


@lru_cache(maxsize=512)
def get_crs(name: str | int) -> CRS:
    """The CRS of an EPSG number, ``EPSG:n`` or WKT; raises InvalidInput ``crs.unknown``."""
    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise InvalidInput("crs.unknown", crs=str(name)[:80]) from error


@lru_cache(maxsize=512)
def get_transformer(source: str | int, target: str | int) -> Transformer:
    """A cached Transformer in (lng, lat) or (easting, northing) order on both sides."""
    try:
        return Transformer.from_crs(get_crs(source), get_crs(target), always_xy=True)
    except ProjError as error:
        raise InvalidInput(
            "crs.no_transformation", source=str(source)[:80], target=str(target)[:80]
        ) from error


def transform_geometries(
    geoms: npt.NDArray[np.object_], source: str | int, target: str | int
) -> npt.NDArray[np.object_]:
    """Geometries with every vertex moved from ``source`` to ``target``; None stays None."""
    transformer = get_transformer(source, target)

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = transformer.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([x, y])

    return np.asarray(shapely.transform(geoms, move), dtype=object)


def transform_geometry(geom: BaseGeometry, source: str | int, target: str | int) -> BaseGeometry:
    """One geometry moved from ``source`` to ``target``."""
    moved: BaseGeometry = transform_geometries(np.array([geom], dtype=object), source, target)[0]
    return moved
