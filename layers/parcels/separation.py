"""A cheap, safe answer to "can these two polygons share more than so much ground?".

If along some direction polygon B begins only ``d`` before polygon A ends, what they share lies in
a strip ``d`` wide, so its area is at most ``d`` × the diagonal of the boxes' intersection.  Tried
directions are the box sides, the edge of A that faces B most, and the edge of B that faces A most;
neighbours that share a straight border fall out here.  A pair is only ever dropped when the bound
proves it.
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

_VERTEX_STEPS: Final = (4, 6, 8, 12, 16)
"""Polygons are padded to the next of these; the bound is not tried on longer outlines."""
_CHUNK: Final = 100_000
_SAFETY: Final = 0.999_999
"""Kept below 1 so that rounding in the bound can never drop a pair that is just above."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Outer rings of n polygons in one affine frame of metres.

    ``bounds`` (n, 4); ``xy`` (m, 2) vertices without the closing one; ring ``i`` is
    ``xy[start[i]:start[i] + count[i]]``.  ``normal`` (m, 2) is the outward unit
    normal of the edge that begins at each vertex, ``top`` (m,) how far the whole ring reaches along
    it (infinite on rings that are too long).  ``m2_per_frame_m2`` is the largest ratio of true to
    frame area in the data, so bounds in the frame times it are bounds on the ground.
    """

    bounds: Floats
    xy: Floats
    start: Ints
    count: Ints
    normal: Floats
    top: Floats
    m2_per_frame_m2: float


def read_outlines(polygons: Objects) -> Outlines:
    """Outlines of non-empty polygons in EPSG:4490; holes only take away, so they are left out."""
    bounds = shapely.bounds(polygons).reshape(-1, 4)
    if len(bounds) == 0:
        no_xy, none = np.empty((0, 2)), np.empty(0, dtype=np.int64)
        return Outlines(bounds, no_xy, none, none, no_xy, np.empty(0), 1.0)
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
    normal = _list_normals(xy, start, count)
    top = _list_tops(xy, normal, start, count - 1)
    ratio = float((edge_x * edge_y).max() / (mx * my))
    return Outlines(bounds, xy, start, count - 1, normal, top, ratio)


def _list_normals(xy: Floats, start: Ints, count: Ints) -> Floats:
    """Outward unit normals of the edges that begin at each vertex; (0, 0) for an edge of no length.

    The closing vertex of a ring begins no edge of its own; its row has no meaning.
    """
    edge = np.roll(xy, -1, axis=0) - xy
    doubled = xy[:, 0] * np.roll(xy[:, 1], -1) - np.roll(xy[:, 0], -1) * xy[:, 1]
    doubled[start + count - 1] = 0.0
    turn = np.repeat(np.where(np.add.reduceat(doubled, start) < 0, -1.0, 1.0), count)
    length = np.hypot(edge[:, 0], edge[:, 1])
    length[length == 0] = np.inf
    return np.column_stack([edge[:, 1], -edge[:, 0]]) * (turn / length)[:, None]


def _list_tops(xy: Floats, normal: Floats, start: Ints, count: Ints) -> Floats:
    top = np.full(len(xy), np.inf)
    fewer = 0
    for step in _VERTEX_STEPS:
        rings = np.flatnonzero((count > fewer) & (count <= step))
        for begin in range(0, len(rings), _CHUNK):
            chunk = rings[begin : begin + _CHUNK]
            place = start[chunk][:, None] + np.minimum(np.arange(step), count[chunk][:, None] - 1)
            x, y = xy[place, 0], xy[place, 1]
            nx, ny = normal[place, 0], normal[place, 1]
            reach = nx * x[:, :1] + ny * y[:, :1]
            for k in range(1, step):
                np.maximum(reach, nx * x[:, k, None] + ny * y[:, k, None], out=reach)
            reach[(nx == 0) & (ny == 0)] = np.inf
            top[place] = reach
        fewer = step
    return top


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
    """(p,) depth in m to which ``b`` reaches over the line of the edge of ``a`` that faces it."""
    place = _padded(outlines, a, step)
    middle = (outlines.bounds[b, :2] + outlines.bounds[b, 2:]) / 2
    outside = outlines.normal[place, 0] * middle[:, :1]
    outside += outlines.normal[place, 1] * middle[:, 1:]
    outside -= outlines.top[place]
    facing = place[np.arange(len(a)), outside.argmax(axis=1)]
    corners = _padded(outlines, b, step)
    along = outlines.xy[corners, 0] * outlines.normal[facing, 0][:, None]
    along += outlines.xy[corners, 1] * outlines.normal[facing, 1][:, None]
    return np.asarray(outlines.top[facing] - along.min(axis=1))


def _padded(outlines: Outlines, rows: Ints, step: int) -> Ints:
    """(p, step) places of the vertices of each ring, the last one repeated."""
    place = np.minimum(np.arange(step), outlines.count[rows][:, None] - 1)
    return np.asarray(outlines.start[rows][:, None] + place)
