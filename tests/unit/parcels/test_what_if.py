"""Lines through a strip, what each side gets, both papers afterwards, and points to set out."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput, TooLarge
from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer
from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.geo.measure import area_plane_m2
from layers.parcels.contested import Strip, open_corridor, open_overlap
from layers.parcels.divide import apply_division, divide
from layers.parcels.position import tell_position
from layers.parcels.setting_out import set_out, write_setting_out
from layers.parcels.what_if import (
    Leg,
    TapeReading,
    draw_along,
    draw_midline,
    draw_share,
    read_coordinates,
    read_tape,
    to_strip_metres,
    walk_traverse,
)

LNG, LAT = 110.6, 39.5
MX, MY = metres_per_degree(LAT)


def degrees(geom: BaseGeometry) -> BaseGeometry:
    """Metres east and north of the corner as EPSG:4490."""
    return shapely.transform(geom, lambda xy: xy / [MX, MY] + [LNG, LAT])


def strip_of(left: BaseGeometry, right: BaseGeometry) -> Strip:
    return open_overlap(degrees(left), degrees(right), "cgcs2000", "cgcs2000", 0.5)


def line_of(strip: Strip, *points: tuple[float, float]) -> LineString:
    return to_strip_metres(strip, degrees(LineString(points)))


WEST, EAST = box(0, 0, 52, 40), box(48, 0, 100, 40)


def test_strip_of_two_boxes_is_halved_by_its_midline() -> None:
    strip = strip_of(WEST, EAST)
    division = divide(strip, draw_midline(strip))
    assert float(division.total_m2) == pytest.approx(160, rel=1e-3)
    assert abs(division.left_m2 - division.right_m2) <= 0.01 * 1
    middle = shapely.get_coordinates(degrees(LineString([(50, 0), (50, 40)])))
    assert np.abs(shapely.get_coordinates(division.line) - middle).max() * MX < 0.001


def test_side_gets_what_lies_along_its_own_ground() -> None:
    strip = strip_of(WEST, EAST)
    division = divide(strip, line_of(strip, (49, -1), (49, 41)))
    assert float(division.left_m2) == pytest.approx(40, rel=1e-3)
    assert float(division.right_m2) == pytest.approx(120, rel=1e-3)
    assert division.left_m2 + division.right_m2 == division.total_m2
    mirrored = strip_of(EAST, WEST)
    other = divide(mirrored, line_of(mirrored, (49, -1), (49, 41)))
    assert other.left_m2 == division.right_m2


def test_line_that_stops_just_before_the_edge_is_drawn_on_to_it() -> None:
    strip = strip_of(WEST, EAST)
    near = divide(strip, line_of(strip, (50, 0.3), (50, 39.7)))
    assert float(near.left_m2) == pytest.approx(80, rel=1e-3)
    with pytest.raises(InvalidInput) as refused:
        divide(strip, line_of(strip, (50, 2), (50, 41)))
    assert refused.value.code == "land.line_misses"


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (((49, -1), (51, 41), (51, -1), (49, 41)), "land.line_crosses_itself"),
        (((300, 0), (300, 40)), "land.line_outside"),
        (((20, -1), (20, 41)), "land.line_misses"),
        (((47, 20), (53, 20)), "land.line_unclear"),
        (((50, 5), (50, 5)), "land.line_too_short"),
    ],
)
def test_lines_that_divide_nothing_are_refused(
    points: tuple[tuple[float, float], ...], code: str
) -> None:
    strip = strip_of(WEST, EAST)
    with pytest.raises(InvalidInput) as refused:
        divide(strip, line_of(strip, *points))
    assert refused.value.code == code


def test_strips_that_are_none_are_refused() -> None:
    def code_of(left: BaseGeometry, right: BaseGeometry, a: str = "c", b: str = "c") -> str:
        with pytest.raises(InvalidInput) as refused:
            open_overlap(degrees(left), degrees(right), a, b, 0.0)
        return refused.value.code

    assert code_of(box(0, 0, 50, 40), box(50, 0, 100, 40)) == "land.strip_zero"
    assert code_of(box(0, 0, 50.004, 40), box(50, 0, 100, 40)) == "land.strip_zero"
    assert code_of(WEST, EAST, "cgcs2000", "xian80") == "land.other_datum"
    assert code_of(WEST, EAST, "unknown", "unknown") == "land.other_datum"
    bow = Polygon([(0, 0), (50, 40), (50, 0), (0, 40)])
    assert code_of(bow, EAST) == "land.crosses_itself"
    ring = np.linspace(0, 2 * np.pi, 250_001)
    many = Polygon(np.column_stack([50 * np.cos(ring), 50 * np.sin(ring)]))
    with pytest.raises(TooLarge):
        open_overlap(degrees(many), degrees(EAST), "cgcs2000", "cgcs2000", 0.0)


def test_outline_of_a_hundred_thousand_points_makes_a_strip() -> None:
    ring = np.linspace(0, 2 * np.pi, 100_001)
    many = Polygon(np.column_stack([50 * np.cos(ring), 50 * np.sin(ring)]))
    strip = strip_of(many, box(40, -60, 120, 60))
    division = divide(strip, line_of(strip, (45, -60), (45, 60)))
    segment = 2500 * math.acos(45 / 50) - 45 * math.sqrt(2500 - 2025)
    assert float(division.right_m2) == pytest.approx(segment, rel=2e-3)


def test_corridor_without_the_other_outline_is_split_by_the_line() -> None:
    border = degrees(LineString([(50, -5), (50, 45)]))
    assert isinstance(border, LineString)
    strip = open_corridor(degrees(box(0, 0, 52, 40)), None, border, 3.0)
    division = divide(strip, draw_midline(strip))
    assert float(division.left_m2) == pytest.approx(150, rel=2e-3)
    assert float(division.right_m2) == pytest.approx(150, rel=2e-3)
    assert division.left.centroid.x < division.right.centroid.x


@pytest.mark.parametrize("overlap_m", [0, 4, 14, 30])
@pytest.mark.parametrize("ends", [(-5, 45), (5, 35), (15, 25)])
def test_corridor_shorter_than_the_border_is_halved_by_its_own_line(
    overlap_m: float, ends: tuple[float, float]
) -> None:
    border = degrees(LineString([(50, ends[0]), (50, ends[1])]))
    assert isinstance(border, LineString)
    half = overlap_m / 2
    left, right = box(0, 0, 50 + half, 40), box(50 - half, 0, 100, 40)
    for sides in ((left, right), (right, left)):
        strip = open_corridor(*map(degrees, sides), border, 8.0)
        division = divide(strip, draw_midline(strip))
        assert float(division.left_m2) == pytest.approx(float(division.total_m2) / 2, rel=2e-3)
        is_west = division.left.centroid.x < division.right.centroid.x
        assert is_west is (sides[0] is left)


@pytest.mark.parametrize("at", [41, 45, 49, 49.9])
def test_straight_line_through_a_round_strip_gives_its_cap_to_the_other_side(at: float) -> None:
    ring = np.linspace(0, 2 * np.pi, 721)
    round_one = Polygon(np.column_stack([50 * np.cos(ring), 50 * np.sin(ring)]))
    strip = strip_of(round_one, box(40, -60, 120, 60))
    division = divide(strip, line_of(strip, (at, -60), (at, 60)))
    cap = 2500 * math.acos(at / 50) - at * math.sqrt(2500 - at**2)
    assert float(division.right_m2) == pytest.approx(cap, rel=5e-3)


def test_line_that_comes_back_to_the_same_border_takes_a_bay_out_of_it() -> None:
    strip = strip_of(WEST, EAST)
    bay = divide(strip, line_of(strip, (47, 10), (51, 20), (47, 30)))
    assert float(bay.left_m2) == pytest.approx(22.5, rel=1e-3)
    half = divide(strip, line_of(strip, (47, 15), (53, 45)))
    assert float(half.left_m2) == pytest.approx(40, rel=1e-3)


@pytest.mark.parametrize("heights", [(20, 20), (6, 6), (6, 9), (38, 39)])
def test_line_from_border_to_border_leaves_open_whose_the_pieces_are(
    heights: tuple[float, float],
) -> None:
    strip = strip_of(WEST, EAST)
    with pytest.raises(InvalidInput) as refused:
        divide(strip, line_of(strip, (47, heights[0]), (53, heights[1])))
    assert refused.value.code == "land.line_unclear"


def test_traverse_walks_grid_bearings() -> None:
    line = walk_traverse((LNG, LAT), [Leg(0, 30), Leg(90, 40), Leg(180, 30)])
    east, north = get_transformer(STORAGE_SRID, 4546).transform(*np.array(line.coords).T)
    steps = np.column_stack([np.diff(east), np.diff(north)])
    assert np.abs(steps - [[0, 30], [40, 0], [0, -30]]).max() < 1e-6
    with pytest.raises(InvalidInput):
        walk_traverse((LNG, LAT), [Leg(10, 0)])


def test_tape_meets_where_both_circles_do_on_the_named_side() -> None:
    first, second = (LNG, LAT), (LNG + 30 / MX, LAT)
    up, down = (
        read_tape(first, second, [TapeReading(25, 25, side), TapeReading(30, 20, side)])
        for side in ("left", "right")
    )
    transformer = get_transformer(STORAGE_SRID, 4546)
    a, b = (np.array(transformer.transform(*point)) for point in (first, second))
    for line in (up, down):
        xy = np.column_stack(transformer.transform(*np.array(line.coords).T))
        assert np.hypot(*(xy - a).T) == pytest.approx([25, 30], abs=1e-6)
        assert np.hypot(*(xy - b).T) == pytest.approx([25, 20], abs=1e-6)
    assert up.bounds[1] > LAT > down.bounds[1]


def test_written_coordinates_are_read_with_and_without_the_zone_number() -> None:
    plain = read_coordinates([(4_373_000, 465_000), (4_373_100, 465_010)], LNG)
    prefixed = read_coordinates([(4_373_000, 37_465_000), (4_373_100, 37_465_010)], LNG)
    assert plain.equals(prefixed)
    east, north = get_transformer(STORAGE_SRID, 4546).transform(*np.array(plain.coords).T)
    assert north == pytest.approx([4_373_000, 4_373_100], abs=1e-5)
    assert east == pytest.approx([465_000, 465_010], abs=1e-5)
    for rows, code in (
        ([(465_000, 4_373_000), (465_010, 4_373_100)], "land.coordinate_swapped"),
        ([(37_465_000, 4_373_000), (37_465_010, 4_373_100)], "land.coordinate_swapped"),
        ([(4_373_000, 38_465_000), (4_373_100, 38_465_010)], "land.coordinate_zone"),
        ([(4_373_000, 5_000), (4_373_100, 5_000)], "land.coordinate_range"),
        ([(4_373_000, 465_000)], "land.line_too_short"),
    ):
        with pytest.raises(InvalidInput) as refused:
            read_coordinates(rows, LNG)
        assert refused.value.code == code


def test_line_along_a_gully_keeps_its_distance() -> None:
    strip = strip_of(WEST, EAST)
    gully = degrees(LineString([(50, -5), (50.5, 20), (50, 45)]))
    assert isinstance(gully, LineString)
    on_it, beside = draw_along(strip, gully, 0), draw_along(strip, gully, 1)
    assert on_it.distance(beside) == pytest.approx(1, abs=0.01)
    assert beside.centroid.x < on_it.centroid.x


@settings(deadline=None, max_examples=40)
@given(
    share=st.floats(0.02, 0.98), depth=st.floats(0.5, 12), lean=st.floats(-3, 3),
    turn=st.floats(0, 359), bend=st.floats(-1.5, 1.5),
)  # fmt: skip
def test_every_share_is_met_and_splitting_and_joining_gives_the_parcels_back(
    share: float, depth: float, lean: float, turn: float, bend: float
) -> None:
    left = Polygon(
        [(0, 0), (50 + depth, 0), (50 + depth + lean + bend, 20), (50 + depth + lean, 40), (0, 40)]
    )
    right = Polygon([(50, 0), (100, 0), (100, 40), (50 + lean, 40), (50 + lean / 2, 20)])
    turned = [shapely.affinity.rotate(one, turn, origin=(0, 0)) for one in (left, right)]
    strip = strip_of(*turned)
    width_m = depth + lean / 2 + bend
    if len(strip.geom.geoms) > 1:
        # where the borders cross in the middle there are two strips, and no line between them
        assert width_m < 0.001
        with pytest.raises(InvalidInput) as refused:
            draw_share(strip, share)
        assert refused.value.code == "land.strip_pieces"
        return
    assert width_m > -0.2
    division = divide(strip, draw_share(strip, share))
    assert division.left_m2 + division.right_m2 == division.total_m2
    assert float(division.left_m2) == pytest.approx(share * float(division.total_m2), abs=0.05)
    again = shapely.union(division.left, division.right)
    whole = strip.ground.to_degrees(strip.geom)
    assert area_plane_m2(again.symmetric_difference(whole)) < 0.01
    new = apply_division(strip, division)
    assert new.is_conserved
    assert new.shared_m2 < 0.01
    before = shapely.union(strip.left, strip.right)
    after = shapely.union(*(strip.ground.to_metres(one) for one in (new.left, new.right)))
    assert after.symmetric_difference(before).area < 0.01
    back = shapely.union(new.left, division.right)
    assert strip.ground.to_metres(back).symmetric_difference(strip.left).area < 0.01


def test_parcel_with_a_hole_and_several_parts_keeps_them() -> None:
    left = MultiPolygon(
        [Polygon(WEST.exterior.coords, [box(10, 10, 20, 20).exterior.coords]), box(0, 60, 10, 70)]
    )
    strip = strip_of(left, EAST)
    new = apply_division(strip, divide(strip, draw_midline(strip)))
    assert len(new.left.geoms) == 2
    assert sum(len(part.interiors) for part in new.left.geoms) == 1
    assert new.is_conserved


def test_circle_that_crosses_or_touches_the_edge_is_never_inside() -> None:
    strip = degrees(box(0, 0, 20, 20))
    lng, lat = LNG + 10 / MX, LAT + 10 / MY
    assert tell_position(strip, lng, lat, 9.9).verdict == "inside"
    assert tell_position(strip, lng, lat, 10.1).verdict == "cannot_tell"
    assert tell_position(strip, lng + 20 / MX, lat, 5).verdict == "outside"
    assert tell_position(strip, lng + 12 / MX, lat, 5).verdict == "cannot_tell"
    for accuracy in (0, -1, math.nan, math.inf, 1e6):
        with pytest.raises(InvalidInput):
            tell_position(strip, lng, lat, accuracy)


@settings(deadline=None, max_examples=60)
@given(x=st.floats(-40, 60), y=st.floats(-40, 60), accuracy=st.floats(0.1, 60))
def test_verdict_holds_for_every_point_of_the_circle(x: float, y: float, accuracy: float) -> None:
    strip = box(0, 0, 20, 20)
    found = tell_position(degrees(strip), LNG + x / MX, LAT + y / MY, accuracy)
    circle = shapely.Point(x, y).buffer(accuracy * 0.999)
    if found.verdict == "inside":
        assert strip.buffer(0.01).covers(circle)
    if found.verdict == "outside":
        assert not strip.buffer(-0.01).intersects(circle)


def test_points_to_set_out_read_back_the_same_from_all_four_files(tmp_path: Path) -> None:
    line = degrees(LineString([(0, 0), (30, 40), (30, 100)]))
    assert isinstance(line, LineString)
    table = set_out(line)
    assert [point.number for point in table.points] == ["J1", "J2", "J3"]
    assert table.meridian == 111
    assert table.length_m == pytest.approx(110, rel=1e-3)
    rows = list(csv.reader(io.StringIO(write_setting_out(table, "csv", "x").decode("utf-8-sig"))))
    for point, row in zip(table.points, rows[3:], strict=True):
        assert float(row[1]) == pytest.approx(point.x_north_m, abs=0.001)
        assert float(row[2]) == pytest.approx(point.y_east_m, abs=0.001)
    for form in ("kml", "gpx"):
        path = tmp_path / f"p.{form}"
        path.write_bytes(write_setting_out(table, form, "x"))
        read = gpd.read_file(path, layer="waypoints" if form == "gpx" else None)
        points = read[read.geometry.geom_type == "Point"]
        assert np.column_stack([points.geometry.x, points.geometry.y]) == pytest.approx(
            shapely.get_coordinates(line), abs=1e-8
        )
    path = tmp_path / "p.dxf"
    path.write_bytes(write_setting_out(table, "dxf", "x"))
    drawn = gpd.read_file(path)
    (border,) = [one for one in drawn.geometry if one.geom_type == "LineString"]
    wanted = [(point.y_east_m, point.x_north_m) for point in table.points]
    assert np.array(border.coords)[:, :2] == pytest.approx(np.array(wanted), abs=1e-3)
    assert {"J1", "J2", "J3"} <= set(drawn["Text"].dropna())
