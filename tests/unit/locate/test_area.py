"""A polygon is led by the cell with the largest share of it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.area import locate_area
from grid_boundaries.locate.point import PointIndex
from tests.unit.locate.coverages import codes_for, fractal_coverage
from tests.unit.locate.snapshots import snapshot_of

WEST, EAST = shapely.box(110.0, 39.0, 110.1, 39.1), shapely.box(110.1, 39.0, 110.2, 39.1)


def two_cells(west_code: str = "A", east_code: str = "B") -> PointIndex:
    town = shapely.box(110.0, 39.0, 110.3, 39.1)
    return PointIndex(
        snapshot_of([town, WEST, EAST], ["t", west_code, east_code], [1, 2, 2], [-1, 0, 0])
    )


def test_largest_share_leads_and_the_rest_is_named_with_shares() -> None:
    where = locate_area(two_cells(), shapely.box(110.08, 39.02, 110.14, 39.04))
    assert (where.lead.cell.code, [s.cell.code for s in where.joint]) == ("B", ["A"])
    assert where.lead.share == pytest.approx(2 / 3)
    assert where.joint[0].share == pytest.approx(1 / 3)
    assert where.share_outside == pytest.approx(0)
    assert [cell.code for cell in where.ancestors] == ["t"]
    assert json.loads(json.dumps(where.to_json()))["grid_version_id"] == 7


@pytest.mark.parametrize("codes", [("A", "B"), ("B", "A")])
def test_equal_shares_go_to_the_lowest_code(codes: tuple[str, str]) -> None:
    where = locate_area(two_cells(*codes), shapely.box(110.08, 39.02, 110.12, 39.04))
    assert where.lead.cell.code == "A"


def test_part_outside_the_deepest_level_is_counted_as_outside() -> None:
    where = locate_area(two_cells(), shapely.box(110.15, 39.02, 110.25, 39.04))
    assert (where.lead.cell.code, where.joint) == ("B", ())
    assert where.share_outside == pytest.approx(0.5)


def test_area_in_a_gap_of_the_deepest_level_is_led_by_the_level_above() -> None:
    where = locate_area(two_cells(), shapely.box(110.22, 39.02, 110.25, 39.04))
    assert (where.lead.cell.code, where.share_outside) == ("t", pytest.approx(0))


def test_area_elsewhere_has_no_lead() -> None:
    where = locate_area(two_cells(), shapely.box(111, 39, 112, 40))
    assert (where.lead, where.joint, where.share_outside) == (None, (), 1.0)


def test_shared_border_alone_gives_no_share() -> None:
    where = locate_area(two_cells(), shapely.box(110.05, 39.02, 110.1, 39.04))
    assert where.joint == ()


@pytest.mark.parametrize(
    ("area", "code"),
    [
        (shapely.Point(110, 39), "area.not_polygon"),
        (shapely.Polygon(), "area.empty"),
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "area.invalid"),
        (shapely.transform(WEST, lambda xy: xy * np.inf), "area.not_finite"),
    ],
)
def test_impossible_areas_are_refused(area: shapely.Geometry, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        locate_area(two_cells(), area)
    assert error.value.code == code


CELLS = fractal_coverage(5, 5, seed=8, depth=2)
INDEX = PointIndex(snapshot_of(list(CELLS), codes_for(25)))


@settings(max_examples=40, deadline=None)
@given(st.floats(109.1, 109.9), st.floats(39.1, 39.9), st.floats(0.01, 0.5), st.booleans())
def test_shares_add_up_to_one(lng: float, lat: float, size: float, holed: bool) -> None:
    area = shapely.Point(lng, lat).buffer(size)
    if holed:
        area = area.difference(shapely.Point(lng, lat).buffer(size / 2))
    where = locate_area(INDEX, area)
    shares = [where.lead.share, *[s.share for s in where.joint]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) + where.share_outside == pytest.approx(1)
