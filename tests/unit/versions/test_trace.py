"""Rings traced by hand become cells that share their borders; the oracle is areas and borders."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.versions.trace import node_traced

MIDDLE = np.array([110.5, 39.5])
METRES = np.array(metres_per_degree(39.5))
NOTHING = np.empty(0, dtype=object)


def degrees(corners: list[tuple[float, float]]) -> np.ndarray:
    """Metres round the middle as degrees."""
    return np.array(corners, dtype=float) / METRES + MIDDLE


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


def area_m2(shape: object) -> float:
    return float(shapely.area(shape) * METRES[0] * METRES[1])


def shaken(corners: list[tuple[float, float]], rng: np.random.Generator, by: float) -> np.ndarray:
    return degrees([(x + rng.uniform(-by, by), y + rng.uniform(-by, by)) for x, y in corners])


def fill(rng: np.random.Generator, by: float) -> tuple[shapely.Polygon, list[np.ndarray]]:
    """A parent and four rings that fill it, every corner shaken on its own."""
    parent = shapely.Polygon(degrees(box(0, 0, 1000, 800)))
    cuts = [box(0, 0, 500, 400), box(500, 0, 1000, 400), box(0, 400, 500, 800),
            box(500, 400, 1000, 800)]  # fmt: skip
    return parent, [shaken(corners, rng, by) for corners in cuts]


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_shaken_rings_fill_their_parent_without_gap_or_overlap(seed: int) -> None:
    parent, rings = fill(np.random.default_rng(seed), 3.0)
    traced = node_traced(rings, around=NOTHING, parent=parent, tolerance_m=10.0)
    assert traced.overlap_m2 == 0
    assert all(shapely.is_valid(cell) for cell in traced.cells)
    total = sum(area_m2(cell) for cell in traced.cells)
    assert total == pytest.approx(area_m2(parent), abs=0.01)
    together = shapely.union_all(traced.cells)
    assert area_m2(shapely.symmetric_difference(together, parent)) < 0.01
    for first in range(4):
        for second in range(first):
            shared = shapely.intersection(traced.cells[first], traced.cells[second])
            assert area_m2(shared) < 0.01
    assert traced.moved_m.max() <= 10.0


def test_without_snapping_the_same_rings_would_leave_gaps_and_overlaps() -> None:
    parent, rings = fill(np.random.default_rng(1), 3.0)
    raw = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    assert area_m2(shapely.symmetric_difference(shapely.union_all(raw), parent)) > 100


def test_corners_of_neighbours_stay_exactly_where_they_were() -> None:
    neighbour = shapely.Polygon(degrees(box(-300, 0, 0, 400)))
    traced = node_traced(
        [degrees([(4, 3), (400, 0), (400, 400), (-5, 396)])],
        around=np.array([neighbour], dtype=object), parent=None, tolerance_m=10.0,
    )  # fmt: skip
    (cell,) = traced.cells
    corners = {tuple(c) for c in shapely.get_coordinates(neighbour).tolist()}
    assert len(corners & {tuple(c) for c in shapely.get_coordinates(cell).tolist()}) == 2
    assert area_m2(shapely.intersection(cell, neighbour)) < 0.01
    assert shapely.length(shapely.intersection(shapely.boundary(cell), neighbour)) > 0


def test_ground_that_is_claimed_twice_and_wide_stays_with_both_and_is_told() -> None:
    traced = node_traced(
        [degrees(box(0, 0, 500, 400)), degrees(box(400, 0, 900, 400))],
        around=NOTHING, parent=None, tolerance_m=10.0,
    )  # fmt: skip
    # metres of the plane are those 200 m further north than the test's
    assert traced.overlap_m2 == pytest.approx(100 * 400, rel=1e-4)
    assert area_m2(shapely.intersection(*traced.cells)) == pytest.approx(40_000, rel=1e-6)


def test_ring_that_reaches_far_over_its_parent_keeps_that_and_is_left_to_the_checks() -> None:
    parent = shapely.Polygon(degrees(box(0, 0, 500, 400)))
    traced = node_traced(
        [degrees(box(0, 0, 700, 400))], around=NOTHING, parent=parent, tolerance_m=10.0
    )
    outside = shapely.difference(traced.cells[0], parent)
    assert area_m2(outside) == pytest.approx(200 * 400, rel=1e-6)


def test_a_ring_that_crosses_itself_becomes_valid_ground() -> None:
    bow_tie = degrees([(0, 0), (400, 400), (400, 0), (0, 400)])
    (cell,) = node_traced([bow_tie], around=NOTHING, parent=None, tolerance_m=5.0).cells
    assert shapely.is_valid(cell)
    assert area_m2(cell) == pytest.approx(2 * 400 * 200 / 2, rel=1e-6)
