"""Polygons of leaf groups, traced from the shared arcs: neighbours and parents share vertices."""

from __future__ import annotations

import numpy as np
import shapely

from .arcs import Arcs
from .leaves import LeafMesh
from .plane import Bools, Floats, Ints, Objects

_NONE = -1


def trace_polygons(mesh: LeafMesh, arcs: Arcs, group: Ints, count: int) -> Objects:
    """One Polygon (EPSG:4490) per group 0..count-1; ``group[leaf]`` may be -1 for "in none".

    Every arc between two groups is used by both as it stands, so the polygons are an exact
    coverage and the same arcs serve every level.  Raises ValueError when a group is not connected.
    """
    owner = np.append(group, _NONE)
    left, right = owner[mesh.left], owner[mesh.right]
    border = left != right
    ahead = np.flatnonzero(border & (left != _NONE))
    back = np.flatnonzero(border & (right != _NONE))
    arc = np.concatenate([ahead, back])
    whose = np.concatenate([left[ahead], right[back]])
    begin = np.concatenate([mesh.start[ahead], mesh.end[back]])
    finish = np.concatenate([mesh.end[ahead], mesh.start[back]])
    forward = np.arange(len(arc)) < len(ahead)
    order, ring_sizes = _walk(_successor(whose, begin, finish, len(mesh.nodes)))
    points, ring_of_point = _ring_points(arcs, arc[order], forward[order], ring_sizes)
    rings: Objects = np.asarray(shapely.linearrings(points, indices=ring_of_point))
    ring_group = whose[order[np.concatenate([[0], np.cumsum(ring_sizes)[:-1]])]]
    return _assemble(rings, ring_group, count)


def _successor(whose: Ints, begin: Ints, finish: Ints, node_count: int) -> Ints:
    """The half-edge of the same group that starts where each one ends (unique: degree-3 nodes)."""
    key_begin = whose * node_count + begin
    sorted_rows = np.argsort(key_begin, kind="stable")
    place = np.searchsorted(key_begin[sorted_rows], whose * node_count + finish)
    return np.asarray(sorted_rows[place])


def _walk(successor: Ints) -> tuple[Ints, Ints]:
    following = successor.tolist()
    seen = bytearray(len(following))
    order: list[int] = []
    sizes: list[int] = []
    for first in range(len(following)):
        if seen[first]:
            continue
        before = len(order)
        row = first
        while not seen[row]:
            seen[row] = 1
            order.append(row)
            row = following[row]
        sizes.append(len(order) - before)
    return np.array(order, dtype=np.int64), np.array(sizes, dtype=np.int64)


def _ring_points(
    arcs: Arcs,
    arc: Ints,
    forward: Bools,
    ring_sizes: Ints,
) -> tuple[Floats, Ints]:
    first, last = arcs.offsets[arc], arcs.offsets[arc + 1] - 1
    size = last - first  # the last point is the next half-edge's first
    begin = np.where(forward, first, last)
    step = np.where(forward, 1, -1)
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    within = np.arange(size.sum()) - np.repeat(starts, size)
    rows = np.repeat(begin, size) + np.repeat(step, size) * within
    ring_of_edge = np.repeat(np.arange(len(ring_sizes)), ring_sizes)
    return arcs.lng_lat[rows], np.repeat(ring_of_edge, size)


def _assemble(rings: Objects, ring_group: Ints, count: int) -> Objects:
    shell = shapely.is_ccw(rings)
    shells = np.bincount(ring_group[shell], minlength=count)
    if len(shells) != count or (shells != 1).any():
        raise ValueError(f"{int((shells != 1).sum())} groups are not in one piece")
    order = np.lexsort((~shell, ring_group))
    return np.asarray(shapely.polygons(rings[order], indices=ring_group[order]))
