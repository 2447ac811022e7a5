"""Proposals: within bounds where that can be had, one piece each, the same for the same input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.cut import Cut
from grid_boundaries.redraw.derive import derive_grids, measure_compactness
from grid_boundaries.redraw.feasible import SizeRule, check_feasible
from grid_boundaries.redraw.graph import AtomGraph, make_graph
from grid_boundaries.redraw.propose import GOALS, Proposal, propose
from grid_boundaries.redraw.trees import cut_by_trees
from tests.unit.redraw.villages import make_village


def graph_of(households: int, seed: int) -> tuple[AtomGraph, np.ndarray]:
    village, points = make_village(households, seed=seed)
    atoms = make_atoms(village, points)
    return make_graph(atoms.weights, find_borders(atoms.geoms), atoms.centres_m), atoms.geoms


def count_parts(graph: AtomGraph, atoms: list[int]) -> int:
    """Connected parts of some atoms, by scipy."""
    pairs = [(a, b) for a, row in enumerate(graph.near) for b, _ in row] or [(0, 0)]
    left, right = np.array(pairs).T
    matrix = coo_array((np.ones(len(left)), (left, right)), shape=(len(graph), len(graph))).tocsr()
    return int(connected_components(matrix[atoms][:, atoms], directed=False)[0])


def require_lawful(graph: AtomGraph, plan: Proposal, rule: SizeRule) -> None:
    for group in range(plan.groups):
        atoms = [a for a, label in enumerate(plan.label) if label == group]
        assert count_parts(graph, atoms) == 1, group
        assert plan.weight[group] == sum(graph.weights[a] for a in atoms)
        assert rule.low <= plan.weight[group] <= rule.high
    assert plan.beyond == 0


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("seed", range(5))
def test_every_grid_is_one_piece_and_within_the_rule(goal: str, seed: int) -> None:
    rule = SizeRule(20, 30)
    graph, geoms = graph_of(150 + 37 * seed, seed)
    plan = propose(graph, rule, goal)
    require_lawful(graph, plan, rule)
    assert propose(graph, rule, goal) == plan
    grids = derive_grids(geoms, plan.label, plan.groups)
    assert measure_compactness(grids).mean() > 0.5


@pytest.mark.parametrize("households", [41, 61, 119, 240])
def test_trees_find_lawful_cuts_and_the_same_again(households: int) -> None:
    rule = SizeRule(20, 30)
    graph, _ = graph_of(households, 3)
    groups = check_feasible(graph.total, rule).fewest
    label = cut_by_trees(graph, rule, groups, seed=1)
    assert label is not None
    for group in range(groups):
        atoms = [a for a, own in enumerate(label) if own == group]
        assert count_parts(graph, atoms) == 1
        assert rule.low <= sum(graph.weights[a] for a in atoms) <= rule.high
    assert cut_by_trees(graph, rule, groups, seed=1) == label


def test_what_cannot_be_cut_is_said_with_the_reason() -> None:
    """Six tens around one place in the middle: each piece of twenty would need the middle."""
    star = AtomGraph([0, *[10] * 6], [[(n, 1.0) for n in range(1, 7)], *[[(0, 1.0)]] * 6])
    assert cut_by_trees(star, SizeRule(20, 20), 3, seed=1) is None
    with pytest.raises(InvalidInput, match=r"redraw\.infeasible") as told:
        propose(star, SizeRule(20, 20), "compactness")
    assert told.value.params["reason"] == "buildings"


def test_what_is_too_much_to_go_through_is_proposed_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grid_boundaries.redraw.propose.MOST_STEPS", 1)
    star = AtomGraph([0, *[10] * 6], [[(n, 1.0) for n in range(1, 7)], *[[(0, 1.0)]] * 6])
    plan = propose(star, SizeRule(20, 20), "compactness")
    assert plan.beyond > 0
    assert sum(plan.weight) == 60


def test_balance_is_more_even_and_compactness_has_shorter_borders() -> None:
    rule = SizeRule(20, 30)
    graph, _ = graph_of(260, 2)
    even, short = propose(graph, rule, "balance"), propose(graph, rule, "compactness")
    assert max(even.weight) - min(even.weight) < max(short.weight) - min(short.weight)
    assert short.border_m < even.border_m


def test_exactly_k_is_exactly_k() -> None:
    graph, _ = graph_of(240, 4)
    for groups in (8, 9, 10, 11, 12):
        plan = propose(graph, SizeRule(20, 30, groups), "compactness")
        assert plan.groups == groups


def test_a_lawful_plan_of_today_is_left_alone() -> None:
    rule = SizeRule(20, 30)
    graph, _ = graph_of(260, 1)
    today = propose(graph, rule, "balance").label
    plan = propose(graph, rule, "stability", today=today)
    assert (plan.label, plan.moved) == (today, 0)


def test_stability_moves_about_as_many_households_as_have_to_move() -> None:
    graph, _ = graph_of(500, 3)
    today = propose(graph, SizeRule(20, 30), "balance").label
    grown = list(graph.weights)
    crowded = [a for a, group in enumerate(today) if group == 5][:8]
    for atom in crowded:
        grown[atom] += 1
    later = AtomGraph(grown, graph.near)
    over = sum(grown[a] for a, group in enumerate(today) if group == 5) - 30
    rule = SizeRule(20, 30)
    plan = propose(later, rule, "stability", today=today)
    require_lawful(later, plan, rule)
    assert 0 < over <= plan.moved <= 2 * over + 4


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 400), st.integers(1, 40), st.integers(0, 20))
def test_feasible_is_what_counting_says(total: int, low: int, more: int) -> None:
    high = low + more
    possible = [k for k in range(1, total + 1) if k * low <= total <= k * high]
    found = check_feasible(total, SizeRule(low, high))
    assert found.is_feasible == bool(possible)
    if possible:
        assert (found.fewest, found.most) == (possible[0], possible[-1])


@pytest.mark.parametrize("total", [*range(1, 20), *range(31, 40)])
def test_totals_that_20_to_30_cannot_hold_are_said_first(total: int) -> None:
    graph = AtomGraph([1] * total, [[] for _ in range(total)])
    with pytest.raises(InvalidInput, match=r"redraw\.infeasible") as caught:
        propose(graph, SizeRule(20, 30), "balance")
    assert caught.value.params["reason"] == ("too_few" if total < 20 else "between")


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.integers(2, 7), st.integers(1, 6), st.randoms(use_true_random=False))
def test_an_atom_may_leave_exactly_when_the_rest_stays_whole(columns, rows, groups, random) -> None:
    number = {(x, y): x * rows + y for x in range(columns) for y in range(rows)}
    near = [
        sorted((number[at], 1.0) for at in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1))
               if at in number)
        for x, y in number
    ]  # fmt: skip
    label = [random.randrange(groups) for _ in near]
    graph = AtomGraph([1] * len(near), near)
    cut = Cut(graph, label, groups)
    for atom, row in enumerate(near):
        own = [a for a in range(len(near)) if label[a] == label[atom]]
        mates = [b for b, _ in row if label[b] == label[atom]]
        if len(mates) < 2 or count_parts(graph, own) > 1:
            continue
        rest = [a for a in own if a != atom]
        assert cut.can_leave(atom) == (count_parts(graph, rest) == 1)
