"""The answers of :mod:`point` for arrays of points in one level, without accuracy radius."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array
from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.locate.level_index import TIE_TOLERANCE_M, LevelIndex

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

HOW: Final = np.array(["inside", "border", "outside-nearest", "none"], dtype=object)
INSIDE, BORDER, OUTSIDE_NEAREST, NONE = range(4)

_POINTS_AT_ONCE: Final = 16_384
_FAR_POINTS_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class ManyLocations:
    """Per point: ``how`` (place in ``HOW``), rows of lead and runner-up (−1 for none), distance in
    m to the lead's border and to the runner-up (NaN where there is none)."""

    how: npt.NDArray[np.int8]
    lead: IntArray
    runner_up: IntArray
    border_distance_m: FloatArray
    runner_up_distance_m: FloatArray


def locate_many(
    level: LevelIndex,
    cover: BulkIndex | ExactCover,
    lng: FloatArray,
    lat: FloatArray,
    nearest_limit_m: float,
) -> ManyLocations:
    """Locate finite points in the cells of one level; ``cover`` holds the same rows.

    Same answers as ``PointIndex.locate`` on a snapshot of this level alone.
    """
    position_of_row = np.argsort(level.rows)
    lead, second = (rows.astype(np.int64) for rows in cover.locate_with_next(lng, lat))
    how = np.where(second >= 0, BORDER, INSIDE).astype(np.int8)
    how[lead < 0] = NONE
    border_m = np.full(len(lng), np.nan)
    runner_up = second.copy()
    runner_up_m = np.where(second >= 0, 0.0, np.nan)

    covered = np.flatnonzero(lead >= 0)
    # Points of one cell together: their border is fetched into the processor's cache once.
    covered = covered[np.argsort(lead[covered], kind="stable")]
    position = position_of_row[lead[covered]]
    border_m[covered] = level.segments.distances_m(position, lng[covered], lat[covered])

    alone = how[covered] == INSIDE
    inside = covered[alone]
    near, near_m = find_nearest_many(
        level, lng[inside], lat[inside], border_m[inside], position[alone], _POINTS_AT_ONCE
    )
    runner_up[inside] = np.where(near >= 0, level.rows[near], -1)
    runner_up_m[inside] = near_m

    outside = np.flatnonzero(lead < 0)
    if len(outside) and len(level.rows):
        near, near_m = _find_nearest_outside(level, lng[outside], lat[outside], nearest_limit_m)
        runner_up[outside] = np.where(near >= 0, level.rows[near], -1)
        runner_up_m[outside] = near_m
        how[outside[near >= 0]] = OUTSIDE_NEAREST
    return ManyLocations(how, lead, runner_up, border_m, runner_up_m)


def find_nearest_many(
    level: LevelIndex,
    lng: FloatArray,
    lat: FloatArray,
    within_m: FloatArray,
    passed_over: IntArray,
    points_at_once: int,
) -> tuple[IntArray, FloatArray]:
    """``LevelIndex.find_nearest`` for arrays: positions (−1 for none) and distances (NaN)."""
    position = np.full(len(lng), -1, dtype=np.int64)
    distance_m = np.full(len(lng), np.nan)
    for first in range(0, len(lng), points_at_once):
        part = slice(first, first + points_at_once)
        _fill_nearest(
            level, lng[part], lat[part], within_m[part] + TIE_TOLERANCE_M, passed_over[part],
            position[part], distance_m[part],
        )  # fmt: skip
    return position, distance_m


def _find_nearest_outside(
    level: LevelIndex, lng: FloatArray, lat: FloatArray, limit_m: float
) -> tuple[IntArray, FloatArray]:
    guess = np.asarray(level.tree.nearest(shapely.points(lng, lat)), dtype=np.int64)
    bound_m = np.minimum(level.segments.distances_m(guess, lng, lat), limit_m)
    nobody = np.full(len(lng), -1, dtype=np.int64)
    return find_nearest_many(level, lng, lat, bound_m, nobody, _FAR_POINTS_AT_ONCE)


def _fill_nearest(
    level: LevelIndex,
    lng: FloatArray,
    lat: FloatArray,
    reach_m: FloatArray,
    passed_over: IntArray,
    position: IntArray,
    distance_m: FloatArray,
) -> None:
    mx, my = metres_per_degree_array(lat)
    dx, dy = reach_m / mx, reach_m / my
    which, near = level.tree.query(shapely.box(lng - dx, lat - dy, lng + dx, lat + dy))
    gap_m = level.bounds_distances_m(near, lng[which], lat[which], mx[which], my[which])
    keep = (near != passed_over[which]) & (gap_m <= reach_m[which])
    which, near = which[keep], near[keep]
    to_m = level.segments.distances_m(near, lng[which], lat[which])
    keep = to_m <= reach_m[which]
    which, near, to_m = which[keep], near[keep], to_m[keep]
    if not len(which):
        return
    starts = np.flatnonzero(np.r_[True, which[1:] != which[:-1]])
    counts = np.diff(np.append(starts, len(which)))
    shortest = np.repeat(np.minimum.reduceat(to_m, starts), counts)
    tied = to_m <= shortest + TIE_TOLERANCE_M
    chosen = np.minimum.reduceat(np.where(tied, near, len(level.rows)), starts)
    point = which[starts]
    position[point] = chosen
    picked = near == np.repeat(chosen, counts)
    distance_m[point] = to_m[picked]
