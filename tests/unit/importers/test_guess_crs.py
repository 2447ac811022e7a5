"""Likely coordinate systems: offered, never taken; datums without a shift are refused."""

from __future__ import annotations

import pytest
from pyproj import Transformer

from grid_boundaries.errors import InvalidInput
from layers.importers.guess_crs import describe_shift, guess_crs

PLACE = (110.6, 39.4, 110.8, 39.5)


def bounds_in(srid: int) -> tuple[float, float, float, float]:
    move = Transformer.from_crs(4490, srid, always_xy=True).transform
    corners = [move(x, y) for x in PLACE[::2] for y in PLACE[1::2]]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def test_degrees_are_cgcs2000_or_wgs84():
    assert guess_crs(PLACE) == ["EPSG:4490", "EPSG:4326"]


@pytest.mark.parametrize("srid", [4525, 4526, 4497])
def test_a_zone_prefix_names_its_system(srid: int):
    move = Transformer.from_crs(4490, srid, always_xy=True)
    lng = {4525: 111, 4526: 114, 4497: 111}[srid]
    x, y = move.transform(lng, 40.0)
    assert f"EPSG:{srid}" in guess_crs((x - 100, y - 100, x + 100, y + 100))


def test_eastings_without_prefix_list_the_usual_zones():
    assert "EPSG:4546" in guess_crs(bounds_in(4546))


@pytest.mark.parametrize(
    "bounds",
    [(float("nan"),) * 4, (0, 0, 5e6, 5e6), (-4e6, -4e6, -3e6, -3e6), (9.9e7, 0, 9.9e7, 1)],
)
def test_numbers_that_fit_nothing_get_no_guess(bounds):
    assert guess_crs(bounds) == []


@pytest.mark.parametrize("crs", ["EPSG:4610", "EPSG:4214", "EPSG:4555", "EPSG:2379", "EPSG:2434"])
def test_xian80_and_beijing54_are_refused(crs: str):
    with pytest.raises(InvalidInput) as refused:
        describe_shift(crs)
    assert refused.value.code == "crs.datum_shift_unknown"


def test_the_spelling_of_an_esri_prj_hides_no_datum():
    wkt = (
        'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
    )
    with pytest.raises(InvalidInput) as refused:
        describe_shift(wkt)
    assert refused.value.code == "crs.datum_shift_unknown"


@pytest.mark.parametrize(
    ("crs", "said_equal"),
    [("EPSG:4490", False), ("EPSG:4546", False), ("EPSG:4326", True), ("EPSG:4269", True)],
)
def test_a_datum_taken_as_equal_is_told(crs: str, said_equal: bool):
    assert describe_shift(crs)[1] is said_equal


def test_a_local_system_is_not_of_the_earth():
    wkt = 'LOCAL_CS["site",LOCAL_DATUM["site",0],UNIT["metre",1],AXIS["E",EAST],AXIS["N",NORTH]]'
    with pytest.raises(InvalidInput) as refused:
        describe_shift(wkt)
    assert refused.value.code == "crs.not_of_the_earth"
