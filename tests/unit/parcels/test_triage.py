"""Every class of overlap on thirty drawn pairs, with the confusion table printed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gis_api.messages import list_missing
from grid_boundaries.errors import InvalidInput
from layers.parcels.papers import Paper
from layers.parcels.triage import RULES, Finding, compare_papers, triage
from tests.unit.parcels.drawn_pairs import DrawnPair, at_place, read_drawn, read_outline

DRAWN = read_drawn()
STRIP = "box 0 0 50 40", "box 46 0 90 40"


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


def draw(*drawn: str) -> list[BaseGeometry]:
    return [at_place(read_outline(one)) for one in drawn]


def judge_drawn(pair: DrawnPair) -> Finding:
    left = at_place(pair.left, pair.lat)
    if pair.right is None:
        (found,) = triage(pair.papers[:1], np.array([left], dtype=object), 1.0)
        return found
    return find_one(pair.papers, left, at_place(pair.right, pair.lat))


def test_thirty_drawn_pairs_of_each_class() -> None:
    table = Counter(
        (drawn, judge_drawn(pair).verdict) for drawn, pairs in DRAWN.items() for pair in pairs
    )
    names = list(DRAWN)
    print("\n" + " " * 24 + " ".join(f"{name[:9]:>9}" for name in names))
    for drawn in names:
        print(f"{drawn:24}" + " ".join(f"{table[drawn, found]:9d}" for found in names))
    assert set(names) == {rule.verdict for rule in RULES}
    assert table == {(name, name): 30 for name in names}


@pytest.mark.parametrize("verdict", DRAWN)
def test_drawn_pairs_are_thirty_different_drawings(verdict: str) -> None:
    pairs = DRAWN[verdict]
    assert len({pair.name for pair in pairs}) == len(pairs)
    assert len({pair.key for pair in pairs}) == len(pairs) >= 30
    parts = [shapely.get_parts(one) for pair in pairs for one in (pair.left, pair.right) if one]
    assert max(map(len, parts)) >= 2, "several parts"
    assert max(shapely.get_num_interior_rings(one).max() for one in parts) >= 1, "holes"
    assert len({int(shapely.get_num_coordinates(one).sum()) for one in parts}) >= 4, "outlines"


@pytest.mark.parametrize("verdict", sorted(set(DRAWN) - {"projection_sliver"}))
def test_drawn_area_is_what_the_drawing_says(verdict: str) -> None:
    for pair in DRAWN[verdict]:
        found = judge_drawn(pair)
        if pair.right is None:
            several = combinations(shapely.get_parts(pair.left), 2)
            drawn = shapely.union_all([a.intersection(b) for a, b in several])
        else:
            drawn = shapely.make_valid(pair.left).intersection(shapely.make_valid(pair.right))
        assert found.area_m2 == pytest.approx(drawn.area, rel=2e-3), pair.name


def test_two_boxes_that_share_a_parallel_share_7_96_m2_in_the_zone_only() -> None:
    lower, upper = box(117.0, 45.89, 117.015, 45.9), box(117.0, 45.9, 117.0075, 45.91)
    assert lower.intersection(upper).area == 0
    to_zone = Transformer.from_crs(4490, 4548, always_xy=True).transform
    flat = [shapely.transform(one, to_zone, interleaved=False) for one in (lower, upper)]
    assert f"{flat[0].intersection(flat[1]).area:.2f}" == "7.96"
    found = find_one(make_papers({}, {}), lower, upper)
    assert (found.verdict, found.why) == ("projection_sliver", "land.why_sliver")
    assert (found.params["degree_area_m2"], found.params["zone_area_m2"]) == (0.0, 7.96)
    assert found.width_m < 0.05
    assert triage(make_papers({}, {}), np.array([lower, upper], dtype=object), 1.0) == []


def test_41_m2_between_parts_of_one_certificate() -> None:
    parts = at_place(MultiPolygon([box(0, 0, 50, 41), box(49, 0, 90, 41)]))
    (found,) = triage([Paper("a", "farmland")], np.array([parts], dtype=object), 1.0)
    assert (found.verdict, found.left, found.right) == ("self_overlap", "a", "a")
    assert found.area_m2 == pytest.approx(41, rel=1e-3)
    assert found.area_mu == 0.06


def test_the_same_overlap_gets_two_classes_by_accuracy_and_says_why() -> None:
    a, b = draw(*STRIP)
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
    a, b = draw("box 0 0 50 40", "box 44 34 90 80")
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
    a, b = draw("box 0 0 50 40", "box 46 0 60 10 + box 45 20 60 35")
    (found,) = triage(papers, np.array([a, b], dtype=object), 1.0)
    assert (found.left, found.right, found.dates) == ("a", "b", ("1998-05-01", None))
    assert a.intersection(b).contains(Point(found.lng, found.lat))
    assert found.area_m2 == pytest.approx(40 + 75, rel=1e-3)


def test_every_reason_has_its_sentences() -> None:
    assert list_missing({rule.why for rule in RULES}) == []
