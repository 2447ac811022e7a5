"""Who is out of reach: the same as asking the geodesic for every pair."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from layers.reach.beyond import are_beyond

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
POINTS = st.lists(st.tuples(st.floats(108, 122), st.floats(20, 53)), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(POINTS, POINTS, st.floats(10, 200_000))
def test_beyond_is_what_the_geodesic_of_every_pair_says(
    places: list[tuple[float, float]], points: list[tuple[float, float]], beyond_m: float
) -> None:
    far = are_beyond(np.array(places), np.array(points), beyond_m)
    for place, told in zip(places, far, strict=True):
        nearest = min(CGCS2000.inv(*place, *point)[2] for point in points)
        # one nanometre of rounding between asking one by one and all at once
        assert told == (nearest > beyond_m) or abs(nearest - beyond_m) < 1e-8


@settings(max_examples=100, deadline=None)
@given(st.floats(75, 134), st.floats(18, 53), st.floats(0, 360), st.floats(50, 200_000))
def test_a_millimetre_decides(lng: float, lat: float, azimuth: float, away_m: float) -> None:
    there_lng, there_lat, _ = CGCS2000.fwd(lng, lat, azimuth, away_m)
    place, point = np.array([[lng, lat]]), np.array([[there_lng, there_lat]])
    assert are_beyond(place, point, away_m - 0.001).all()
    assert not are_beyond(place, point, away_m + 0.001).any()


def test_without_points_everything_is_beyond() -> None:
    assert are_beyond(np.array([[110.0, 39.0]]), np.empty((0, 2)), 5000.0).tolist() == [True]
    assert are_beyond(np.empty((0, 2)), np.array([[110.0, 39.0]]), 5000.0).tolist() == []
