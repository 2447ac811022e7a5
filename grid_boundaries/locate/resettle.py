"""Where shapes lie after the ground around them was redrawn, for arrays of shapes at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.locate.snapshot import GridSnapshot

IntArray = npt.NDArray[np.int64]
ShapeArray = npt.NDArray[np.object_]

NOWHERE = -1
_TIE = 1e-9
_POLYGON, _MULTIPOLYGON, _POINT = 3, 6, 0


def place_shapes(plan: GridSnapshot, shapes: ShapeArray) -> IntArray:
    """Row of the cell that each shape lies in, ``NOWHERE`` for none, None and empty shapes.

    The rules of ``PointIndex.locate`` and ``locate_area``: the deepest level that covers a point,
    or that shares ground with an area, decides; of several cells the lowest code leads a point,
    the largest share an area, and shares within 1e-9 tie to the lowest code.  Any other kind of
    shape counts as a point on it.
    """
    found = np.full(len(shapes), NOWHERE, dtype=np.int64)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    kinds = shapely.get_type_id(shapes)
    is_area = there & np.isin(kinds, (_POLYGON, _MULTIPOLYGON))
    spots = shapes.copy()
    other = there & ~is_area & (kinds != _POINT)
    spots[other] = shapely.point_on_surface(shapes[other])
    for level in sorted(set(plan.levels.tolist()), reverse=True):
        rows = np.flatnonzero(plan.levels == level)
        _place_points(plan, rows, spots, np.flatnonzero(there & ~is_area & (found < 0)), found)
        _place_areas(plan, rows, shapes, np.flatnonzero(is_area & (found < 0)), found)
    return found


def find_successors(plan: GridSnapshot, ranks: IntArray, shapes: ShapeArray) -> IntArray:
    """Row of the cell that goes on where each cell was: the largest share of its own level.

    Where its level has nothing there any more the nearest level above decides.
    """
    found = np.full(len(shapes), NOWHERE, dtype=np.int64)
    for level in sorted(set(plan.levels.tolist()), reverse=True):
        rows = np.flatnonzero(plan.levels == level)
        _place_areas(plan, rows, shapes, np.flatnonzero((found < 0) & (ranks >= level)), found)
    return found


def _place_points(
    plan: GridSnapshot, rows: IntArray, spots: ShapeArray, wanted: IntArray, found: IntArray
) -> None:
    if not len(wanted):
        return
    cover = ExactCover([plan.codes[row] for row in rows.tolist()], plan.geoms[rows])
    lead, _ = cover.locate_with_next(shapely.get_x(spots[wanted]), shapely.get_y(spots[wanted]))
    covered = lead >= 0
    found[wanted[covered]] = rows[lead[covered]]


def _place_areas(
    plan: GridSnapshot, rows: IntArray, shapes: ShapeArray, wanted: IntArray, found: IntArray
) -> None:
    if not len(wanted):
        return
    by_code = np.array(sorted(rows.tolist(), key=plan.codes.__getitem__), dtype=np.int64)
    areas = _sound(shapes[wanted])
    which, near = shapely.STRtree(plan.geoms[by_code]).query(areas)
    ground = shapely.area(shapely.intersection(plan.geoms[by_code[near]], areas[which]))
    keep = ground > 0
    which, near, ground = which[keep], near[keep], ground[keep]
    share = ground / shapely.area(areas[which])
    largest = np.zeros(len(wanted))
    np.maximum.at(largest, which, share)
    tied = share >= largest[which] - _TIE
    which, near = which[tied], near[tied]
    first = np.full(len(wanted), len(by_code), dtype=np.int64)
    np.minimum.at(first, which, near)
    placed = first < len(by_code)
    found[wanted[placed]] = by_code[first[placed]]


def _sound(areas: ShapeArray) -> ShapeArray:
    """Outlines that cross themselves are stored as they came; here only their ground counts."""
    broken = ~shapely.is_valid(areas)
    if broken.any():
        areas = areas.copy()
        areas[broken] = shapely.make_valid(areas[broken])
    return areas
