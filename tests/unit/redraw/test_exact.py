"""Going through all cuts: agrees with every labelling of the atoms, and gives up in time."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.redraw.exact import UndecidedError, cut_exactly
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import AtomGraph

MOST = 7


def is_lawful(graph: AtomGraph, label: tuple[int, ...], groups: int, rule: SizeRule) -> bool:
    for group in range(groups):
        atoms = [a for a, own in enumerate(label) if own == group]
        weight = sum(graph.weights[a] for a in atoms)
        if not rule.low <= weight <= rule.high or len(graph.split_parts(atoms)) != 1:
            return False
    return True


@st.composite
def graphs(draw: st.DrawFn) -> AtomGraph:
    """Connected graphs of a few atoms: a random tree and some edges more."""
    size = draw(st.integers(1, MOST))
    weights = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    edges = {(draw(st.integers(0, a - 1)), a) for a in range(1, size)}
    if size > 1:
        more = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
        edges |= {(min(e), max(e)) for e in draw(st.sets(more, max_size=6)) if e[0] != e[1]}
    near: list[list[tuple[int, float]]] = [[] for _ in range(size)]
    for a, b in sorted(edges):
        near[a].append((b, 1.0))
        near[b].append((a, 1.0))
    return AtomGraph(weights, near)


@settings(max_examples=400, deadline=None)
@given(graphs(), st.integers(1, 3), st.integers(1, 8), st.integers(0, 5))
def test_every_labelling_says_the_same(graph: AtomGraph, groups: int, low: int, more: int) -> None:
    rule = SizeRule(low, low + more)
    label = cut_exactly(graph, rule, groups)
    labellings = product(range(groups), repeat=len(graph))
    possible = any(is_lawful(graph, one, groups, rule) for one in labellings)
    assert (label is not None) == possible
    if label is not None:
        assert is_lawful(graph, tuple(label), groups, rule)


def test_a_chain_of_buildings_that_do_not_add_up() -> None:
    """6 5 4 4 12 …: the first four make 19, with the fifth 31."""
    weights = [6, 5, 4, 4, 12, 9, 10, 10]
    near = [[(n, 1.0) for n in (a - 1, a + 1) if 0 <= n < 8] for a in range(8)]
    chain = AtomGraph(weights, near)
    assert cut_exactly(chain, SizeRule(20, 30), 2) is None
    assert cut_exactly(chain, SizeRule(19, 30), 3) == [0, 0, 0, 0, 1, 1, 2, 2]


def test_too_many_cuts_are_not_gone_through() -> None:
    side = 8
    near = [
        [(b, 1.0) for b in range(side * side)
         if abs(a // side - b // side) + abs(a % side - b % side) == 1]
        for a in range(side * side)
    ]  # fmt: skip
    with pytest.raises(UndecidedError):
        cut_exactly(AtomGraph([2] * side * side, near), SizeRule(21, 21), 6, most_steps=2000)


def test_so_many_groups_that_calls_would_nest_too_deep_are_not_tried() -> None:
    many = 2000
    near = [[(n, 1.0) for n in (a - 1, a + 1) if 0 <= n < many] for a in range(many)]
    with pytest.raises(UndecidedError):
        cut_exactly(AtomGraph([1] * many, near), SizeRule(1, 1), many)
