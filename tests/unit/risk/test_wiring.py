"""From cases and cells as arrays to one map: points, denominators, bad input."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from layers.risk.case_points import CasePoints, tell_bias
from layers.risk.classes import RiskClass
from layers.risk.ground import (
    Ground,
    choose_resolution,
    make_ground,
    make_hex_ground,
    sample_road_km,
)
from layers.risk.groups import get_group, list_groups
from layers.risk.one_map import choose_units, draw_map, tell_cells, tell_figures

WEST, SOUTH, SIDE = 110.5, 39.4, 0.01


def town(columns: int, rows: int, apart: bool = False) -> Ground:
    """A lattice of cells of 0.01 degree; ``apart`` leaves a gap in the middle."""
    shapes = []
    for row in range(rows):
        for column in range(columns):
            x = WEST + column * SIDE + (0.5 if apart and column >= columns // 2 else 0)
            shapes.append(shapely.box(x, SOUTH + row * SIDE, x + SIDE, SOUTH + (row + 1) * SIDE))
    made = np.array(shapes, dtype=object)
    codes = [f"{n:04d}" for n in range(len(shapes))]
    return make_ground("base", codes, codes, made, shapely.union_all(shapely.buffer(made, 1e-9)))


def case(lng: float | None, lat: float | None, **more: Any) -> dict[str, Any]:
    return {
        "kind": "land", "source": "visit", "registered_on": date(2025, 6, 1), "days_to_report": 2,
        "lng": lng, "lat": lat, "accuracy_m": 20.0, "is_future": False,
    } | more  # fmt: skip


@given(st.integers(0, 39), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_a_point_is_counted_in_the_cell_around_it(cell: int, right: float, up: float) -> None:
    ground = town(8, 5)
    row, column = divmod(cell, 8)
    lng = np.array([WEST + (column + right) * SIDE, np.nan, 0.0])
    lat = np.array([SOUTH + (row + up) * SIDE, SOUTH, 0.0])
    assert ground.find_rows(lng, lat).tolist() == [cell, -1, -1]


def test_a_point_on_a_shared_border_goes_to_the_lower_code() -> None:
    ground = town(2, 1)
    assert ground.find_rows(np.array([WEST + SIDE]), np.array([SOUTH + SIDE / 2])).tolist() == [0]


def test_cells_at_the_rim_are_marked() -> None:
    marked = town(3, 3).at_edge
    assert marked.tolist() == [True] * 4 + [False] + [True] * 4


def test_180_000_items_on_a_default_point_are_counted_apart_and_put_on_no_map() -> None:
    rows = [case(WEST, SOUTH) for _ in range(60)]
    for number, row in enumerate(rows):
        row["lng"] += number * 1e-4
    many = [case(110.6, 39.5)] * 180_000
    points = CasePoints.of(rows + many)
    assert int(points.pinned.sum()) == 180_000
    assert int(points.located.sum()) == 60
    assert tell_bias(points)["pinned"] == 180_000


def test_vague_unlocated_and_future_cases_are_counted_apart() -> None:
    points = CasePoints.of([
        case(110.51, 39.41), case(None, None), case(110.52, 39.41, accuracy_m=1000.0),
        case(110.53, 39.41, is_future=True), case(110.54, 39.41, source="grid_worker"),
    ])  # fmt: skip
    told = tell_bias(points)
    assert (told["cases"], told["unlocated"], told["pinned"], told["future"]) == (4, 1, 1, 1)
    assert told["reported"] == 3
    assert points.located.tolist() == [True, False, False, True]


def test_no_cases_at_all_tell_of_none() -> None:
    told = tell_bias(CasePoints.of([]))
    assert (told["cases"], told["days_to_report"]["median"]) == (0, None)


def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    first = date(2025, 6, 1)
    rows = [case(110.51, 39.41, registered_on=first + timedelta(days=n)) for n in range(-1, 3)]
    assert len(CasePoints.of(rows).between(first, first + timedelta(days=2))) == 2


def test_every_group_has_its_words_and_unknown_ones_are_refused() -> None:
    assert [group.slug for group in list_groups()] == [
        "all", "mining_land", "relocation", "boundary", "enterprise_village",
    ]  # fmt: skip
    assert get_group("other", [("other", "其他", "other")]).denominators == ()
    with pytest.raises(InvalidInput) as caught:
        get_group("astrology", [("land", "土地", "land")])
    assert caught.value.code == "risk.unknown_kind"


def test_the_first_denominator_that_is_there_for_enough_cases_is_taken() -> None:
    observed = np.array([8, 1, 1])
    parcels, homes = np.array([5.0, 0, 0]), np.array([3.0, 3, 3])
    assert choose_units(observed, [("parcels", parcels), ("households", homes)])[0] == "parcels"  # type: ignore[index]
    parcels = np.array([0, 5.0, 5.0])
    assert choose_units(observed, [("parcels", parcels), ("households", homes)])[0] == "households"  # type: ignore[index]
    assert choose_units(observed, [("parcels", np.zeros(3))]) is None


@pytest.mark.parametrize("observed", [[0] * 12, [1] + [0] * 11])
def test_no_case_or_one_case_gives_no_class_but_counts(observed: list[int]) -> None:
    ground = town(4, 3)
    homes = np.full(12, 50.0)
    found = draw_map(ground, np.array(observed), homes, homes, 0.05, seed=1, maps=99)
    assert set(found.words) == {RiskClass.CANNOT_TELL}
    assert tell_cells(found)["observed"] == observed
    assert tell_figures(found)["noticed"] is None


@pytest.mark.parametrize("apart", [False, True])
def test_all_cases_at_one_place_and_disconnected_parts_are_answered(apart: bool) -> None:
    ground = town(4, 3, apart)
    observed = np.zeros(12, dtype=np.int64)
    observed[0] = 40
    homes = np.full(12, 50.0)
    homes[11] = 0
    found = draw_map(ground, observed, homes, homes, 0.05, seed=1, maps=99)
    assert found.words[0] is RiskClass.CLEARLY_HIGHER
    assert found.words[11] is RiskClass.NO_DENOMINATOR
    assert not found.shown[11]


def test_cases_in_cells_without_households_are_counted_and_never_divided() -> None:
    ground = town(4, 3)
    homes = np.full(12, 50.0)
    homes[5] = 0
    observed = np.full(12, 2)
    found = draw_map(ground, observed, homes, homes, 0.05, seed=1, maps=99)
    assert (found.without_denominator, found.total) == (2, 22)
    assert found.words[5] is RiskClass.NO_DENOMINATOR
    assert found.expected[5] == 0


def test_length_of_a_straight_road_is_exact_and_spread_over_cells() -> None:
    mx = 111_319.49 * np.cos(np.radians(SOUTH + SIDE / 2)) * 1.0016
    road = shapely.box(WEST, SOUTH + 0.0049, WEST + 4 * SIDE, SOUTH + 0.0052)
    lng, lat, km = sample_road_km(np.array([road], dtype=object))
    assert km.sum() == pytest.approx(4 * SIDE * mx / 1000, rel=0.01)
    rows = town(4, 1).find_rows(lng, lat)
    by_cell = np.bincount(rows, km, 4)
    assert by_cell == pytest.approx(np.full(4, km.sum() / 4), rel=0.03)


def test_hexagons_hold_every_point_and_shifting_them_keeps_the_count() -> None:
    rng = np.random.default_rng(1)
    lng, lat = WEST + rng.random(500) * 0.1, SOUTH + rng.random(500) * 0.1
    outline = shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.1)
    for shift in ((0.0, 0.0), (0.004, 0.0)):
        ground = make_hex_ground(lng, lat, choose_resolution(np.array([1.0])), outline, shift)
        rows = ground.find_rows(lng, lat)
        assert (rows >= 0).all()
        around = shapely.contains_xy(ground.shapes[rows], lng, lat)
        # sides of hexagons are great circles, not straight lines: a point beside one may differ
        assert around.mean() > 0.99
