"""Move the border between grids: along a sketched line, or by pulling one point of it."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.draft import (
    Change,
    Draft,
    Ground,
    find_sides,
    require_allowed,
    require_grids,
)

_REACH_DEG = 1e-6


def plan_reshape(draft: Draft, ground: Ground, one: int, other: int, line: BaseGeometry) -> Change:
    """Let the border of two neighbours follow a line in EPSG:4490; buildings go where they stand.

    Of the two sides of the line each grid takes the one with more of its own households (ties: the
    first grid takes the side with more of the second's fewer).  The border follows the atoms.

    Raises InvalidInput ``redraw.unknown_grid``, ``redraw.not_neighbours``, what ``find_sides``
    raises, ``redraw.empty_part`` and Conflict ``redraw.locked``.
    """
    require_grids(draft, [one, other])
    atoms = [atom for atom, own in enumerate(draft.grid) if own in (one, other)]
    if one == other or not _are_neighbours(draft, ground, one, other):
        raise InvalidInput("redraw.not_neighbours", grids=[one, other])
    whole = shapely.coverage_union_all(ground.geoms[atoms])
    sides = find_sides(whole, line, ground.sites[atoms])
    held = {(grid, side): 0 for grid in (one, other) for side in (0, 1)}
    atoms_on = [0, 0]
    for atom, side in zip(atoms, sides, strict=True):
        held[draft.grid[atom], side] += ground.graph.weights[atom]
        atoms_on[side] += 1
    if 0 in atoms_on:
        raise InvalidInput("redraw.empty_part", grid=one)
    straight = held[one, 0] + held[other, 1]
    crossed = held[one, 1] + held[other, 0]
    of_side = (one, other) if straight >= crossed else (other, one)
    moves = [
        (atom, draft.grid[atom], of_side[side])
        for atom, side in zip(atoms, sides, strict=True)
        if draft.grid[atom] != of_side[side]
    ]
    return require_allowed(draft, moves)


def plan_move_node(
    draft: Draft, ground: Ground, node: tuple[float, float], to: tuple[float, float]
) -> Change:
    """Pull a point of a border (lng, lat in EPSG:4490) into the grid beside it.

    The atoms of that grid on the straight way from ``node`` to ``to`` go to the grids that meet at
    the node: each to the one it then shares the longest border with, nearest to the node first.

    Raises InvalidInput ``redraw.no_node`` where fewer than two grids meet,
    ``redraw.node_leaves_ground`` and what a reassignment raises.
    """
    start, end = shapely.points(node), shapely.points(to)
    at = shapely.dwithin(ground.geoms, start, _REACH_DEG)
    meeting = {draft.grid[a] for a, near in enumerate(at.tolist()) if near}
    if len(meeting) < 2:
        raise InvalidInput("redraw.no_node")
    holds = shapely.intersects(ground.geoms, end)
    under = [a for a, held in enumerate(holds.tolist()) if held]
    if not under:
        raise InvalidInput("redraw.node_leaves_ground")
    giver = draft.grid[under[0]]
    way = shapely.linestrings([node, to])
    crossed = shapely.length(shapely.intersection(ground.geoms, way)) > 0
    wanted = [a for a, hit in enumerate(crossed.tolist()) if hit and draft.grid[a] == giver]
    distance = shapely.distance(ground.geoms, start).tolist()
    now = list(draft.grid)
    moves = []
    for atom in sorted(wanted, key=lambda a: (distance[a], a)):
        met: dict[int, float] = {}
        for near, length in ground.graph.near[atom]:
            if now[near] in meeting and now[near] != giver:
                met[now[near]] = met.get(now[near], 0.0) + length
        if met:
            now[atom] = max(met, key=lambda grid: (met[grid], -grid))
            moves.append((atom, giver, now[atom]))
    return require_allowed(draft, sorted(moves))


def _are_neighbours(draft: Draft, ground: Ground, one: int, other: int) -> bool:
    return any(
        draft.grid[b] == other
        for a in draft.list_atoms(one)
        for b, length in ground.graph.near[a]
        if length > 0
    )
