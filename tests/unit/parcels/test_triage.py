"""Every class of overlap on thirty drawn cases, with the confusion table printed."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gis_api.messages import list_missing
from grid_boundaries.errors import InvalidInput
from layers.parcels.papers import Paper
from layers.parcels.triage import RULES, Finding, compare_papers, triage
from tests.unit.parcels.drawn_pairs import DRAWINGS, PAPERS, at_place, draw_sliver

SLIVER_LENGTHS_M = (700, 850, 1000, 1150, 1300, 1500, 1700, 1900, 2200, 2500)
SLIVER_LATS = (38.0, 43.9, 46.0)


def make_papers(left: dict[str, object], right: dict[str, object]) -> tuple[Paper, Paper]:
    base = {"kind": "farmland"}
    return (
        Paper("a", **{**base, **left}),  # type: ignore[arg-type]
        Paper("b", **{**base, **right}),  # type: ignore[arg-type]
    )


def find_one(papers: tuple[Paper, Paper], a: object, b: object) -> Finding:
    found = compare_papers(papers[0], a, papers[1], b, 1.0)
    assert found is not None
    return found


def test_thirty_drawn_cases_of_each_class() -> None:
    table: Counter[tuple[str, str]] = Counter()
    for verdict, papers in PAPERS.items():
        for fields in papers:
            for a, b in DRAWINGS.values():
                found = find_one(make_papers(*fields), at_place(a), at_place(b))
                table[verdict, found.verdict] += 1
    for length_m in SLIVER_LENGTHS_M:
        for lat in SLIVER_LATS:
            found = find_one(make_papers({}, {}), *draw_sliver(length_m, lat))
            table["projection_sliver", found.verdict] += 1
    names = [*PAPERS, "projection_sliver"]
    print("\n" + " " * 24 + " ".join(f"{name[:9]:>9}" for name in names))
    for drawn in names:
        print(f"{drawn:24}" + " ".join(f"{table[drawn, found]:9d}" for found in names))
    assert table == {(name, name): 30 for name in names}


def test_two_boxes_that_share_a_parallel_are_a_sliver() -> None:
    found = find_one(make_papers({}, {}), *draw_sliver(1050, 43.9))
    assert found.verdict == "projection_sliver"
    assert found.params["degree_area_m2"] == 0
    assert found.params["zone_area_m2"] == pytest.approx(8, abs=3)
    assert found.width_m < 0.05


def test_41_m2_between_parts_of_one_certificate() -> None:
    parts = at_place(MultiPolygon([box(0, 0, 50, 41), box(49, 0, 90, 41)]))
    (found,) = triage([Paper("a", "farmland")], np.array([parts], dtype=object), 1.0)
    assert (found.verdict, found.left, found.right) == ("self_overlap", "a", "a")
    assert found.area_m2 == pytest.approx(41, rel=1e-3)
    assert found.area_mu == 0.06


def test_the_same_overlap_gets_two_classes_by_accuracy_and_says_why() -> None:
    a, b = (at_place(shape) for shape in DRAWINGS["side strip"])
    fine = find_one(make_papers({"accuracy_m": 0.05}, {"accuracy_m": 0.05}), a, b)
    rough = find_one(make_papers({"accuracy_m": 5.0}, {"accuracy_m": 5.0}), a, b)
    assert (fine.verdict, rough.verdict) == ("real_conflict", "within_survey_error")
    assert (fine.params["limit_m"], rough.params["limit_m"]) == (0.14, 14.14)
    assert fine.width_m == pytest.approx(4, rel=0.03)
    assert fine.params["length_m"] == pytest.approx(40, rel=0.01)


def test_deep_notch_is_a_conflict_however_long_the_border() -> None:
    notched = Polygon(
        [(50, 0), (300, 0), (300, 400), (50, 400), (50, 203), (47, 203), (47, 200), (50, 200)]
    )
    found = find_one(make_papers({}, {}), at_place(box(0, 0, 50, 400)), at_place(notched))
    assert found.verdict == "real_conflict"


def test_same_outline_twice_is_a_duplicate_registration() -> None:
    shape = at_place(box(0, 0, 50, 40))
    found = find_one(make_papers({}, {}), shape, at_place(box(0.2, 0, 50.2, 40)))
    assert (found.verdict, found.why) == ("duplicate_registration", "land.why_same_outline")


def test_method_without_an_accuracy_cannot_tell() -> None:
    a, b = (at_place(shape) for shape in DRAWINGS["corner"])
    found = find_one(make_papers({"method": "other"}, {}), a, b)
    assert (found.verdict, found.why) == ("cannot_tell", "land.why_no_accuracy")


def test_pair_that_shares_nothing_has_no_finding() -> None:
    a, b = make_papers({}, {})
    shapes = at_place(box(0, 0, 50, 40)), at_place(box(50, 0, 90, 40))
    assert compare_papers(a, shapes[0], b, shapes[1], 1.0) is None


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Polygon([(0, 0), (20, 20), (20, 0), (0, 20)]), "land.crosses_itself"),
        (LineString([(0, 0), (9, 9)]), "land.not_polygon"),
        (Polygon(), "land.no_outline"),
        (None, "land.no_outline"),
    ],
)
def test_outline_that_cannot_be_compared_is_refused(shape: BaseGeometry | None, code: str) -> None:
    a, b = make_papers({}, {})
    given = None if shape is None else at_place(shape)
    with pytest.raises(InvalidInput) as refused:
        compare_papers(a, at_place(box(0, 0, 30, 30)), b, given, 1.0)
    assert refused.value.code == code


def test_outline_of_a_hundred_thousand_points_is_compared() -> None:
    a, b = make_papers({}, {})
    circle = Point(0, 0).buffer(200, quad_segs=25_000)
    found = compare_papers(a, at_place(circle), b, at_place(box(190, -50, 300, 50)), 1.0)
    assert found is not None
    assert found.width_m == pytest.approx(10, rel=0.03)


def test_paper_whose_own_parts_overlap_is_still_compared_with_others() -> None:
    twice = MultiPolygon([box(0, 0, 50, 41), box(49, 0, 90, 41), box(45, 5, 60, 9)])
    other = box(86, 0, 120, 41)
    papers = make_papers({}, {})
    shapes = at_place(twice), at_place(other)
    own, both = triage(papers, np.array(shapes, dtype=object), 1.0)
    assert (own.verdict, both.verdict) == ("self_overlap", "real_conflict")
    pair = compare_papers(papers[0], shapes[0], papers[1], shapes[1], 1.0)
    assert pair is not None
    assert pair.area_m2 == pytest.approx(both.area_m2, rel=1e-6)
    assert both.area_m2 == pytest.approx(4 * 41, rel=1e-3)


def test_finding_names_both_papers_dates_and_a_place_in_the_strip() -> None:
    papers = make_papers({"issued_on": date(1998, 5, 1)}, {})
    a, b = (at_place(shape) for shape in DRAWINGS["two parts"])
    (found,) = triage(papers, np.array([a, b], dtype=object), 1.0)
    assert (found.left, found.right, found.dates) == ("a", "b", ("1998-05-01", None))
    assert a.intersection(b).contains(Point(found.lng, found.lat))
    assert found.area_m2 == pytest.approx(40 + 75, rel=1e-3)


def test_every_reason_has_its_sentences() -> None:
    assert list_missing({rule.why for rule in RULES}) == []
