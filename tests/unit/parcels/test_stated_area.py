"""Stated areas are compared in the parcel's own zone, and known mistakes are named."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import transform_geometry
from layers.parcels.stated_area import StatedAreas, check_stated_areas, round_mu

FIELD = shapely.box(112.0, 39.5, 112.004, 39.503)
TOLERANCE = 0.0005


def check(geom: BaseGeometry | None, stated: float, unit: str = "m2") -> StatedAreas:
    geoms = np.array([geom], dtype=object)
    return check_stated_areas(geoms, np.array([stated]), unit, TOLERANCE)


def area_in(srid: int) -> float:
    return float(transform_geometry(FIELD, 4490, srid).area)


@pytest.mark.parametrize(
    ("stated", "unit", "verdict"),
    [
        (area_in(4546), "m2", "own_zone"),
        (round(area_in(4546) * 0.0015, 2), "mu", "own_zone"),
        (area_in(4545), "m2", "west_zone"),
        (area_in(4547), "m2", "east_zone"),
        (area_in(3857), "m2", "web_mercator"),
        (area_in(4546) * 0.0015, "m2", "unit_mu"),
        (area_in(4546), "mu", "unit_m2"),
        (area_in(4546) / 10_000, "mu", "unit_hectare"),
        (area_in(4546) * 1.05, "m2", "differs"),
        (float("nan"), "m2", "missing"),
        (0.0, "m2", "missing"),
        (-5.0, "m2", "missing"),
    ],
)
def test_mistakes_are_named(stated: float, unit: str, verdict: str) -> None:
    assert check(FIELD, stated, unit).verdict[0] == verdict


def test_nothing_drawn_is_missing() -> None:
    assert check(None, 12.0).verdict[0] == check(shapely.Polygon(), 12.0).verdict[0] == "missing"


def test_bad_unit_and_tolerance_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"land\.area_unit"):
        check(FIELD, 1.0, "acre")
    with pytest.raises(InvalidInput, match=r"land\.area_tolerance"):
        check_stated_areas(np.array([FIELD]), np.array([1.0]), "m2", float("nan"))


def test_ten_thousand_parcels_have_the_right_zone_and_areas() -> None:
    rng = np.random.default_rng(5)
    # the last two lie across 112.5°, one with its middle on either side of it
    west = np.append(rng.uniform(109, 121, 9_998), [112.4995, 112.4993])
    south = rng.uniform(38, 46, 10_000)
    size = np.append(rng.uniform(0.0005, 0.004, 9_998), [0.0012, 0.0012])
    geoms = shapely.box(west, south, west + size, south + size / 2)
    found = check_stated_areas(geoms, np.full(10_000, 1.0), "m2", TOLERANCE)
    meridian = 3 * np.floor((west + size / 2 + 1.5) / 3)
    assert (found.srid == 4534 + (meridian - 75) / 3).all()
    assert found.srid[-2:].tolist() == [4547, 4546]
    geod = Geod(ellps="GRS80")
    by_geod = np.array([abs(geod.geometry_area_perimeter(one)[0]) for one in geoms])
    assert np.abs(found.ellipsoidal_m2 / by_geod - 1).max() <= 1e-9
    for area in found.plane_m2.tolist():
        exact = Fraction(repr(area)) * Fraction(15, 10_000)
        assert round_mu(area) == Decimal(math.floor(exact * 100 + Fraction(1, 2))) / 100
    # Gauss-Krüger enlarges areas by (λ cos φ)², λ from the central meridian (Snyder 1987, 8-4)
    from_meridian = np.radians(west + size / 2 - meridian)
    enlarged = (from_meridian * np.cos(np.radians(south + size / 4))) ** 2
    assert np.abs(found.plane_m2 / found.ellipsoidal_m2 - 1 - enlarged).max() < 5e-6


def test_mu_rounds_half_up() -> None:
    assert round_mu(670.0) == Decimal("1.01")
    assert round_mu(10 / 3) == Decimal("0.01")
    assert round_mu(3.3) == Decimal("0.00")
