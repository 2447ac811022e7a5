"""Steps of an old draft on new ground: done again, or left out with the reason."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid_boundaries.redraw.draft import Change, Draft, apply_change
from grid_boundaries.redraw.replay import (
    ALREADY_SO,
    DONE,
    GRID_GONE,
    LOCKED,
    MOVED_BY_OTHERS,
    Carrier,
    change_between,
    find_same_ground,
    match_cells,
)

TODAY = frozenset({0, 1, 2})


def carrier() -> Carrier:
    """The old atoms 0 … 3 are 1, 0, 2, 3 now, and one is new; cell 2 is gone, 0 and 1 changed
    numbers."""
    return Carrier([1, 0, 2, 3, -1], {0: 5, 1: 4})


def draft() -> Draft:
    return Draft((5, 5, 4, 4, 4), next_grid=6)


def test_a_step_finds_its_buildings_and_grids_again() -> None:
    carried, why = carrier().carry(Change(((1, 0, 1),)), draft(), TODAY)
    assert why == DONE
    assert carried is not None
    assert carried.moves == ((0, 5, 4),)
    assert apply_change(draft(), carried).grid == (4, 5, 4, 4, 4)


def test_a_grid_that_the_draft_made_gets_a_new_number_once() -> None:
    one = carrier()
    split, _ = one.carry(Change(((1, 0, 7),)), draft(), TODAY)
    assert split is not None
    after = apply_change(draft(), split)
    assert after.grid == (6, 5, 4, 4, 4)
    more, _ = one.carry(Change(((0, 0, 7),), facts=((7, "name", None, "新"),)), after, TODAY)
    assert more is not None
    assert (more.moves, more.facts) == (((1, 5, 6),), ((6, "name", None, "新"),))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change(((1, 0, 2),)), GRID_GONE),
        (Change(((2, 0, 1), (3, 0, 1))), ALREADY_SO),
        (Change(((0, 1, 0), (2, 1, 0))), MOVED_BY_OTHERS),
        (Change(locks=((0, False),)), ALREADY_SO),
    ],
)
def test_a_step_that_has_no_place_any_more_is_left_out(change: Change, why: str) -> None:
    start = Draft((5, 5, 4, 4, 4), next_grid=6)
    if why == MOVED_BY_OTHERS:
        start = Draft((9, 9, 9, 9, 9), next_grid=10)
    assert carrier().carry(change, start, TODAY) == (None, why)


def test_a_step_on_a_locked_grid_is_left_out() -> None:
    held = Draft((5, 5, 4, 4, 4), next_grid=6, locked=frozenset({4}))
    assert carrier().carry(Change(((1, 0, 1),)), held, TODAY) == (None, LOCKED)


def test_ground_and_cells_are_found_again() -> None:
    old = np.array([shapely.box(x, 0, x + 1, 1) for x in range(3)], dtype=object)
    sites = np.array([(2.5, 0.5), (1.0, 0.5), (7, 7)])
    assert find_same_ground(old, sites) == [2, 0, -1]
    assert match_cells({"0": {"cell_id": 11}, "1": {"cell_id": 12}},
                       {"0": {"cell_id": 12}}) == {1: 0}  # fmt: skip
    assert change_between([0, -1, 1], [0, 3, 2]).moves == ((2, 1, 2),)
