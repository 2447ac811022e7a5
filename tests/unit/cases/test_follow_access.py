"""Who sees a case after a redraw: never more people than somebody decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_api.cases.moving.visibility import cells_of, follow_access


def key(*cells: int) -> str:
    return "".join(f"{cell:08x}" for cell in cells)


TOWN, WEST, EAST, SOUTH, NORTH, OTHER, MICRO = range(1, 8)
OLD = key(TOWN, WEST, SOUTH, MICRO)


@pytest.mark.parametrize(
    ("access", "new", "expected"),
    [
        # seen by all above: stays so
        (OLD, key(TOWN, WEST, NORTH, MICRO), key(TOWN, WEST, NORTH, MICRO)),
        # hidden from the village: the village still lies above
        (key(TOWN), key(TOWN, WEST, NORTH, MICRO), key(TOWN)),
        # hidden from the base grid it left: hidden from the new one too
        (key(TOWN, WEST), key(TOWN, WEST, NORTH, MICRO), key(TOWN, WEST)),
        # hidden from the village it left: hidden from the new village too
        (key(TOWN), key(TOWN, EAST, OTHER, MICRO), key(TOWN)),
        # hidden from the micro grid alone, now split: hidden from the new micro grid
        (key(TOWN, WEST, SOUTH), key(TOWN, WEST, SOUTH, 99), key(TOWN, WEST, SOUTH)),
        # the cell complained of moved up one level: hidden from it there
        (key(TOWN, WEST), key(TOWN, SOUTH, MICRO), key(TOWN)),
        # fewer levels than before
        (key(TOWN, WEST, SOUTH), key(TOWN, EAST), key(TOWN)),
        # the top was complained of: only those who see the whole place
        ("0", key(TOWN, WEST, NORTH, MICRO), "0"),
        # lies in no cell any more
        (OLD, "0", "0"),
        (key(TOWN), "0", "0"),
    ],
)
def test_a_moved_case_is_seen_by(access: str, new: str, expected: str) -> None:
    assert follow_access(OLD, access, new) == expected


def test_what_lay_in_no_cell_is_seen_where_it_is_placed() -> None:
    assert follow_access("0", "0", OLD) == OLD


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
    st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
    st.integers(0, 4),
)
def test_the_cell_complained_of_never_sees_it(old: list[int], new: list[int], cut: int) -> None:
    cut = min(cut, len(old) - 1)
    access = key(*old[:cut]) or "0"
    seen_by = follow_access(key(*old), access, key(*new))
    assert old[cut] not in cells_of(seen_by)
    assert key(*new).startswith(seen_by) or seen_by == "0"
    assert seen_by != key(*new)
