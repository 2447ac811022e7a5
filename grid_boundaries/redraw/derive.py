"""From a plan of atoms to the polygons of its grids."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree, metres_per_degree_array

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

_CONSERVED_M2: Final = 0.01


def derive_grids(atoms: Geometries, label: Sequence[int], groups: int) -> Geometries:
    """The polygon of each grid 0 … groups − 1: the union of its atoms, which share vertices."""
    own = np.asarray(label)
    return np.array(
        [shapely.coverage_union_all(atoms[own == group]) for group in range(groups)], dtype=object
    )


def keep_needed_vertices(grids: Geometries, parent: BaseGeometry) -> Geometries:
    """Grids without the vertices that only atoms needed along the border of the parent.

    A vertex that noding put on a straight edge of the parent goes, unless two grids meet there:
    then the parent and its neighbours need it too (contracts: coordinates).
    """
    outline = {tuple(xy) for xy in shapely.get_coordinates(parent).tolist()}
    met: dict[tuple[float, float], set[int]] = {}
    for row, grid in enumerate(grids):
        for xy in shapely.get_coordinates(grid).tolist():
            met.setdefault((xy[0], xy[1]), set()).add(row)
    edge = shapely.boundary(parent)
    shapely.prepare(edge)
    lone = [xy for xy, rows in met.items() if len(rows) == 1 and xy not in outline]
    if not lone:
        return grids
    points = np.array(lone)
    on_edge = shapely.dwithin(edge, shapely.points(points), 1e-9)
    spare = {tuple(xy) for xy in points[on_edge].tolist()}
    return np.array([_without(grid, spare) for grid in grids], dtype=object)


def _without(grid: BaseGeometry, spare: set[tuple[float, float]]) -> BaseGeometry:
    polygons = [
        shapely.Polygon(
            _thin(polygon.exterior, spare), [_thin(ring, spare) for ring in polygon.interiors]
        )
        for polygon in shapely.get_parts(grid)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _thin(ring: BaseGeometry, spare: set[tuple[float, float]]) -> list[tuple[float, float]]:
    corners = [tuple(xy) for xy in shapely.get_coordinates(ring)[:-1].tolist()]
    return [xy for xy in corners if xy not in spare]


def is_conserved(grids: Geometries, parent: BaseGeometry) -> bool:
    """Whether the grids have the area of the parent: to 0.01 m² or 1e-12 of it, whichever is
    larger (contracts: coordinates)."""
    _, south, _, north = parent.bounds
    mx, my = metres_per_degree((south + north) / 2)
    spare = max(_CONSERVED_M2 / (mx * my), 1e-12 * parent.area)
    return abs(float(shapely.area(grids).sum()) - parent.area) <= spare


def covers_once(grids: Geometries, parent: BaseGeometry) -> bool:
    """Whether the grids are a valid coverage with the area of the parent."""
    return bool(shapely.coverage_is_valid(grids)) and is_conserved(grids, parent)


def measure_compactness(grids: Geometries) -> Floats:
    """Polsby–Popper 4πA/P² of each grid, A and P in the plane of its middle latitude."""
    bounds = shapely.bounds(grids)
    mx, my = metres_per_degree_array((bounds[:, 1] + bounds[:, 3]) / 2)
    plane = [
        shapely.transform(grid, partial(np.multiply, np.array((x, y))))
        for grid, x, y in zip(grids, mx.tolist(), my.tolist(), strict=True)
    ]
    compactness: Floats = 4 * np.pi * shapely.area(plane) / shapely.length(plane) ** 2
    return compactness
