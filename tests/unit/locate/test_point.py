"""Which cell is this point in: the rules of docs/decisions/0002-locate-rules.md, one by one."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.point import PointIndex
from tests.unit.locate.coverages import codes_for, fractal_coverage, probing_points
from tests.unit.locate.snapshots import TOLERANCE_M, expected_without_accuracy, snapshot_of

WEST = shapely.box(110.00, 39.50, 110.01, 39.51)
EAST = shapely.box(110.01, 39.50, 110.02, 39.51)
MX, MY = metres_per_degree(39.505)


def two_cells(west_code: str = "A", east_code: str = "B") -> PointIndex:
    return PointIndex(snapshot_of([WEST, EAST], [west_code, east_code]))


def test_point_inside_one_cell_names_the_neighbour_and_both_distances() -> None:
    where = two_cells().locate(110.009, 39.505)
    assert (where.how, where.lead.code, where.joint) == ("inside", "A", ())
    assert where.border_distance_m == pytest.approx(0.001 * MX, abs=TOLERANCE_M)
    assert where.runner_up.cell.code == "B"
    assert where.runner_up.distance_m == pytest.approx(0.001 * MX, abs=TOLERANCE_M)
    assert where.version_id == 7


@pytest.mark.parametrize("codes", [("A", "B"), ("B", "A"), ("乙", "a"), ("10", "9")])
def test_point_on_shared_edge_goes_to_lower_code(codes: tuple[str, str]) -> None:
    where = two_cells(*codes).locate(110.01, 39.505)
    assert where.how == "border"
    assert where.lead.code == min(codes)
    assert [cell.code for cell in where.joint] == [max(codes)]
    assert where.border_distance_m == pytest.approx(0, abs=TOLERANCE_M)
    assert (where.runner_up.cell.code, where.runner_up.distance_m) == (max(codes), 0)


def test_lattice_corner_is_led_by_the_lowest_of_four_and_joint_with_the_others() -> None:
    boxes = [shapely.box(x, y, x + 1, y + 1) for x in (109, 110) for y in (38, 39)]
    where = PointIndex(snapshot_of(boxes, ["4", "3", "2", "1"])).locate(110, 39)
    assert where.lead.code == "1"
    assert [cell.code for cell in where.joint] == ["2", "3", "4"]


def test_nearer_outer_border_leaves_no_runner_up() -> None:
    where = two_cells().locate(110.0001, 39.505)
    assert where.lead.code == "A"
    assert where.runner_up is None


def test_deepest_level_with_a_covering_cell_decides_and_names_its_ancestors() -> None:
    town = shapely.box(110.0, 39.5, 110.03, 39.51)
    village = shapely.box(110.0, 39.5, 110.02, 39.51)
    index = PointIndex(
        snapshot_of(
            [WEST, town, village, EAST], ["m1", "t", "v", "m2"], [4, 1, 2, 4], [2, -1, 1, 2]
        )
    )
    where = index.locate(110.005, 39.505)
    assert where.lead.code == "m1"
    assert [cell.code for cell in where.ancestors] == ["t", "v"]
    gap = index.locate(110.025, 39.505)
    assert (gap.lead.code, gap.how, gap.ancestors) == ("t", "inside", ())


def test_point_outside_has_no_lead_but_the_nearest_deepest_cell() -> None:
    where = two_cells().locate(110.03, 39.505)
    assert (where.how, where.lead, where.border_distance_m) == ("outside-nearest", None, None)
    assert where.runner_up.cell.code == "B"
    assert where.runner_up.distance_m == pytest.approx(0.01 * MX, abs=TOLERANCE_M)


def test_nearest_is_measured_in_metres_not_degrees() -> None:
    north = shapely.box(110.0, 60.010, 110.01, 60.02)
    east = shapely.box(110.022, 60.0, 110.03, 60.001)
    where = PointIndex(snapshot_of([north, east])).locate(110.005, 60.0)
    assert where.runner_up.cell.code == "001"


def test_point_beyond_the_nearest_limit_is_in_none() -> None:
    where = two_cells().locate(112, 39.505)
    assert (where.how, where.runner_up) == ("none", None)
    assert PointIndex(snapshot_of([])).locate(110, 39).how == "none"


def test_hole_is_outside_and_its_rim_is_inside() -> None:
    ring = shapely.Polygon(
        [(110, 39), (110.1, 39), (110.1, 39.1), (110, 39.1)],
        [[(110.04, 39.04), (110.06, 39.04), (110.06, 39.06), (110.04, 39.06)]],
    )
    index = PointIndex(snapshot_of([ring]))
    assert index.locate(110.05, 39.05).how == "outside-nearest"
    assert index.locate(110.04, 39.05).lead.code == "000"
    beside = index.locate(110.039, 39.05)
    mx, _ = metres_per_degree(39.05)
    assert beside.border_distance_m == pytest.approx(0.001 * mx, abs=TOLERANCE_M)


def test_disc_across_the_border_is_ambiguous_but_the_point_still_leads() -> None:
    where = two_cells("Z", "B").locate(110.01 - 5 / MX, 39.505, accuracy_m=10)
    assert (where.how, where.lead.code) == ("accuracy-ambiguous", "Z")
    assert where.runner_up.cell.code == "B"
    beyond = (math.acos(0.5) - 0.5 * math.sqrt(0.75)) / math.pi  # segment of a circle at r/2
    assert where.runner_up.share == pytest.approx(beyond, abs=1e-3)
    assert where.lead_share == pytest.approx(1 - beyond, abs=1e-3)


def test_disc_within_the_cell_changes_nothing() -> None:
    index = two_cells()
    assert index.locate(110.009, 39.505, accuracy_m=50) == index.locate(110.009, 39.505)
    assert index.locate(110.009, 39.505, accuracy_m=0) == index.locate(110.009, 39.505)


def test_disc_of_a_point_outside_touching_cells_is_led_by_the_largest_share() -> None:
    where = two_cells("B", "A").locate(110.0101, 39.51 + 5 / MY, accuracy_m=20)
    assert where.how == "accuracy-ambiguous"
    assert (where.lead.code, where.runner_up.cell.code) == ("A", "B")
    assert where.lead_share > where.runner_up.share > 0


def test_equal_shares_of_a_disc_go_to_the_lowest_code() -> None:
    for codes in (("A", "B"), ("B", "A")):
        where = two_cells(*codes).locate(110.01, 39.51 + 5 / MY, accuracy_m=20)
        assert (where.lead.code, where.runner_up.cell.code) == ("A", "B")


@pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf, 20_001.0])
def test_impossible_accuracy_is_refused(bad: float) -> None:
    with pytest.raises(InvalidInput) as error:
        two_cells().locate(110, 39, accuracy_m=bad)
    assert error.value.code == "place.accuracy_range"


@pytest.mark.parametrize("place", [(math.nan, 39.0), (110.0, math.inf)])
def test_position_that_is_no_number_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(InvalidInput) as error:
        two_cells().locate(*place)
    assert error.value.code == "place.not_finite"


def test_answer_is_plain_json() -> None:
    for accuracy_m in (None, 2000.0):
        text = json.dumps(two_cells().locate(110.009, 39.505, accuracy_m).to_json())
        assert json.loads(text)["grid_version_id"] == 7


COVERAGE = fractal_coverage(5, 4, seed=3, depth=3, size=(0.05, 0.04))
COVERAGE_GRID = snapshot_of(COVERAGE, codes_for(len(COVERAGE)))
COVERAGE_INDEX = PointIndex(COVERAGE_GRID)


def check_against_brute_force(grid, index: PointIndex, lng: float, lat: float) -> None:
    want = expected_without_accuracy(grid, lng, lat)
    got = index.locate(lng, lat)
    assert got.how == want["how"]
    assert (got.lead.code if got.lead else None) == want["lead"]
    assert [cell.code for cell in got.joint] == want["joint"]
    assert (got.runner_up.cell.code if got.runner_up else None) == want["runner_up"]
    if want["border_distance_m"] is not None:
        assert got.border_distance_m == pytest.approx(want["border_distance_m"], abs=TOLERANCE_M)
    if want["runner_up_m"] is not None:
        assert got.runner_up.distance_m == pytest.approx(want["runner_up_m"], abs=TOLERANCE_M)


def test_point_index_equals_brute_force_on_vertices_midpoints_and_anywhere() -> None:
    lng, lat = probing_points(COVERAGE, random=300, seed=5)
    for x, y in zip(lng[::3].tolist(), lat[::3].tolist(), strict=True):
        check_against_brute_force(COVERAGE_GRID, COVERAGE_INDEX, x, y)


boxes = st.builds(
    lambda x, y, w, h: shapely.box(
        110 + x / 64, 39 + y / 64, 110 + (x + w) / 64, 39 + (y + h) / 64
    ),
    st.integers(0, 8),
    st.integers(0, 8),
    st.integers(1, 6),
    st.integers(1, 6),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(boxes, min_size=1, max_size=7),
    st.permutations([f"{n}" for n in range(7)]),
    st.tuples(st.integers(-4, 36), st.integers(-4, 36)),
)
def test_point_index_equals_brute_force_on_overlapping_boxes(
    cells: list, codes: list[str], at: tuple[int, int]
) -> None:
    grid = snapshot_of(cells, codes[: len(cells)])
    check_against_brute_force(grid, PointIndex(grid), 110 + at[0] / 128, 39 + at[1] / 128)


def test_threads_sharing_a_fresh_index_get_the_answers_of_one_thread() -> None:
    lng, lat = probing_points(COVERAGE, random=400, seed=13)
    places = list(zip(lng[::40].tolist(), lat[::40].tolist(), strict=True))
    alone = [COVERAGE_INDEX.locate(x, y, 20.0) for x, y in places]
    for _ in range(3):
        fresh = PointIndex(COVERAGE_GRID)
        with ThreadPoolExecutor(8) as pool:
            for start in range(8):
                turned = places[start:] + places[:start]
                together = list(pool.map(lambda at, index=fresh: index.locate(*at, 20.0), turned))
                assert together == alone[start:] + alone[:start]


def test_border_distance_agrees_with_the_geodesic_within_a_thousandth_near_by() -> None:
    geod = Geod(ellps="GRS80")
    rng = np.random.default_rng(11)
    inside = 0
    for lng, lat in rng.uniform((109.0, 39.0), (109.05, 39.04), (40, 2)):
        where = COVERAGE_INDEX.locate(lng, lat)
        if where.lead is None or where.border_distance_m < 1:
            continue
        inside += 1
        ring = shapely.get_rings(COVERAGE_GRID.geoms[where.lead.row])[0]
        dense = shapely.get_coordinates(shapely.segmentize(ring, 1e-5))
        _, _, metres = geod.inv(
            np.full(len(dense), lng), np.full(len(dense), lat), dense[:, 0], dense[:, 1]
        )
        assert where.border_distance_m == pytest.approx(metres.min(), rel=1e-3, abs=0.6)
    assert inside > 20
