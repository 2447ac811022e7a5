"""Shapes placed in bulk lie where the one-by-one answers say; ties and holes included."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.locate.area import locate_area
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.locate.resettle import NOWHERE, find_successors, place_shapes
from tests.unit.hierarchy.lattice import degrees, plan, square, town

PLAN = town()
INDEX = PointIndex(PLAN)
# quarters hit the borders and corners of the lattice, and the ground around it
QUARTER = st.integers(-2, 18).map(lambda n: n / 4)


def shapes(*made: object) -> np.ndarray:
    array = np.empty(len(made), dtype=object)
    array[:] = made
    return array


def codes_of(rows: np.ndarray) -> list[str | None]:
    return [PLAN.codes[row] if row != NOWHERE else None for row in rows.tolist()]


@settings(max_examples=60)
@given(st.lists(st.tuples(QUARTER, QUARTER), min_size=1, max_size=12))
def test_points_lie_where_locate_says(corners: list[tuple[float, float]]) -> None:
    spots = [degrees(column, row) for column, row in corners]
    found = place_shapes(PLAN, shapes(*(shapely.Point(*spot) for spot in spots)))
    expected = [INDEX.locate(*spot).lead for spot in spots]
    assert codes_of(found) == [cell.code if cell else None for cell in expected]


@settings(max_examples=60)
@given(QUARTER, QUARTER, st.sampled_from([0.25, 0.5, 1, 1.5, 3]))
def test_areas_lie_where_locate_area_says(column: float, row: float, side: float) -> None:
    area = shapely.box(*degrees(column, row), *degrees(column + side, row + side))
    lead = locate_area(INDEX, area).lead
    assert codes_of(place_shapes(PLAN, shapes(area))) == [lead.cell.code if lead else None]


def test_what_has_no_shape_lies_nowhere_and_a_line_counts_as_a_point_on_it() -> None:
    line = shapely.LineString([degrees(0.2, 0.2), degrees(0.8, 0.8)])
    found = place_shapes(PLAN, shapes(None, shapely.Point(), line))
    assert codes_of(found) == [None, None, "B00"]


def test_an_outline_that_crosses_itself_lies_where_its_ground_is() -> None:
    bow = shapely.Polygon([degrees(1.2, 0.2), degrees(1.8, 0.8), degrees(1.8, 0.2),
                           degrees(1.2, 0.8)])  # fmt: skip
    assert not bow.is_valid
    assert codes_of(place_shapes(PLAN, shapes(bow))) == ["B10"]


@pytest.mark.parametrize(
    ("gone", "rank", "heir"),
    [
        (square(0, 0, 1.5, 1), 3, "B00"),  # the larger part
        (square(0, 0, 2, 1), 3, "B00"),  # halves: the lowest code
        (square(2, 2, 2, 2), 2, "V11"),  # a village follows villages, never a base grid
        (square(40, 40), 3, None),
    ],
)
def test_a_cell_that_ended_has_the_heir_with_most_of_its_ground(
    gone: shapely.Polygon, rank: int, heir: str | None
) -> None:
    found = find_successors(PLAN, np.array([rank]), shapes(gone))
    assert codes_of(found) == [heir]


def test_where_a_level_is_gone_the_level_above_inherits() -> None:
    sparse = plan(["T", "V"], [1, 2], [-1, 0], [square(0, 0, 4, 4), square(0, 0, 2, 2)])
    found = find_successors(sparse, np.array([3, 3]), shapes(square(1, 1), square(3, 3)))
    assert [sparse.codes[row] for row in found.tolist()] == ["V", "T"]
