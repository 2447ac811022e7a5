"""A cheap, safe answer to "can these two polygons share more than so much ground?".

If along some direction polygon B begins only ``d`` before polygon A ends, what they share lies in
a strip ``d`` wide, so its area is at most ``d`` × the diagonal of the boxes' intersection.  Tried
directions are the box sides and the edges of A and of B; neighbours that share a border fall out
at the first.  A pair is only ever dropped when the bound proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

_VERTEX_STEPS: Final = (4, 8, 16)
"""Polygons are padded to the next of these; the bound is not tried on longer outlines."""
_CHUNK: Final = 100_000
_SAFETY: Final = 0.999_999
"""Kept below 1 so that rounding in the bound can never drop a pair that is just above."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Outer rings of n polygons in one affine frame of metres.

    ``bounds`` (n, 4); ``xy`` (m, 2) vertices without the closing one; ring ``i`` is
    ``xy[start[i]:start[i] + count[i]]``.  ``m2_per_frame_m2`` is the largest ratio of true to
    frame area in the data, so bounds in the frame times it are bounds on the ground.
    """

    bounds: Floats
    xy: Floats
    start: Ints
    count: Ints
    m2_per_frame_m2: float


def read_outlines(polygons: Objects) -> Outlines:
    """Outlines of non-empty polygons in EPSG:4490; holes only take away, so they are left out."""
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    if len(bounds) == 0:
        return Outlines(bounds, np.empty((0, 2)), np.empty(0, int), np.empty(0, int), 1.0)
    south, north = float(bounds[:, 1].min()), float(bounds[:, 3].max())
    mx, my = (v[1] for v in metres_per_degree_array(np.array([south, (south + north) / 2, north])))
    edge_x, edge_y = metres_per_degree_array(np.array([south, north, np.clip(0.0, south, north)]))
    origin = bounds[:, :2].mean(axis=0)
    scale = np.array([mx, my])
    rings = shapely.get_exterior_ring(polygons)
    count = shapely.get_num_coordinates(rings).astype(np.int64)
    xy = (shapely.get_coordinates(rings) - origin) * scale
    start = np.cumsum(count) - count
    bounds = (bounds - np.tile(origin, 2)) * np.tile(scale, 2)
    return Outlines(bounds, xy, start, count - 1, float((edge_x * edge_y).max() / (mx * my)))


def can_share(
    outlines: Outlines, left: Ints, right: Ints, min_area_m2: Floats
) -> npt.NDArray[np.bool_]:
    """True for pairs that may share more than their ``min_area_m2`` (p,); False is proven."""
    limit = min_area_m2 / outlines.m2_per_frame_m2 * _SAFETY
    kept = np.zeros(len(left), dtype=bool)
    for begin in range(0, len(left), _CHUNK):
        a, b = left[begin : begin + _CHUNK], right[begin : begin + _CHUNK]
        kept[begin : begin + _CHUNK] = _can_share_chunk(
            outlines, a, b, limit[begin : begin + _CHUNK]
        )
    return kept


def _can_share_chunk(
    outlines: Outlines, left: Ints, right: Ints, limit: Floats
) -> npt.NDArray[np.bool_]:
    box_a, box_b = outlines.bounds[left], outlines.bounds[right]
    size = np.minimum(box_a[:, 2:], box_b[:, 2:]) - np.maximum(box_a[:, :2], box_b[:, :2])
    kept = np.asarray((size > 0).all(axis=1) & (size[:, 0] * size[:, 1] > limit), dtype=np.bool_)
    diagonal = np.hypot(size[:, 0], size[:, 1])
    longest = np.maximum(outlines.count[left], outlines.count[right])
    shortest_step = 0
    for step in _VERTEX_STEPS:
        rows = np.flatnonzero(kept & (longest > shortest_step) & (longest <= step))
        for a, b in ((left, right), (right, left)):
            reach = _least_reach(outlines, a[rows], b[rows], step)
            apart = reach * diagonal[rows] <= limit[rows]
            kept[rows[apart]] = False
            rows = rows[~apart]
        shortest_step = step
    return kept


def _least_reach(outlines: Outlines, a: Ints, b: Ints, step: int) -> Floats:
    """(p,) smallest depth in m to which ``b`` reaches over an edge line of ``a``."""
    ring_a, ring_b = _padded(outlines, a, step), _padded(outlines, b, step)
    edge = np.roll(ring_a, -1, axis=1) - ring_a
    length = np.hypot(edge[..., 0], edge[..., 1])
    length[length == 0] = np.inf
    nx, ny = edge[..., 1] / length, -edge[..., 0] / length
    along_a = nx[:, :, None] * ring_a[:, None, :, 0] + ny[:, :, None] * ring_a[:, None, :, 1]
    along_b = nx[:, :, None] * ring_b[:, None, :, 0] + ny[:, :, None] * ring_b[:, None, :, 1]
    reach = np.minimum(
        along_a.max(axis=2) - along_b.min(axis=2), along_b.max(axis=2) - along_a.min(axis=2)
    )
    reach[~np.isfinite(length)] = np.inf
    return np.asarray(reach.min(axis=1, initial=np.inf))


def _padded(outlines: Outlines, rows: Ints, step: int) -> Floats:
    """(p, step, 2) vertices from the first, the last one repeated."""
    place = np.minimum(np.arange(step), outlines.count[rows][:, None] - 1)
    return np.asarray(outlines.xy[outlines.start[rows][:, None] + place])
