"""Every check finds the fault that was made, says how large it is, and finds no other."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.geo.measure import area_ellipsoidal_m2
from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.hierarchy.findings import count_findings, plane_areas_m2
from grid_boundaries.hierarchy.tolerances import Tolerances
from tests.unit.hierarchy import lattice
from tests.unit.hierarchy.lattice import square, town, with_geoms, without


def kinds(plan) -> list[str]:
    return [finding.code for finding in check_plan(plan)]


def only(plan, code: str):
    found = check_plan(plan)
    assert [f.code for f in found] == [code]
    return found[0]


def test_a_sound_town_has_no_findings():
    assert check_plan(town()) == []


def test_an_empty_plan_has_no_findings():
    assert check_plan(lattice.plan([], [], [], [])) == []


def test_an_overlap_of_siblings_names_both_and_its_area():
    strip = shapely.box(*lattice.degrees(1, 0.2), *lattice.degrees(1.1, 0.8))
    wide = square(0, 0).union(strip)
    found = only(with_geoms(town(), B00=wide), "grid.overlap")
    assert found.cell_codes == ("B00", "B10")
    assert found.area_m2 == pytest.approx(area_ellipsoidal_m2(strip), rel=1e-5)
    assert found.bbox[0] < found.lng < found.bbox[2]
    assert found.bbox[1] < found.lat < found.bbox[3]


def test_an_overlap_across_different_parents_is_found_too():
    wide = square(1, 0).union(shapely.box(*lattice.degrees(2, 0.2), *lattice.degrees(2.1, 0.8)))
    found = check_plan(with_geoms(town(), B10=wide))
    assert [(f.code, f.cell_codes) for f in found] == [
        ("grid.outside_parent", ("B10", "V00")),
        ("grid.overlap", ("B10", "B20")),
    ]


def test_a_cell_drawn_twice_is_an_overlap_of_its_whole_area():
    base = town()
    doubled = lattice.plan(
        [*base.codes, "B99"],
        [*base.levels.tolist(), 3],
        [*base.parents.tolist(), base.codes.index("V00")],
        [*base.geoms, square(0, 0)],
    )
    found = only(doubled, "grid.overlap")
    assert found.cell_codes == ("B00", "B99")
    assert found.area_m2 == pytest.approx(area_ellipsoidal_m2(square(0, 0)), rel=1e-5)


def test_a_missing_child_at_the_edge_is_a_gap_of_its_parent():
    found = only(without(town(), "B00"), "grid.gap")
    assert found.cell_codes == ("V00",)
    assert found.params["whole"] is False
    assert set(found.params["around"]) >= {"B01", "B10"}


def test_a_missing_child_in_the_middle_is_one_hole_named_by_the_cells_around_it():
    found = only(without(town(), "B11"), "grid.hole")
    assert set(found.cell_codes) >= {"B01", "B10", "B12", "B21"}


def test_a_hole_across_two_parents_is_counted_once():
    found = only(without(town(), "B11", "B21"), "grid.hole")
    assert found.area_m2 == pytest.approx(2 * area_ellipsoidal_m2(square(1, 1)), rel=1e-4)


def test_a_parent_without_children_is_a_gap_as_a_whole():
    found = only(without(town(), "B00", "B01", "B10", "B11"), "grid.gap")
    assert found.cell_codes == ("V00",)
    assert found.params["whole"] is True


def test_a_hole_in_a_top_level_is_found_without_parents():
    base = town()
    top = [row for row, code in enumerate(base.codes) if code.startswith("B") and code != "B11"]
    flat = lattice.plan(
        [base.codes[r] for r in top], [1] * len(top), [-1] * len(top), list(base.geoms[top])
    )
    assert only(flat, "grid.hole").area_m2 > 0


def test_ground_outside_the_parent_states_the_share():
    base = town()
    moved = base.parents.tolist()
    moved[base.codes.index("B10")] = base.codes.index("V10")
    found = check_plan(lattice.plan(base.codes, base.levels.tolist(), moved, list(base.geoms)))
    assert [(f.code, f.cell_codes) for f in found] == [("grid.outside_parent", ("B10", "V10"))]
    assert found[0].params["share"] == pytest.approx(1.0)


def test_a_cell_that_touches_itself_at_a_corner_only_is_not_contiguous():
    base = town()
    merged = shapely.union(square(0, 0), square(1, 1))
    plan = with_geoms(without(base, "B11"), B00=merged)
    assert only(plan, "grid.not_contiguous").params["pieces"] == 2


@pytest.mark.parametrize(("neck_m", "expected"), [(0.03, ["grid.not_contiguous"]), (0.08, [])])
def test_pieces_joined_by_a_border_of_five_centimetres_or_less_are_not_joined(neck_m, expected):
    half = neck_m / 2 / lattice.MY / lattice.CELL_DEG
    neck = shapely.box(*lattice.degrees(1, 0.5 - half), *lattice.degrees(2, 0.5 + half))
    cell = shapely.union_all([square(0, 0), neck, square(2, 0)])
    assert kinds(lattice.plan(["A"], [1], [-1], [cell])) == expected


def test_an_invalid_shape_says_why_and_where_and_spares_the_other_checks():
    bow_tie = shapely.Polygon([lattice.degrees(*p) for p in [(0, 0), (1, 1), (1, 0), (0, 1)]])
    found = [f for f in check_plan(with_geoms(town(), B00=bow_tie)) if f.code != "grid.gap"]
    assert [f.code for f in found] == ["grid.invalid_geometry"]
    assert found[0].params == {"reason": "self-intersection"}
    assert (found[0].lng, found[0].lat) == pytest.approx(lattice.degrees(0.5, 0.5))


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (None, "missing"),
        (shapely.Polygon(), "empty"),
        (shapely.Point(110.6, 39.4), "not_polygon"),
        (shapely.Polygon([(110, 39), (111, 39), (float("inf"), 40)]), "not_finite"),
    ],
)
def test_what_cannot_be_a_cell_is_reported_by_its_reason(shape, reason):
    found = check_plan(lattice.plan(["A"], [1], [-1], [shape]))
    assert [(f.code, f.params["reason"]) for f in found] == [("grid.invalid_geometry", reason)]


def test_codes_must_be_distinct_and_well_formed():
    plan = lattice.plan(["A", "A", "B 1", ""], [1] * 4, [-1] * 4, [square(k, 0) for k in range(4)])
    found = check_plan(plan)
    assert [(f.code, f.cell_codes) for f in found] == [
        ("grid.code_duplicate", ("A",)),
        ("grid.code_malformed", ("",)),
        ("grid.code_malformed", ("B 1",)),
    ]


def test_codes_of_a_level_with_fixed_digits_must_have_them():
    plan = lattice.plan(["012", "12"], [1, 1], [-1, -1], [square(0, 0), square(1, 0)])
    assert [f.cell_codes for f in check_plan(plan, digits_of_rank={1: 3})] == [("12",)]


def test_a_cell_below_the_top_needs_a_parent():
    base = town()
    parents = base.parents.tolist()
    parents[base.codes.index("B00")] = -1
    found = check_plan(lattice.plan(base.codes, base.levels.tolist(), parents, list(base.geoms)))
    assert [(f.code, f.cell_codes) for f in found] == [("parent.not_found", ("B00",))]


def test_a_parent_must_stand_above_its_child():
    plan = lattice.plan(["A", "B"], [1, 1], [-1, 0], [square(0, 0), square(1, 0)])
    assert "parent.wrong_level" in kinds(plan)


def test_faults_at_the_tolerance_are_not_reported():
    plan = without(town(), "B11")
    area = check_plan(plan)[0].area_m2
    assert check_plan(plan, Tolerances(area_m2=area)) == []
    assert len(check_plan(plan, Tolerances(area_m2=area * 0.999))) == 1


def test_counts_add_up_areas_of_a_kind():
    counts = count_findings(check_plan(without(town(), "B00", "B33")))
    assert [(c.code, c.count) for c in counts] == [("grid.gap", 2)]
    assert counts[0].area_m2 == pytest.approx(2 * area_ellipsoidal_m2(square(0, 0)), rel=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 3), st.floats(0, 3), st.floats(0.0625, 2), st.floats(0.0625, 2)
        ),
        min_size=2, max_size=8,
    )
)  # fmt: skip
def test_overlaps_are_exactly_the_pairs_whose_intersection_has_an_area(boxes):
    geoms = [
        shapely.box(*lattice.degrees(x, y), *lattice.degrees(x + w, y + h)) for x, y, w, h in boxes
    ]
    codes = [f"C{k}" for k in range(len(geoms))]
    found = check_plan(lattice.plan(codes, [1] * len(geoms), [-1] * len(geoms), geoms))
    overlaps = {f.cell_codes: f.area_m2 for f in found if f.code == "grid.overlap"}
    for i in range(len(geoms)):
        for j in range(i + 1, len(geoms)):
            shared = area_ellipsoidal_m2(shapely.intersection(geoms[i], geoms[j]))
            if shared > 1.0:
                assert overlaps[codes[i], codes[j]] == pytest.approx(shared, rel=1e-3)
            elif shared < 0.001:
                assert (codes[i], codes[j]) not in overlaps


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from([f"B{c}{r}" for c in range(4) for r in range(4)]), max_size=10))
def test_gaps_and_holes_are_together_the_ground_that_no_cell_covers(missing):
    base = town()
    plan = without(base, *missing)
    if not (plan.levels == 3).any():
        return
    found = check_plan(plan)
    assert {f.code for f in found} <= {"grid.gap", "grid.hole"}
    expected = sum(area_ellipsoidal_m2(base.geoms[base.codes.index(code)]) for code in missing)
    assert sum(f.area_m2 for f in found) == pytest.approx(expected, rel=1e-4)


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(21)))
def test_the_order_of_cells_changes_no_finding(order):
    base = without(with_geoms(town(), B00=square(0, 0, 2, 1)), "B33")
    order = [row for row in order if row < len(base)]
    new_row = {old: new for new, old in enumerate(order)} | {-1: -1}
    shuffled = lattice.plan(
        [base.codes[r] for r in order],
        [int(base.levels[r]) for r in order],
        [new_row[int(base.parents[r])] for r in order],
        [base.geoms[r] for r in order],
    )
    assert [(f.code, f.cell_codes, f.bbox) for f in check_plan(shuffled)] == [
        (f.code, f.cell_codes, f.bbox) for f in check_plan(base)
    ]


def test_plane_areas_agree_with_the_ellipsoid():
    shapes = np.array([square(0, 0), square(0, 0, 4, 4)], dtype=object)
    expected = [area_ellipsoidal_m2(shape) for shape in shapes]
    assert plane_areas_m2(shapes).tolist() == pytest.approx(expected, rel=1e-5)
