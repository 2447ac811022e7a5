"""Local plane, areas, zones and possible positions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from pyproj import Geod

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import (
    STORAGE_SRID,
    get_crs,
    get_transformer,
    transform_geometry,
    zone_srid,
)
from grid_boundaries.geo.envelope import check_position
from grid_boundaries.geo.local_plane import metres_per_degree, metres_per_degree_array
from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2, mu

GEOD = Geod(ellps="GRS80")
TOWN = (110.0, 39.4, 110.4, 39.7)


@pytest.mark.parametrize("lat", [0.0, 23.0, 39.5, 47.25, 60.0])
def test_metres_per_degree_agrees_with_the_geodesic(lat: float) -> None:
    mx, my = metres_per_degree(lat)
    _, _, east = GEOD.inv(110, lat, 110.0001, lat)
    _, _, north = GEOD.inv(110, lat - 0.00005, 110, lat + 0.00005)
    assert mx * 0.0001 == pytest.approx(east, rel=1e-7)
    assert my * 0.0001 == pytest.approx(north, rel=1e-7)
    assert [v[0] for v in metres_per_degree_array(np.array([lat]))] == pytest.approx([mx, my])


def test_planar_distance_within_one_km_is_within_three_ten_thousandths() -> None:
    mx, my = metres_per_degree(39.5)
    for azimuth in range(0, 360, 15):
        lng, lat, _ = GEOD.fwd(110, 39.5, azimuth, 1000)
        assert math.hypot((lng - 110) * mx, (lat - 39.5) * my) == pytest.approx(1000, rel=3e-4)


@pytest.mark.parametrize(
    ("lng", "srid"),
    [(110.2, 4546), (111, 4546), (112.4, 4546), (112.5, 4547), (116.1, 4548), (120, 4549)],
)
def test_zone_is_that_of_the_feature(lng: float, srid: int) -> None:
    assert zone_srid(lng) == srid
    assert f"CM {round(lng / 3) * 3 if lng != 112.5 else 114}E" in get_crs(srid).name


def test_transformers_speak_lng_lat() -> None:
    lng, lat = get_transformer(4546, STORAGE_SRID).transform(500_000, 4_400_000)
    assert (lng, lat) == pytest.approx((111.0, 39.73), abs=0.01)
    assert get_transformer(4546, 4490) is get_transformer(4546, 4490)


def test_unknown_crs_is_invalid_input() -> None:
    with pytest.raises(InvalidInput) as error:
        get_crs("EPSG:999999")
    assert error.value.code == "crs.unknown"


def test_areas_of_a_square_kilometre_agree_and_holes_are_taken_off() -> None:
    square = transform_geometry(shapely.box(5e5, 4.4e6, 501e3, 4401e3), 4546, 4490)
    assert area_plane_m2(square) == pytest.approx(1e6, abs=1e-3)
    assert area_ellipsoidal_m2(square) == pytest.approx(1e6, rel=1e-3)
    hole = transform_geometry(shapely.box(5001e2, 44001e2, 5002e2, 44002e2), 4546, 4490)
    assert area_plane_m2(square.difference(hole)) == pytest.approx(990_000, abs=1e-2)
    whole, part = area_ellipsoidal_m2(square), area_ellipsoidal_m2(hole)
    assert area_ellipsoidal_m2(square.difference(hole)) == pytest.approx(whole - part, abs=1e-3)
    assert area_ellipsoidal_m2(square.reverse()) == pytest.approx(whole)
    assert mu(2000 / 3) == pytest.approx(1.0)
    assert area_plane_m2(shapely.Polygon()) == area_ellipsoidal_m2(shapely.Polygon()) == 0


def test_position_inside_or_within_the_margin_passes() -> None:
    check_position(110.2, 39.5, TOWN)
    check_position(110.9, 39.5, TOWN)
    with pytest.raises(InvalidInput):
        check_position(110.9, 39.5, TOWN, margin_m=1000)


@pytest.mark.parametrize(
    ("lng", "lat", "code", "params"),
    [
        (math.nan, 39.5, "place.not_finite", {"axes": ["lng"]}),
        (110.2, -math.inf, "place.not_finite", {"axes": ["lat"]}),
        (0.0, 0.0, "place.null_island", {"lng": 0.0, "lat": 0.0}),
        (39.5, 110.2, "place.swapped_axes", {"swapped_lng": 110.2, "swapped_lat": 39.5}),
        (500_000.0, 4_400_000.0, "place.projected", {"zone_prefix": None}),
        (37_500_000.0, 4_400_000.0, "place.projected", {"zone_prefix": 37}),
        (110.2, 41.0, "place.outside_envelope", {"distance_km": 144.4}),
        (-110.2, 95.0, "place.outside_envelope", {"distance_km": None}),
    ],
)
def test_impossible_position_is_refused_with_its_cause(
    lng: float, lat: float, code: str, params: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as error:
        check_position(lng, lat, TOWN)
    assert error.value.code == code
    assert error.value.params.items() >= params.items()


def test_refused_position_is_shown_rounded() -> None:
    with pytest.raises(InvalidInput) as error:
        check_position(39.512345678, 110.223456789, TOWN)
    assert (error.value.params["lng"], error.value.params["lat"]) == (39.5123, 110.2235)
