"""Synthetic parcels for the land benchmark: blocks of fields with planted overlaps (合成数据)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree

WEST, SOUTH = 118.2, 43.6
CELL_M = 45.0
SIDE = 8
"""Fields along one side of a block; roads part the blocks."""
REACHING, HOLED, TWO_PART = 0.02, 0.01, 0.03


def build_mosaic(count: int, seed: int) -> np.ndarray[Any, Any]:
    """``count`` polygons and multipolygons in EPSG:4490, neighbours sharing corners exactly.

    Each block is turned; 2 % of the fields reach over a neighbour by 0.5 to 6 m, 1 % have a hole
    (half of the holes hold another paper's plot that is 1 m too large), 3 % of the papers have two
    parts, the second in another block.  Every second border has a bend.
    """
    rng = np.random.default_rng(seed)
    blocks = -(-count // (SIDE * SIDE))
    across = int(np.ceil(np.sqrt(blocks)))
    where = np.stack(np.divmod(np.arange(blocks), across), axis=-1)[:, ::-1]
    centre = where * CELL_M * SIDE * 1.5
    step = (np.arange(SIDE + 1) - SIDE / 2) * CELL_M
    nodes = np.broadcast_to(
        np.stack(np.meshgrid(step, step), axis=-1), (blocks, SIDE + 1, SIDE + 1, 2)
    ).copy()
    nodes += rng.uniform(-5, 5, nodes.shape)
    bend = (nodes[:, :, :-1] + nodes[:, :, 1:]) / 2 + rng.uniform(
        -2, 2, (blocks, SIDE + 1, SIDE, 2)
    )
    corners = np.stack(
        [
            nodes[:, :-1, :-1], bend[:, :-1], nodes[:, :-1, 1:],
            nodes[:, 1:, 1:], bend[:, 1:], nodes[:, 1:, :-1],
        ],
        axis=3,
    ).reshape(blocks, SIDE * SIDE, 6, 2)  # fmt: skip
    turn = rng.uniform(0, np.pi / 2, blocks)
    spin = np.stack([np.cos(turn), np.sin(turn), -np.sin(turn), np.cos(turn)], -1)
    corners = np.einsum("bpvk,bkl->bpvl", corners, spin.reshape(-1, 2, 2)) + centre[:, None, None]
    rings = corners.reshape(-1, 6, 2)[:count]
    reach = rng.random(count) < REACHING
    push = rings[reach, 3] - rings[reach, 2]
    push *= rng.uniform(0.5, 6, (len(push), 1)) / np.hypot(*push.T)[:, None]
    rings[reach, 3:] += push[:, None]
    shapes = shapely.polygons(rings)
    return _to_degrees(_make_two_parts(_plant_holes(shapes, rings, rng), rng))


def _plant_holes(
    shapes: np.ndarray[Any, Any], rings: np.ndarray[Any, Any], rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    """Fields with a hole; half of the holes take the place of the last fields' outlines."""
    holed = np.flatnonzero(rng.random(len(shapes)) < HOLED)
    middle = rings[holed].mean(axis=1)
    holes = shapely.box(*(middle - 5).T, *(middle + 5).T)
    shapes[holed] = shapely.difference(shapes[holed], holes)
    filled = rng.random(len(holed)) < 0.5
    plots = shapely.box(*(middle[filled] - 6).T, *(middle[filled] + 6).T)
    return np.concatenate([shapes[: len(shapes) - len(plots)], plots])


def _make_two_parts(shapes: np.ndarray[Any, Any], rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Some fields get a second part: a small plot on the road east of a block some way off."""
    several = np.flatnonzero(rng.random(len(shapes)) < TWO_PART)
    bounds = shapely.bounds(shapes[several])
    west = bounds[:, 0] + CELL_M * SIDE * 15 + rng.uniform(-40, 40, len(several))
    plots = shapely.box(west, bounds[:, 1], west + 15, bounds[:, 1] + 15)
    joined = shapely.union(shapes[several], plots)
    shapes[several] = joined
    return shapes


def _to_degrees(shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    scale = np.array(metres_per_degree(SOUTH))
    return np.asarray(shapely.transform(shapes, lambda xy: xy / scale + (WEST, SOUTH)))
