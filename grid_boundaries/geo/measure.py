"""Areas that people read: on the ellipsoid, and in the plane of the proper 3° zone (亩 too)."""

from __future__ import annotations

from typing import Final

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.crs import STORAGE_SRID, transform_geometry, zone_srid
from grid_boundaries.geo.local_plane import FLATTENING, SEMI_MAJOR_AXIS_M

MU_PER_M2: Final = 0.0015
_SLIVER_DEG: Final = 1e-9
"""A tenth of a millimetre: noding moves a border by less, a person by more."""
_GEOD: Final = Geod(a=SEMI_MAJOR_AXIS_M, f=FLATTENING)


def area_ellipsoidal_m2(geom: BaseGeometry) -> float:
    """Area in m² on the CGCS2000 ellipsoid of a polygon or multipolygon in EPSG:4490.

    Edges are geodesics (Karney 2013, doi:10.1007/s00190-012-0578-z).  Ring direction does not
    matter; holes are taken off.  An empty geometry has area 0.
    """
    polygons = [part for part in shapely.get_parts(geom) if part.geom_type == "Polygon"]
    total = 0.0
    for polygon in polygons:
        area, _ = _GEOD.geometry_area_perimeter(shapely.normalize(polygon))
        total += abs(area)
    return total


def area_beyond_m2(geom: BaseGeometry, other: BaseGeometry) -> float:
    """Ellipsoidal area in m² of what polygons in EPSG:4490 cover and another does not.

    Where one border only has more vertices than the other there is no ground between them: pieces
    narrower than a tenth of a millimetre are left out.  Their geodesic edges, which bulge from the
    straight ones, would enclose square metres.
    """
    rest = shapely.get_parts(shapely.difference(geom, other))
    wide = rest[shapely.area(rest) > _SLIVER_DEG * shapely.length(rest) / 2]
    return sum(area_ellipsoidal_m2(piece) for piece in wide)


def area_plane_m2(geom: BaseGeometry) -> float:
    """Plane area in m² in the CGCS2000 3° Gauss-Krüger zone of the geometry's own place.

    The zone is that of the middle of the bounding box, which is what certificates used; only the
    vertices are projected.  ``geom`` is in EPSG:4490; an empty geometry has area 0.
    """
    if geom.is_empty:
        return 0.0
    west, _, east, _ = geom.bounds
    projected = transform_geometry(geom, STORAGE_SRID, zone_srid((west + east) / 2))
    return float(projected.area)


def length_ellipsoidal_m(line: BaseGeometry) -> float:
    """Length in metres on the CGCS2000 ellipsoid of a line in EPSG:4490, edge by edge (Karney)."""
    return float(_GEOD.geometry_length(line))


def length_plane_m(line: BaseGeometry) -> float:
    """Plane length in metres in the 3° Gauss-Krüger zone of the middle of the line's box."""
    west, _, east, _ = line.bounds
    projected = transform_geometry(line, STORAGE_SRID, zone_srid((west + east) / 2))
    return float(projected.length)


def mu(area_m2: float) -> float:
    """Area in 亩: m² × 0.0015, not rounded (2 decimals are for display)."""
    return area_m2 * MU_PER_M2
