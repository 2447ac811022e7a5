"""Intents change a draft and inverses take them back; nothing is lost on the way."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.derive import derive_grids
from grid_boundaries.redraw.draft import (
    Change,
    Draft,
    Ground,
    apply_change,
    plan_adopt,
    plan_lock,
    plan_merge,
    plan_reassign,
    plan_split,
)
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.findings import IN_PIECES, TOO_LARGE, TOO_SMALL, check_draft
from grid_boundaries.redraw.graph import make_graph
from grid_boundaries.redraw.propose import propose
from tests.unit.redraw.villages import make_village

RULE = SizeRule(20, 30)


@pytest.fixture(scope="module")
def village() -> tuple[shapely.Polygon, Ground, Draft]:
    outline, points = make_village(180, seed=6)
    atoms = make_atoms(outline, points)
    graph = make_graph(atoms.weights, find_borders(atoms.geoms), atoms.centres_m)
    first = [int(np.flatnonzero(atoms.atom_of == a)[0]) for a in range(len(atoms.geoms))]
    ground = Ground(atoms.geoms, points[first], graph)
    return outline, ground, Draft.of(propose(graph, RULE, "compactness").label)


def strip_of(*boxes: tuple[float, float, float, float]) -> tuple[Ground, Draft]:
    geoms = np.array([shapely.box(*box) for box in boxes], dtype=object)
    sites = shapely.get_coordinates(shapely.centroid(geoms))
    graph = make_graph(np.ones(len(geoms), np.int64), find_borders(geoms), sites * 1e5)
    return Ground(geoms, sites, graph), Draft.of([0] * len(geoms))


def random_intent(draft: Draft, ground: Ground, dice: random.Random) -> Change:
    grid = dice.choice(draft.grids)
    match dice.randrange(4):
        case 0:
            near = [a for a in range(len(draft.grid))
                    if any(draft.grid[b] == grid for b, _ in ground.graph.near[a])]  # fmt: skip
            return plan_reassign(draft, dice.sample(near, min(3, len(near))), grid)
        case 1:
            around = {draft.grid[b] for a in draft.list_atoms(grid)
                      for b, _ in ground.graph.near[a]} - {grid}  # fmt: skip
            return plan_merge(draft, ground, [grid, *sorted(around)[:1]])
        case 2:
            west, south, east, north = shapely.total_bounds(ground.geoms[draft.list_atoms(grid)])
            x = dice.uniform(west, east)
            return plan_split(
                draft, ground, grid, shapely.linestrings([(x, south - 1), (x, north + 1)])
            )
        case _:
            return plan_lock(draft, grid, locked=grid not in draft.locked)


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_of_intents_keeps_the_coverage_and_full_undo_gives_the_same_plan(
    village, seed: int
) -> None:
    outline, ground, start = village
    dice = random.Random(seed)
    draft, done, made = start, [], 0
    for _ in range(200):
        if done and dice.random() < 0.25:
            draft = apply_change(draft, done.pop().invert())
            continue
        try:
            change = random_intent(draft, ground, dice)
        except (InvalidInput, Conflict):
            continue
        draft = apply_change(draft, change)
        done.append(change)
        made += 1
    assert made > 40
    assert len(draft.grid) == len(start.grid)
    grids = derive_grids(ground.geoms, np.unique(draft.grid, return_inverse=True)[1].tolist(),
                         len(draft.grids))  # fmt: skip
    assert shapely.coverage_is_valid(grids)
    assert shapely.area(grids).sum() == pytest.approx(outline.area, rel=1e-12)
    while done:
        draft = apply_change(draft, done.pop().invert())
    assert (draft.grid, draft.locked) == (start.grid, start.locked)
    assert draft.next_grid >= start.next_grid


def test_a_split_line_says_what_is_wrong_with_it() -> None:
    ground, draft = strip_of((0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1), (3, 0, 4, 1))
    for code, line in {
        "redraw.line_misses": [(0, 5), (4, 5)],
        "redraw.line_ends_inside": [(2.2, -1), (2.2, 0.5)],
        "redraw.line_cuts_often": [(1.2, -1), (1.2, 2), (2.6, 2), (2.6, -1)],
        "redraw.empty_part": [(0.2, -1), (0.2, 2)],
    }.items():
        with pytest.raises(InvalidInput, match=code.replace(".", r"\.")):
            plan_split(draft, ground, 0, shapely.linestrings(line))
    change = plan_split(draft, ground, 0, shapely.linestrings([(0.9, -1), (1.2, 2)]))
    assert change.moves == ((0, 0, 1),)  # the smaller part gets the new number


def test_only_neighbours_merge_and_a_corner_is_no_neighbour() -> None:
    ground, _ = strip_of((0, 0, 1, 1), (1, 0, 2, 1), (2, 1, 3, 2), (1, 1, 2, 2))
    draft = Draft.of([0, 1, 2, 3])
    with pytest.raises(InvalidInput, match=r"redraw\.not_neighbours"):
        plan_merge(draft, ground, [0, 3])
    with pytest.raises(InvalidInput, match=r"redraw\.not_neighbours"):
        plan_merge(draft, ground, [0, 2])
    assert apply_change(draft, plan_merge(draft, ground, [0, 1])).grid == (0, 0, 2, 3)


def test_a_locked_grid_neither_gives_nor_takes() -> None:
    draft = Draft.of([0, 1, 1])
    draft = apply_change(draft, plan_lock(draft, 0, locked=True))
    for atoms, to in (([1], 0), ([0], 1)):
        with pytest.raises(Conflict, match=r"redraw\.locked"):
            plan_reassign(draft, atoms, to)
    assert apply_change(draft, plan_adopt(draft, [0, 0, 1])).grid == (0, 2, 3)


def test_a_change_that_no_longer_fits_is_refused() -> None:
    ground, _ = strip_of((0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1))
    draft = Draft.of([0, 1, 1])
    late = plan_reassign(draft, [1], 0)
    draft = apply_change(draft, plan_merge(draft, ground, [0, 1]))
    with pytest.raises(Conflict, match=r"redraw\.stale"):
        apply_change(draft, late)


def test_findings_name_the_grid_and_the_piece_to_zoom_to() -> None:
    ground, _ = strip_of(*((x, 0, x + 1, 1) for x in range(6)))
    draft = Draft.of([0, 1, 0, 0, 2, 2])
    found = {(f.code, f.grid): f for f in check_draft(draft, ground, SizeRule(2, 2))}
    assert found[IN_PIECES, 0].atoms == (0,)
    assert found[TOO_LARGE, 0].beyond == 1
    assert found[TOO_SMALL, 1].beyond == 1
    assert not any(grid == 2 for _, grid in found)
    assert check_draft(draft, ground, SizeRule(1, 3), grids=[1, 2]) == []
