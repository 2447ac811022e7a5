"""Intents change a draft and inverses take them back; nothing is lost on the way."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.draft import (
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
from tests.unit.redraw.walks import change_of, check_whole, derive, random_intent

RULE = SizeRule(20, 30)


@pytest.fixture(scope="module")
def village() -> tuple[shapely.Polygon, Ground, Draft]:
    outline, points = make_village(120, seed=6)
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


@seed(8)
@given(walk=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None, database=None, phases=[Phase.generate])
def test_any_walk_of_steps_keeps_the_coverage_and_full_undo_gives_the_same_plan(
    village, walk: int
) -> None:
    """200 intents, undos and redos that were not refused; the oracle is the outline."""
    outline, ground, start = village
    homes = shapely.points(ground.sites)
    dice = random.Random(walk)
    draft, done, undone = start, [], []
    steps = 0
    while steps < 200:
        roll = dice.random()
        if roll < 0.2 and done:
            undone.append(done.pop())
            draft = apply_change(draft, undone[-1].invert())
        elif roll < 0.3 and undone:
            done.append(undone.pop())
            draft = apply_change(draft, done[-1])
        else:
            try:
                change = change_of(ground, draft, random_intent(ground, draft, dice))
            except (InvalidInput, Conflict):
                continue
            draft = apply_change(draft, change)
            done.append(change)
            undone.clear()
        steps += 1
        if steps % 20 == 0:
            check_whole(derive(ground, draft), draft.grid, outline, homes)
    while done:
        draft = apply_change(draft, done.pop().invert())
    assert (draft.grid, draft.locked, draft.facts) == (start.grid, start.locked, start.facts)
    assert shapely.equals_identical(derive(ground, draft), derive(ground, start)).all()


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
