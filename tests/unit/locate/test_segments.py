"""Distances to long borders: what is passed over never matters."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.segments import BorderSegments, directed_edges
from tests.unit.locate.snapshots import TOLERANCE_M, border_distance_m


def wavy_ring(vertices: int, seed: int) -> shapely.Polygon:
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    radius = 0.05 + 0.02 * np.sin(9 * angle) + rng.uniform(0, 0.002, vertices)
    ring = np.column_stack([110 + radius * np.cos(angle), 39.5 + radius * np.sin(angle)])
    return shapely.Polygon(ring, [shapely.box(109.99, 39.495, 110.0, 39.5).exterior.coords])


GEOMS = np.array(
    [
        wavy_ring(4000, 1),
        wavy_ring(17, 2),
        shapely.box(110, 39.5, 110.01, 39.51),
        shapely.MultiPolygon([shapely.box(110.1, 39, 110.2, 39.1), wavy_ring(300, 3)]),
        shapely.Polygon(),
    ],
    dtype=object,
)


def test_distances_to_borders_of_any_length_equal_brute_force() -> None:
    segments = BorderSegments.of(GEOMS)
    rng = np.random.default_rng(5)
    lng, lat = rng.uniform((109.9, 39.4), (110.25, 39.6), (400, 2)).T
    rows = rng.integers(0, 4, 400)
    got = segments.distances_m(rows, lng, lat)
    for row, x, y, distance in zip(rows, lng, lat, got, strict=True):
        want = border_distance_m(GEOMS[row], x, y)
        assert distance == pytest.approx(want, abs=TOLERANCE_M)
        mx, my = metres_per_degree(y)
        assert segments.distance_m(row, x, y, mx, my) == pytest.approx(want, abs=TOLERANCE_M)


def test_empty_geometry_is_infinitely_far() -> None:
    segments = BorderSegments.of(GEOMS)
    far = segments.distances_m(np.array([4, 2]), np.full(2, 110.0), np.full(2, 39.5))
    assert far[0] == np.inf
    assert far[1] == pytest.approx(0, abs=TOLERANCE_M)
    assert segments.distance_m(4, 110.0, 39.5, 1.0, 1.0) == np.inf


def test_edges_have_the_inside_on_their_left_whatever_the_ring_direction() -> None:
    shape = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2))
    for geom in (shape, shape.reverse()):
        start, end, owner = directed_edges(np.array([geom], dtype=object))
        assert owner.tolist() == [0] * 8
        left = np.column_stack([start[:, 1] - end[:, 1], end[:, 0] - start[:, 0]])
        beside = (start + end) / 2 + 0.01 * left
        assert shapely.contains_xy(shape, beside[:, 0], beside[:, 1]).all()
