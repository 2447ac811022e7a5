"""How big the ground in two papers is: area in both readings of a straight line, width, length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.crs import STORAGE_SRID, transform_geometries, zone_srid
from grid_boundaries.geo.local_plane import metres_per_degree_array
from layers.parcels.overlaps import measure_pieces

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
_WIDTH_PRECISION: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """p pairs of outlines, all arrays (p,).

    ``area_m2`` reads borders as straight in EPSG:4490 (local plane), ``zone_area_m2`` as straight
    in the 3° zone of the pair.  ``width_m`` is the widest place (largest circle inside, to 2 %),
    ``length_m`` the length of a strip of that outline (half the perimeter less the width);
    both of the reading with the larger area.  ``lng, lat`` lies in the strip.  ``left_share`` and
    ``right_share`` are the parts of either outline that are covered.
    """

    area_m2: Floats
    zone_area_m2: Floats
    width_m: Floats
    length_m: Floats
    lng: Floats
    lat: Floats
    left_share: Floats
    right_share: Floats


def measure_strips(left: Objects, right: Objects, shared: Objects | None = None) -> Strips:
    """Measure pairs of outlines (EPSG:4490); ``shared`` are their intersections where known."""
    left, right = _merge_parts(left), _merge_parts(right)
    shared = shapely.intersection(left, right) if shared is None else shared
    area = measure_pieces(shared)
    zone_shared, zone_area = _intersect_in_zone(left, right)
    in_zone = zone_area > area
    planar = _to_plane(shared)
    planar[in_zone] = zone_shared[in_zone]
    size = np.where(in_zone, zone_area, area)
    width, length = _measure_width(planar, size)
    point = shapely.point_on_surface(
        np.where(shapely.area(shared) > 0, shared, _between(shared, left))
    )
    return Strips(
        area, zone_area, width, length, shapely.get_x(point), shapely.get_y(point),
        size / measure_pieces(left), size / measure_pieces(right),
    )  # fmt: skip


def _merge_parts(geoms: Objects) -> Objects:
    """Outlines whose parts lie over each other as the ground they cover; the others unchanged.

    Parts that only touch by a rounding of the projection are mended the same way.
    """
    merged = geoms.copy()
    for k in np.flatnonzero(~shapely.is_valid(geoms)).tolist():
        merged[k] = shapely.union_all(shapely.make_valid(shapely.get_parts(geoms[k])))
    return merged


def _between(shared: Objects, left: Objects) -> Objects:
    """Where nothing is shared in 4490: the touching line, else the left outline."""
    return np.where(shapely.is_empty(shared), left, shared)


def _intersect_in_zone(left: Objects, right: Objects) -> tuple[Objects, Floats]:
    """Intersections in the zone of each pair's middle, and their plane areas in m²."""
    bounds = shapely.bounds(left).reshape(-1, 4)
    srid = np.array([zone_srid(lng) for lng in ((bounds[:, 0] + bounds[:, 2]) / 2).tolist()])
    shared = np.empty(len(left), dtype=object)
    for zone in np.unique(srid).tolist():
        rows = srid == zone
        shared[rows] = shapely.intersection(
            _merge_parts(transform_geometries(left[rows], STORAGE_SRID, zone)),
            _merge_parts(transform_geometries(right[rows], STORAGE_SRID, zone)),
        )
    return shared, np.asarray(shapely.area(shared), dtype=np.float64)


def _to_plane(geoms: Objects) -> Objects:
    """Each geometry in metres of its own local plane."""
    lat = np.nan_to_num(shapely.bounds(geoms).reshape(-1, 4)[:, [1, 3]].mean(axis=1))
    mx, my = metres_per_degree_array(lat)
    repeat = shapely.get_num_coordinates(geoms)
    scale = np.column_stack([np.repeat(mx, repeat), np.repeat(my, repeat)])
    moved: Any = shapely.transform(geoms, lambda xy: xy * scale)
    return np.asarray(moved, dtype=object)


def _measure_width(planar: Objects, area: Floats) -> tuple[Floats, Floats]:
    width, length = np.zeros(len(planar)), np.zeros(len(planar))
    perimeter = np.asarray(shapely.length(planar), dtype=np.float64)
    for k in np.flatnonzero((area > 0) & (shapely.area(planar) > 0)).tolist():
        precision = _WIDTH_PRECISION * area[k] / perimeter[k]
        width[k] = 2 * max(
            shapely.length(shapely.maximum_inscribed_circle(piece, precision))
            for piece in shapely.get_parts(planar[k])
            if piece.area > 0
        )
        length[k] = max(perimeter[k] / 2 - width[k], width[k])
    return width, length
