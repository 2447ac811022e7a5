"""Groups are formed inside branches, whole, none empty; checked by an oracle of its own."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from layers.members.compare_groups import compare_groups
from layers.members.forming import NOBODY, GroupPlan, Wish, form_groups
from layers.members.ground import Ground, make_ground


def chessboard(columns: int, rows: int, branch: list[int], members: list[int]) -> Ground:
    """Squares of 0.01 degree, west to east, then south to north."""
    squares = [
        shapely.box(110 + x / 100, 39 + y / 100, 110 + (x + 1) / 100, 39 + (y + 1) / 100)
        for y in range(rows)
        for x in range(columns)
    ]
    return make_ground(np.array(branch), np.array(members), np.array(squares, dtype=object))


@st.composite
def boards(draw: st.DrawFn) -> tuple[Ground, int, int]:
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    count = columns * rows
    branch = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    members = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    groups = draw(st.integers(len(set(branch)), count))
    return chessboard(columns, rows, branch, members), columns, groups


def is_one_piece(cells: list[int], columns: int) -> bool:
    """Flood fill on the chessboard itself, not on the ground's neighbours."""
    squares = {(c % columns, c // columns) for c in cells}
    start = squares.pop()
    waiting = [start]
    while waiting:
        x, y = waiting.pop()
        for step in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if step in squares:
                squares.remove(step)
                waiting.append(step)
    return not squares


def cells_of(plan: GroupPlan, group: int) -> list[int]:
    return np.flatnonzero(plan.group == group).tolist()


@settings(max_examples=80, deadline=None)
@given(boards(), st.integers(0, 5))
def test_every_group_has_ground_in_one_branch_only(
    board: tuple[Ground, int, int], seed: int
) -> None:
    ground, columns, groups = board
    plan = form_groups(ground, Wish(groups, seed=seed))
    assert sorted(set(plan.group.tolist())) == list(range(groups))
    for group in range(groups):
        cells = cells_of(plan, group)
        assert len(set(ground.branch[cells].tolist())) == 1
        assert is_one_piece(cells, columns) == (group not in plan.apart)
        assert (ground.members[cells].sum() < 3) == (group in plan.small)


@settings(max_examples=30, deadline=None)
@given(boards(), st.integers(0, 5))
def test_the_same_wish_gives_the_same_plan(board: tuple[Ground, int, int], seed: int) -> None:
    ground, _, groups = board
    one, two = (form_groups(ground, Wish(groups, seed=seed)) for _ in range(2))
    assert one.group.tolist() == two.group.tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=8), st.data())
def test_a_strip_is_cut_as_well_as_trying_everything_could(
    members: list[int], data: st.DataObject
) -> None:
    groups = data.draw(st.integers(1, len(members)))
    ground = chessboard(len(members), 1, [0] * len(members), members)
    plan = form_groups(ground, Wish(groups))
    best = min(
        sum(max(0, 3 - sum(members[a:b])) for a, b in itertools.pairwise((0, *cuts, len(members))))
        for cuts in itertools.combinations(range(1, len(members)), groups - 1)
    )
    missing = sum(max(0, 3 - int(ground.members[cells_of(plan, g)].sum())) for g in range(groups))
    # One step at a time can stop short of the best; never by more than one member per group.
    assert best <= missing <= best + groups


def test_groups_in_two_parts_of_a_branch_are_told_apart() -> None:
    ground = chessboard(3, 1, [0, 1, 0], [5, 5, 5])
    plan = form_groups(ground, Wish(2))
    assert plan.group.tolist() == [0, 1, 0]
    assert plan.apart == (0,)


def test_parts_of_a_branch_get_groups_of_their_own_where_the_number_allows() -> None:
    ground = chessboard(5, 1, [0, 0, 1, 0, 0], [5, 5, 5, 5, 5])
    plan = form_groups(ground, Wish(3))
    assert plan.apart == ()


def test_members_decide_how_many_groups_a_branch_gets() -> None:
    ground = chessboard(4, 2, [0, 0, 1, 1] * 2, [9, 9, 1, 1] * 2)
    plan = form_groups(ground, Wish(4))
    assert len(set(plan.group[ground.branch == 0].tolist())) == 3
    assert plan.small == ()


def test_locked_groups_stay_as_they_are() -> None:
    ground = chessboard(4, 2, [0] * 8, [1, 9, 9, 1, 1, 9, 9, 1])
    today = np.array([7, 7, 8, 8, 7, 7, 8, 8])
    plan = form_groups(ground, Wish(3, today=today, locked=frozenset({7})))
    kept = plan.group[today == 7]
    assert len(set(kept.tolist())) == 1
    assert (plan.group == kept[0]).sum() == 4
    assert plan.today_of[kept[0]] == 7


def test_keeping_today_moves_only_what_the_smallest_group_needs() -> None:
    ground = chessboard(6, 1, [0] * 6, [1, 2, 2, 2, 9, 9])
    today = np.array([0, 1, 1, 1, 2, 2])
    plan = form_groups(ground, Wish(3, keep=True, today=today))
    told = compare_groups(ground, today, plan)
    assert plan.group.tolist() == [0, 0, 1, 1, 2, 2]
    assert (told.moved_cells, told.moved_members) == (1, 2)
    assert (told.today.small, told.plan.small) == (1, 0)
    assert (told.unchanged, told.changed, told.new, told.ended) == (1, 2, 0, 0)


def test_comparison_names_new_and_ended_groups() -> None:
    ground = chessboard(4, 1, [0] * 4, [3, 3, 3, 3])
    more = form_groups(ground, Wish(4, today=np.array([0, 0, 1, 1])))
    told = compare_groups(ground, np.array([0, 0, 1, 1]), more)
    assert (told.new, told.ended, told.changed) == (2, 0, 2)
    fewer = form_groups(ground, Wish(1, today=np.array([0, 0, 1, 1])))
    told = compare_groups(ground, np.array([0, 0, 1, 1]), fewer)
    assert (told.new, told.ended, told.changed, told.moved_cells) == (0, 1, 1, 2)


@pytest.mark.parametrize("groups", [0, 1, 9])
def test_a_number_that_cannot_be_is_refused_with_what_can(groups: int) -> None:
    ground = chessboard(4, 2, [0, 0, 1, 1] * 2, [1] * 8)
    with pytest.raises(InvalidInput) as refused:
        form_groups(ground, Wish(groups))
    assert refused.value.params == {"groups": groups, "low": 2, "high": 8}


def test_corner_is_no_border() -> None:
    squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2)]
    ground = make_ground(np.array([0, 0]), np.array([1, 1]), np.array(squares, dtype=object))
    assert ground.neighbours == ({}, {})


def test_today_without_groups_makes_every_group_new() -> None:
    ground = chessboard(2, 1, [0, 0], [3, 3])
    plan = form_groups(ground, Wish(2))
    assert plan.today_of.tolist() == [NOBODY, NOBODY]
