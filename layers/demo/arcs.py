"""Borders that wander: every arc of the leaf mesh becomes a displaced polyline, made once.

A point of an arc at share t of its length is moved sideways by at most ``REACH`` of the height of
the triangle (arc, generator) above t.  That bound is concave in t and the triangles of different
arcs do not overlap, so no two polylines touch except at shared nodes, and none crosses itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .leaves import LeafMesh
from .plane import Floats, Ints, LocalPlane
from .terrain import Field, closeness_to_line

REACH = 0.6
_SHORTEST_M = 2.0


@dataclass(frozen=True)
class Arcs:
    """Polylines in degrees: arc i is ``lng_lat[offsets[i]:offsets[i + 1]]``, both ends included."""

    lng_lat: Floats
    offsets: Ints


def wander(
    mesh: LeafMesh, plane: LocalPlane, rng: np.random.Generator, roads: Field, vertex_gap_m: float
) -> Arcs:
    """Polylines with a vertex about every ``vertex_gap_m``; smoother where a road runs."""
    a, b = mesh.nodes[mesh.start], mesh.nodes[mesh.end]
    length = np.hypot(*(b - a).T)
    depth = np.clip(np.round(np.log2(np.maximum(length / vertex_gap_m, 1))), 1, 5).astype(np.int64)
    depth[length < _SHORTEST_M] = 0
    roughness = 0.34 * (1 - 0.75 * closeness_to_line(roads, (a + b) / 2, 0.12))
    offsets = np.concatenate([[0], np.cumsum((1 << depth) + 1)])
    xy = np.empty((offsets[-1], 2))
    for level in range(6):
        rows = np.flatnonzero(depth == level)
        if not rows.size:
            continue
        lines = _displaced(a[rows], b[rows], mesh, rows, roughness[rows], level, rng)
        xy[offsets[rows][:, None] + np.arange((1 << level) + 1)] = lines
    return Arcs(plane.to_degrees(xy), offsets)


def _displaced(
    a: Floats,
    b: Floats,
    mesh: LeafMesh,
    rows: Ints,
    roughness: Floats,
    level: int,
    rng: np.random.Generator,
) -> Floats:
    count = 1 << level
    share = np.empty((len(rows), count + 1))
    aside = np.zeros((len(rows), count + 1))
    share[:, 0], share[:, -1] = 0, 1
    for depth in range(level):
        step = count >> depth
        mid = np.arange(step // 2, count, step)
        before, after = share[:, mid - step // 2], share[:, mid + step // 2]
        width = after - before
        share[:, mid] = before + width * (0.5 + rng.uniform(-0.2, 0.2, width.shape))
        mean = (aside[:, mid - step // 2] + aside[:, mid + step // 2]) / 2
        aside[:, mid] = mean + rng.normal(size=width.shape) * roughness[:, None] * width
    along = b - a
    length = np.hypot(*along.T)[:, None]
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(length, 1e-12)
    left = _height(a, along, mesh.left_xy[rows], share) * REACH
    right = _height(a, along, mesh.right_xy[rows], share) * REACH
    aside_m = _squeezed(aside * length, left, right)
    line = a[:, None] + along[:, None] * share[..., None] + normal[:, None] * aside_m[..., None]
    line[:, 0], line[:, -1] = a, b
    return np.asarray(line)


def _height(a: Floats, along: Floats, apex: Floats, share: Floats) -> Floats:
    """Height of the triangle (a, a + along, apex) above the base at each share, shape like it."""
    squared = np.maximum((along**2).sum(axis=1), 1e-12)
    to_apex = apex - a
    foot = ((to_apex * along).sum(axis=1) / squared)[:, None]
    cross = np.abs(along[:, 0] * to_apex[:, 1] - along[:, 1] * to_apex[:, 0])
    top = (cross / np.sqrt(squared))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.where(foot > 0, top * share / foot, np.inf)
        falling = np.where(foot < 1, top * (1 - share) / (1 - foot), np.inf)
    return np.minimum(rising, falling)


def _squeezed(aside_m: Floats, left_m: Floats, right_m: Floats) -> Floats:
    limit = np.maximum(np.where(aside_m > 0, left_m, right_m), 1e-9)
    return np.asarray(limit * np.tanh(aside_m / limit))
