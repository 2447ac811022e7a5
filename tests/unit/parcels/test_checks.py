"""Gaps, borders, points, marks, areas and words against hand-drawn plots in metres."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from gis_api.messages import list_missing
from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.geo.measure import area_plane_m2
from layers.parcels.at_save import check_at_save
from layers.parcels.check_lines import check_lines
from layers.parcels.check_points import BoundaryPoint, Mark, check_marks, check_points
from layers.parcels.check_words import Words, check_areas, check_neighbours, check_village
from layers.parcels.papers import Paper
from layers.parcels.rules import STAGES, read_rules

LNG, LAT = 118.6, 43.9
MX, MY = metres_per_degree(LAT)
ROOT = Path(__file__).parents[3]


def degrees(geom: BaseGeometry) -> Any:
    return shapely.transform(geom, lambda xy: xy / [MX, MY] + [LNG, LAT])


def plots(*geoms: BaseGeometry | None) -> Any:
    found = np.empty(len(geoms), dtype=object)
    found[:] = [None if geom is None else degrees(geom) for geom in geoms]
    return found


def point(number: str, x: float, y: float, *claims: int, **more: Any) -> BoundaryPoint:
    return BoundaryPoint(number, LNG + x / MX, LAT + y / MY, claims, **more)


def test_narrow_gap_enclosed_by_parcels_is_found_with_its_width() -> None:
    frame = box(0, 0, 100, 100).difference(box(40, 20, 42, 80))
    found = check_lines(plots(frame, box(200, 0, 220, 20)), 3.0, 1.0)
    (gap,) = [one for one in found if one.rule == "gap"]
    assert gap.area_m2 == pytest.approx(120, rel=1e-3)
    assert gap.width_m == pytest.approx(2, rel=0.05)
    wide = box(0, 0, 100, 100).difference(box(40, 20, 48, 80))
    assert [one for one in check_lines(plots(wide), 3.0, 1.0) if one.rule == "gap"] == []


def test_borders_that_run_beside_each_other_disagree() -> None:
    same = check_lines(plots(box(0, 0, 50, 40), box(50, 0, 100, 40)), 3.0, 1.0)
    assert same == []
    apart = check_lines(plots(box(0, 0, 50, 40), box(51, 0, 100, 40)), 3.0, 1.0)
    assert {(one.rule, one.left) for one in apart} == {("line_disagrees", 0), ("line_disagrees", 1)}
    far = check_lines(plots(box(0, 0, 50, 40), box(60, 0, 100, 40)), 3.0, 1.0)
    assert far == []


def test_corner_without_a_point_and_points_that_are_there_twice() -> None:
    plot = plots(box(0, 0, 50, 40), box(50, 0, 100, 40))
    corners = [("J1", 0, 0), ("J2", 50, 0), ("J3", 50, 40), ("J4", 0, 40)]
    own = [point(*one, 0, accuracy_m=0.05) for one in corners]
    assert check_points(plot, own, 0.5) == []
    (missing,) = check_points(plot, own[:3], 0.5)
    assert (missing.rule, missing.params["missing"]) == ("point_missing", 1)
    twin = [*own, point("J9", 0.2, 0, 0, accuracy_m=0.05)]
    (doubled,) = check_points(plot, twin, 0.5)
    assert (doubled.rule, doubled.params["first"], doubled.params["second"]) == (
        "point_doubled", "J1", "J9",
    )  # fmt: skip
    same_number = [*own[:3], point("J1", 0, 40, 0, accuracy_m=0.05)]
    assert [one.rule for one in check_points(plot, same_number, 0.5)] == ["point_doubled"]


def test_vertex_on_a_straight_side_is_no_corner() -> None:
    plot = Polygon([(0, 0), (25, 0), (50, 0), (50, 40), (0, 40)])
    own = [
        point(n, x, y, 0) for n, x, y in (("a", 0, 0), ("b", 50, 0), ("c", 50, 40), ("d", 0, 40))
    ]
    assert check_points(plots(plot), own, 0.5) == []


def test_mark_is_off_beyond_both_accuracies_only() -> None:
    known = [point("J1", 0, 0, 0, accuracy_m=0.1), point("J2", 50, 0, 0, accuracy_m=0.1)]

    def rules(x: float, accuracy_m: float | None, state: str = "intact") -> list[str]:
        mark = Mark("B1", state, (0,), LNG + x / MX, LAT, accuracy_m)
        return [one.rule for one in check_marks([mark], known)]

    assert rules(0.15, 0.05) == []
    assert rules(0.5, 0.05) == ["mark_off"]
    assert rules(0.5, 1.0) == []
    assert rules(0.0, None, "missing") == ["mark_lost"]
    assert rules(0.5, 0.05, "moved") == ["mark_lost", "mark_off"]
    assert check_marks([Mark("B1", "intact", (7,), LNG, LAT)], known) == []


def test_stated_areas_that_a_known_mistake_explains_are_named() -> None:
    plot = plots(box(0, 0, 500, 400))
    plane = area_plane_m2(plot[0])

    def why(stated_m2: float, unit: str | None) -> list[str]:
        return [one.why for one in check_areas(plot, np.array([stated_m2]), [unit], 0.01)]

    assert why(plane, "m2") == []
    assert why(plane, None) == []
    assert why(plane / 0.0015, "mu") == ["land.why_area_unit_m2"]
    assert why(plane * 1.3, "m2") == ["land.why_area_differs"]
    assert why(float("nan"), "m2") == []


def test_neighbour_that_the_paper_does_not_name_is_found_without_a_name_in_the_finding() -> None:
    geoms = plots(box(0, 0, 50, 40), box(50, 0, 100, 40), box(0, 40, 50, 80))
    words = [
        Words("甲某", None, {"east": "丙某", "north": "丁某承包地", "south": "水渠"}),
        Words("乙某", None),
        Words("丁某", None),
    ]
    (found,) = check_neighbours(geoms, words, 2.0)
    assert (found.left, found.right, found.params) == (0, 1, {"side": "east"})
    right = [Words("甲某", None, {"east": "乙某"}), *words[1:]]
    assert check_neighbours(geoms, right, 2.0) == []
    unknown = [words[0], Words(None), words[2]]
    assert check_neighbours(geoms, unknown, 2.0) == []


def test_ground_outside_the_village_is_measured() -> None:
    village = degrees(box(0, 0, 95, 100))
    found = check_village(plots(box(0, 0, 50, 40), box(50, 0, 100, 40)), [village] * 2, 1.0)
    (one,) = found
    assert one.left == 1
    assert one.area_m2 == pytest.approx(200, rel=1e-3)
    assert one.params["percent"] == pytest.approx(10, abs=0.1)


def test_check_at_save_finds_parts_over_each_other_and_neighbours() -> None:
    two = shapely.MultiPolygon([box(0, 0, 50, 40), box(49, 0, 90, 40)])
    other = box(88, 0, 120, 40)
    found = check_at_save(Paper("new", "farmland"), degrees(two), [Paper("7", "farmland")],
                          [degrees(other)], 1.0)  # fmt: skip
    assert {(one.rule, one.left, one.right) for one in found} == {
        ("overlap_self_overlap", 0, 0), ("overlap_real_conflict", 0, 1),
    }  # fmt: skip
    bow = Polygon([(80, 0), (120, 40), (120, 0), (80, 40)])
    crossed = check_at_save(Paper("new", "farmland"), degrees(two), [Paper("7", "farmland")],
                            [degrees(bow)], 1.0)  # fmt: skip
    assert ("outline_unreadable", 1) in {(one.rule, one.left) for one in crossed}


def test_severity_never_falls_from_stage_to_stage_and_every_why_has_words() -> None:
    weight = {"note": 0, "warning": 1, "error": 2}
    for rule in read_rules().values():
        found = [weight[rule.severity[stage]] for stage in STAGES]
        assert found == sorted(found), rule.code
    whys = {
        why
        for path in (ROOT / "layers" / "parcels").glob("*.py")
        for why in re.findall(r'"(land\.why_[a-z_0-9]+)"', path.read_text("utf-8"))
    }
    whys |= {f"land.why_mark_{state}" for state in ("missing", "moved", "damaged")}
    assert len(whys) > 20
    assert list_missing(whys) == []
