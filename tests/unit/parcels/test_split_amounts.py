"""Money and area are split so that nothing is lost and nobody can gain by being listed first."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from layers.parcels.split_amounts import Household, Side, Split, share_out, split_amount


def homes(prefix: str, count: int) -> list[Household]:
    return [Household(f"{prefix}{n:02d}") for n in range(count)]


def paid(split: Split) -> Decimal:
    return sum((a for side in split.sides for a in side.amounts.values()), Decimal(0))


def test_hongshaba_as_reported() -> None:
    split = split_amount(
        Decimal("1000000.00"),
        [Side("a", homes("a", 6), Decimal("73.9")), Side("b", homes("b", 17), Decimal("26.1"))],
    )
    a, b = split.sides
    assert (a.amount, b.amount) == (Decimal("739000.00"), Decimal("261000.00"))
    assert (a.per_household, b.per_household) == (Decimal("123166.67"), Decimal("15352.94"))
    assert sorted(a.amounts.values()) == [Decimal("123166.66")] * 2 + [Decimal("123166.67")] * 4
    assert sorted(b.amounts.values()) == [Decimal("15352.94")] * 15 + [Decimal("15352.95")] * 2
    assert paid(split) == split.total == Decimal("1000000.00")


def test_equal_remainders_go_to_the_lower_key() -> None:
    assert share_out(Decimal("0.02"), {"b": 1, "c": 1, "a": 1}) == {
        "a": Decimal("0.01"),
        "b": Decimal("0.01"),
        "c": Decimal("0.00"),
    }


def test_heads_and_areas_weigh() -> None:
    sides = [Side("s", [Household("x", 1, Decimal("30")), Household("y", 3, Decimal("10"))])]
    by_head = split_amount(100, sides, "head").sides[0].amounts
    by_area = split_amount(100, sides, "area").sides[0].amounts
    assert by_head == {"x": Decimal("25.00"), "y": Decimal("75.00")}
    assert by_area == {"x": Decimal("75.00"), "y": Decimal("25.00")}


def test_floor_is_paid_first_and_the_others_share_the_rest_by_weight() -> None:
    parts = share_out(100, {"a": 1, "b": 10, "c": 89}, floor=20)
    assert parts == {"a": Decimal(20), "b": Decimal(20), "c": Decimal(60)}


def test_weightless_household_still_gets_the_floor() -> None:
    assert share_out(10, {"a": 0, "b": 1}, floor=2) == {"a": Decimal(2), "b": Decimal(8)}


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("land.split_percent_sum", {"sides": [("a", 50), ("b", 49)]}),
        ("land.split_percent_missing", {"sides": [("a", 50), ("b", None)]}),
        ("land.split_negative", {"sides": [("a", 150), ("b", -50)]}),
        ("land.split_negative", {"total": -1}),
        ("land.split_no_shares", {"sides": []}),
        ("land.split_not_exact", {"total": 0.1}),
        ("land.split_not_exact", {"total": Decimal("NaN")}),
        ("land.split_unit", {"total": Decimal("0.001")}),
        ("land.split_floor", {"floor": 51}),
        ("land.split_basis", {"basis": "age"}),
        ("land.split_key_twice", {"sides": [("a", 50), ("a", 50)]}),
    ],
)
def test_bad_input_is_refused_with_a_code(code: str, call: dict[str, Any]) -> None:
    sides = [
        Side(key, [Household(f"{key}{n}")], percent)
        for n, (key, percent) in enumerate(call.get("sides", [("a", 50), ("b", 50)]))
    ]
    with pytest.raises(InvalidInput) as refused:
        split_amount(
            call.get("total", 100), sides, call.get("basis", "household"), call.get("floor", 0)
        )
    assert refused.value.code == code


def test_side_without_households_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"land\.split_no_shares"):
        split_amount(1, [Side("a", [])])


def test_all_weights_zero_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"land\.split_no_shares"):
        share_out(1, {"a": 0})


@settings(max_examples=150, deadline=None)
@given(
    fen=st.integers(0, 10**16),
    weights=st.lists(st.fractions(0, 1000, max_denominator=997), min_size=1, max_size=30),
    floor_share=st.integers(0, 100),
    seed=st.integers(0, 99),
)
def test_parts_add_up_whatever_the_order(
    fen: int, weights: list[Fraction], floor_share: int, seed: int
) -> None:
    weights[0] += 1
    total = Decimal(fen).scaleb(-2)
    floor = Decimal(fen // len(weights) * floor_share // 100).scaleb(-2)
    rows = [(f"h{n:02d}", weight) for n, weight in enumerate(weights)]
    parts = share_out(total, dict(rows), floor)
    random.Random(seed).shuffle(rows)
    assert share_out(total, dict(rows), floor) == parts
    assert sum(parts.values(), Decimal(0)) == total
    assert min(parts.values()) >= floor


@settings(max_examples=60, deadline=None)
@given(
    fen=st.integers(0, 10**12),
    cut=st.integers(0, 1000),
    left=st.integers(1, 12),
    right=st.integers(1, 12),
)
def test_percent_splits_add_up_inside_and_across_sides(
    fen: int, cut: int, left: int, right: int
) -> None:
    percent = Decimal(cut).scaleb(-1)
    sides = [Side("a", homes("a", left), percent), Side("b", homes("b", right), 100 - percent)]
    split = split_amount(Decimal(fen).scaleb(-2), sides)
    assert paid(split) == split.total
    assert split_amount(Decimal(fen).scaleb(-2), sides[::-1]) == split
    for side in split.sides:
        spread = max(side.amounts.values()) - min(side.amounts.values())
        assert spread <= Decimal("0.01")
