"""Rings that somebody traced over a scan as cells that share their borders: snapped and noded here.

What a browser sends is never stored as it is: corners within a tolerance of a border that is there
are put on it, all lines are noded together, and every face of the ground goes to one cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree

Shapes = npt.NDArray[np.object_]
_EXACT_M: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Traced:
    """Cells in the order of the rings, None where nothing is left of one.

    ``moved_m`` is how far each ring's corners were moved at most; ``overlap_m2`` is ground that two
    rings claim and that is wider than the tolerance: both keep it, so that the checks name it.
    """

    cells: Shapes
    moved_m: npt.NDArray[np.float64]
    overlap_m2: float


def node_traced(
    rings: Sequence[npt.NDArray[np.float64]],
    *,
    around: Shapes,
    parent: Any | None,
    tolerance_m: float,
) -> Traced:
    """Cells in EPSG:4490 from traced rings (n×2, lng and lat, closed or not).

    ``around`` are cells of the same level that stay as they are, ``parent`` the ground that the
    cells must lie in (None at the top).  Corners are snapped in the local affine plane of the 4490
    degrees: to a corner of ``around`` or ``parent`` within ``tolerance_m``, else to their nearest
    border, else to what was traced before.  Slivers narrower than the tolerance go to the cell with
    which they share most border; what is claimed twice and wider stays with both.  What lies
    outside of ``parent`` or inside ``around`` by less than the tolerance is cut off.
    """
    plane = _Plane(rings)
    fixed = plane.to_metres(np.append(around, [parent] if parent is not None else []))
    placed, moved = _snap([plane.metres(r) for r in rings], fixed, tolerance_m)
    shapes = shapely.make_valid(placed, method="structure", keep_collapsed=False)
    faces = _faces(shapes, fixed)
    inside = np.asarray(faces, dtype=object)
    middles = shapely.point_on_surface(inside)
    claimed = np.array([shapely.covers(shape, middles) for shape in shapes]).reshape(
        len(shapes), len(inside)
    )
    narrow = _is_narrow(inside, tolerance_m)
    taken = _covered(plane.to_metres(around), middles)
    allowed = ~taken
    if parent is not None:
        allowed &= shapely.covers(plane.to_metres(np.array([parent], dtype=object))[0], middles)
    # a sliver beside the rings that belongs to nobody and may belong to a cell
    open_slivers = narrow & allowed & (claimed.sum(axis=0) != 1)
    cut_off = ~allowed & narrow
    owner = [set(np.flatnonzero(claimed[:, at]).tolist()) for at in range(len(inside))]
    for at in np.flatnonzero(cut_off).tolist():
        owner[at] = set()
    for at in np.flatnonzero(open_slivers).tolist():
        owner[at] = _best_neighbour(at, inside, owner, open_slivers)
    double = [at for at in range(len(inside)) if len(owner[at]) > 1]
    cells = np.full(len(shapes), None, dtype=object)
    for cell in range(len(shapes)):
        own = [inside[at] for at in range(len(inside)) if cell in owner[at]]
        if own:
            cells[cell] = shapely.union_all(own)
    return Traced(
        plane.to_degrees(cells, np.append(around, [parent] if parent is not None else [])),
        moved,
        float(sum(shapely.area(inside[at]) for at in double)),
    )


class _Plane:
    """The affine plane round the middle of the rings."""

    def __init__(self, rings: Sequence[npt.NDArray[np.float64]]) -> None:
        every = np.vstack(rings)
        self._middle = (every.min(axis=0) + every.max(axis=0)) / 2
        self._scale = np.array(metres_per_degree(float(self._middle[1])))

    def metres(self, lng_lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        metres: npt.NDArray[np.float64] = (lng_lat - self._middle) * self._scale
        return metres

    def to_metres(self, shapes: Any) -> Shapes:
        return np.asarray(
            shapely.transform(np.asarray(shapes, dtype=object), self.metres), dtype=object
        )

    def to_degrees(self, shapes: Shapes, known: Shapes) -> Shapes:
        """Back, with corners of ``known`` shapes exactly as they were."""
        corners = shapely.get_coordinates(known)
        points = np.asarray(shapely.points(self.metres(corners)), dtype=object)
        tree = shapely.STRtree(points) if len(corners) else None

        def back(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            degrees: npt.NDArray[np.float64] = xy / self._scale + self._middle
            if tree is not None:
                own, near = tree.query_nearest(
                    shapely.points(xy), max_distance=_EXACT_M, all_matches=False
                )
                degrees[own] = corners[near]
            return degrees

        moved = np.full(len(shapes), None, dtype=object)
        moved[:] = shapely.transform(shapes, back)
        return moved


def _snap(
    rings: Sequence[npt.NDArray[np.float64]], fixed: Shapes, tolerance_m: float
) -> tuple[Shapes, npt.NDArray[np.float64]]:
    """Rings as polygons with their corners on what is there already, and how far those moved."""
    borders = [shapely.boundary(shape) for shape in fixed.tolist()]
    corners = [shapely.get_coordinates(shape) for shape in fixed.tolist()]
    placed = np.full(len(rings), None, dtype=object)
    moved = np.zeros(len(rings))
    for number, ring in enumerate(rings):
        to_line = shapely.union_all(borders) if borders else None
        to_corner = np.vstack(corners) if corners else np.empty((0, 2))
        put = np.array([_snap_one(at, to_corner, to_line, tolerance_m) for at in ring])
        moved[number] = float(np.hypot(*(put - ring).T).max())
        placed[number] = shapely.Polygon(put)
        borders.append(shapely.boundary(placed[number]))
        corners.append(put)
    return placed, moved


def _snap_one(
    at: npt.NDArray[np.float64], corners: npt.NDArray[np.float64], line: Any, tolerance_m: float
) -> npt.NDArray[np.float64]:
    if len(corners):
        away = np.hypot(*(corners - at).T)
        if away.min() <= tolerance_m:
            nearest: npt.NDArray[np.float64] = corners[int(away.argmin())]
            return nearest
    if line is not None:
        here = shapely.Point(at)
        if shapely.dwithin(line, here, tolerance_m):
            on = shapely.get_coordinates(shapely.shortest_line(line, here))
            return np.asarray(on[0])
    return at


def _faces(shapes: Shapes, fixed: Shapes) -> list[Any]:
    """The faces of all lines noded together."""
    lines = shapely.union_all(shapely.boundary(np.append(shapes, fixed)))
    return list(shapely.get_parts(shapely.polygonize([lines])))


def _is_narrow(faces: Shapes, tolerance_m: float) -> npt.NDArray[np.bool_]:
    """Mean width (twice the area by the length of the border) below the tolerance."""
    return np.asarray(2 * shapely.area(faces) / shapely.length(faces) < tolerance_m, dtype=bool)


def _covered(shapes: Shapes, points: Any) -> npt.NDArray[np.bool_]:
    covered = np.zeros(len(points), dtype=bool)
    for shape in shapes.tolist():
        covered |= shapely.covers(shape, points)
    return covered


def _best_neighbour(
    at: int, faces: Shapes, owner: list[set[int]], open_slivers: npt.NDArray[np.bool_]
) -> set[int]:
    """The one cell with which a sliver shares most border; the first of equals, none without."""
    shared: dict[int, float] = {}
    border = shapely.boundary(faces[at])
    for other in np.flatnonzero(shapely.intersects(faces, faces[at])).tolist():
        if other == at or open_slivers[other] or len(owner[other]) != 1:
            continue
        length = float(shapely.length(shapely.intersection(border, shapely.boundary(faces[other]))))
        for cell in owner[other]:
            shared[cell] = shared.get(cell, 0.0) + length
    best = max(shared.items(), key=lambda item: (round(item[1], 6), -item[0]), default=None)
    return {best[0]} if best is not None and best[1] > 0 else set()
