"""Vertices that borders need, put in and taken out, without moving any border."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.redraw.nodes import (
    clean_coverage,
    insert_vertices,
    is_same_ground,
    list_ends,
    list_inner_lines,
    thin_vertices,
)

SQUARES = np.array([shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2)], dtype=object)


def test_inner_lines_are_the_borders_that_do_not_run_along_the_outline() -> None:
    outline = shapely.box(0, 0, 2, 2)
    (line,) = list_inner_lines(SQUARES, outline)
    assert line.equals(shapely.LineString([(1, 0), (1, 2)]))
    assert list_ends(np.array([line], dtype=object)).tolist() == [[1, 0], [1, 2]]
    wider = insert_vertices(outline, np.array([(1.0, 0.0), (1.0, 2.0), (5.0, 5.0)]))
    assert len(shapely.get_coordinates(wider)) == 7
    assert insert_vertices(wider, np.array([(1.0, 0.0)])) is wider


@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=8, unique=True))
@settings(deadline=None, max_examples=60)
def test_what_is_put_in_is_taken_out_again_and_the_ground_stays(at: list[float]) -> None:
    points = np.array([(x, 0.0) for x in at])
    square = shapely.box(0, 0, 1, 1)
    wider = insert_vertices(square, points)
    assert wider.is_valid
    assert wider.area == square.area
    assert {tuple(xy) for xy in points.tolist()} <= set(map(tuple, wider.exterior.coords))
    thinned = thin_vertices(np.array([wider], dtype=object), shapely.get_coordinates(square))
    assert shapely.equals_identical(shapely.normalize(thinned[0]), shapely.normalize(square))


def test_the_same_ground_is_told_from_ground_a_hair_away() -> None:
    square = shapely.box(110, 39, 110.02, 39.02)
    turned = shapely.MultiPolygon(
        [shapely.Polygon(np.roll(square.exterior.coords[:-1], 2, axis=0))]
    )
    noded = insert_vertices(square, np.array([(110.02, 39.013), (110.007, 39.0)]))
    rounded = shapely.transform(square, lambda xy: np.nextafter(xy, 200))
    hair = shapely.box(110, 39, 110.02 + 1e-9, 39.02)  # a tenth of a millimetre
    assert all(is_same_ground(square, other) for other in (square, turned, noded, rounded))
    assert not is_same_ground(square, hair)
    assert not is_same_ground(
        square, shapely.difference(square, shapely.Point(110.01, 39.01).buffer(1e-6))
    )


def test_two_points_a_rounding_apart_do_not_turn_a_border_back() -> None:
    slanted = shapely.Polygon([(0, 0), (3, 1), (3, 3), (0, 3)])
    x = 1.7
    twins = np.array([(x, x / 3), (np.nextafter(x, 0), np.nextafter(x / 3, 1)),
                      (np.nextafter(x, 2), np.nextafter(x / 3, 0))])  # fmt: skip
    assert insert_vertices(slanted, twins).is_valid


def test_a_corner_of_three_stays_and_one_of_two_on_a_straight_line_goes() -> None:
    west = shapely.Polygon([(0, 0), (1, 0), (1, 0.5), (1, 1), (1, 2), (0, 2)])
    north, south = shapely.box(1, 1, 2, 2), shapely.Polygon(
        [(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])  # fmt: skip
    thinned = thin_vertices(np.array([west, north, south], dtype=object), np.empty((0, 2)))
    left = set(map(tuple, thinned[0].exterior.coords))
    assert (1.0, 1.0) in left
    assert (1.0, 0.5) not in left
    assert shapely.coverage_is_valid(thinned)


def test_a_coverage_with_a_t_junction_and_a_sliver_is_cleaned() -> None:
    torn = np.array([shapely.box(0, 0, 1, 2), shapely.box(1 + 1e-9, 0, 2, 1),
                     shapely.box(1, 1, 2, 2)], dtype=object)  # fmt: skip
    assert not shapely.coverage_is_valid(torn)
    clean = clean_coverage(torn)
    assert shapely.coverage_is_valid(clean)
    assert abs(shapely.area(clean).sum() - 4) < 1e-8
    assert clean_coverage(SQUARES) is SQUARES
