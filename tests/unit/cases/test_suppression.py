"""No hidden number can be worked out from what is shown: linear programming is the reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gis_api.cases.counts.suppression import Count, add_up, hide_small

Path = tuple[str, ...]


def leaf_values(tree: Count, path: Path = ()) -> dict[Path, int | None]:
    if not tree.parts:
        return {path: tree.value}
    return {p: v for part in tree.parts for p, v in leaf_values(part, (*path, part.key)).items()}


def shown(tree: Count, path: Path = ()) -> dict[Path, int]:
    """Every number a reader sees, by its place in the tree."""
    here = {} if tree.value is None else {path: tree.value}
    for part in tree.parts:
        here |= shown(part, (*path, part.key))
    return here


def find_range(tree: Count, leaf: Path) -> tuple[float, float]:
    """The least and the largest that a hidden leaf may be, given everything shown (capped at 99).

    Sums of a tree are a totally unimodular system: what is best in fractions is best in numbers.
    """
    leaves = list(leaf_values(tree))
    sums = shown(tree)
    rows = [[float(path[: len(place)] == place) for path in leaves] for place in sums]
    aim = [float(path == leaf) for path in leaves]
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(
            [sign * one for one in aim],
            A_eq=rows or None,
            b_eq=list(sums.values()) or None,
            bounds=(0, 99),
        )
        assert found.status == 0
        ends.append(sign * found.fun)
    return ends[0], ends[1]


def grow(values: list[list[list[int]]]) -> Count:
    return add_up(
        "",
        tuple(
            add_up(
                f"v{v}",
                tuple(
                    add_up(f"s{s}", tuple(Count(f"k{k}", n) for k, n in enumerate(kinds)))
                    for s, kinds in enumerate(states)
                ),
            )
            for v, states in enumerate(values)
        ),
    )


SMALL = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30])
TABLES = st.lists(
    st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=2, max_size=2),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_each_hidden_number_may_be_zero_or_five_for_all_a_reader_knows(
    values: list[list[list[int]]],
) -> None:
    hidden = hide_small(grow(values))
    for path, value in leaf_values(hidden).items():
        if value is None:
            least, most = find_range(hidden, path)
            assert least == pytest.approx(0, abs=1e-6), (path, hidden)
            assert most >= 5 - 1e-6, (path, hidden)


def test_the_oracle_sees_a_number_that_sums_give_away() -> None:
    leaky = Count("", 12, (Count("a", None), Count("b", 9)))
    assert find_range(leaky, ("a",)) == (3, 3)


ANY = st.lists(st.integers(0, 40), min_size=3, max_size=3)


@settings(max_examples=200)
@given(st.lists(st.lists(ANY, min_size=2, max_size=2), min_size=1, max_size=6))
def test_what_is_shown_is_true_and_never_below_five(values: list[list[list[int]]]) -> None:
    tree = grow(values)
    true, told = shown(tree), shown(hide_small(tree))
    for place, value in told.items():
        assert value == true[place]
        assert value >= 5
    if all(n >= 5 for states in values for kinds in states for n in kinds):
        assert told == true


def test_the_smallest_other_number_goes_along_with_one_small_one() -> None:
    tree = add_up("", (Count("a", 3), Count("b", 9), Count("c", 7), Count("d", 7)))
    assert [part.value for part in hide_small(tree).parts] == [None, 9, None, 7]


def test_two_small_ones_that_make_five_need_no_other() -> None:
    tree = add_up("", (Count("a", 3), Count("b", 2), Count("c", 7)))
    assert [part.value for part in hide_small(tree).parts] == [None, None, 7]


def test_a_whole_place_with_few_cases_tells_nothing() -> None:
    hidden = hide_small(grow([[[1, 1], [1, 1]]]))
    assert shown(hidden) == {}
