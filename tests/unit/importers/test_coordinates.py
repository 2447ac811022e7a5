"""The coordinate doctor: never sure of a wrong answer, and back to the metre where it moves."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.china_offsets import (
    bd09_to_wgs84,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.importers.coordinates import diagnose, sample_points, transform
from layers.importers.coordinates.keys import datum_of, same_projection
from tests.unit.importers.coordinate_files import (
    MADE_UP_SEVEN,
    make_samples,
    make_town,
    vertices,
    write,
)


def is_right(key: str, truth: str) -> bool:
    """Old datums count as right when the answer is an old datum: which one, nobody can see."""
    if truth.startswith(("xian80:", "beijing54:")):
        return datum_of(key) in ("xian80", "beijing54")
    return same_projection(key) == same_projection(truth)


def test_no_wrong_answer_is_called_sure_and_the_first_choice_is_nearly_always_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table: Counter[tuple[str, str]] = Counter()
    wrong_first, wrong_sure, unrefused = [], [], []
    for sample in make_samples():
        told = diagnose(
            sample.xy, prj_text=sample.prj_text, outline=sample.town.outline, layers=sample.layers
        )
        right = bool(told.candidates) and is_right(told.candidates[0].key, sample.truth)
        family = sample.truth.split(":")[0] if sample.truth[0] in "xb" else sample.truth
        family = family.replace("EPSG", "zone") if family.startswith("EPSG:4") else family
        table[(family.split(":4")[0], "files")] += 1
        table[(family.split(":4")[0], "first choice right")] += right
        table[(family.split(":4")[0], "sure")] += told.sure
        if not right:
            wrong_first.append(sample.name)
            if told.sure:
                wrong_sure.append(sample.name)
        if sample.truth.startswith(("xian80", "beijing54")) and right and not told.refused:
            unrefused.append(sample.name)
    files = sum(n for (_, what), n in table.items() if what == "files")
    right = sum(n for (_, what), n in table.items() if what == "first choice right")
    sure = sum(n for (_, what), n in table.items() if what == "sure")
    with capsys.disabled():
        print(f"\ncoordinate doctor: {files} files, first choice right {right}, sure {sure}, "
              f"sure and wrong {len(wrong_sure)}")  # fmt: skip
        for family in sorted({family for family, _ in table}):
            print(
                "  ",
                family,
                {what: table[(family, what)] for _, what in sorted(table) if _ == family},
            )
        for name in wrong_first:
            print("   wrong first:", name)
    assert files >= 200
    assert wrong_sure == []
    assert unrefused == []
    assert right >= 0.95 * files
    assert sure >= 0.3 * files


def test_offsets_of_web_maps_go_there_and_back_to_a_millimetre() -> None:
    rng = np.random.default_rng(4)
    lng, lat = rng.uniform(109, 112, 20_000), rng.uniform(39, 41, 20_000)
    mx, my = metres_per_degree(40.0)
    for there, back, least_m, most_m in (
        (wgs84_to_gcj02, gcj02_to_wgs84, 400, 800), (wgs84_to_bd09, bd09_to_wgs84, 900, 1800)
    ):  # fmt: skip
        moved = there(lng, lat)
        away_m = np.hypot((moved[0] - lng) * mx, (moved[1] - lat) * my)
        assert least_m < away_m.min() < away_m.max() < most_m
        again = back(*moved)
        assert np.hypot((again[0] - lng) * mx, (again[1] - lat) * my).max() < 0.001


def test_the_offset_at_a_known_place_is_the_published_one() -> None:
    lng, lat = wgs84_to_gcj02(np.array([116.404]), np.array([39.915]))
    assert (lng[0], lat[0]) == pytest.approx((116.410244, 39.916404), abs=2e-6)
    bd_lng, bd_lat = wgs84_to_bd09(np.array([116.404]), np.array([39.915]))
    assert (bd_lng[0], bd_lat[0]) == pytest.approx((116.416627, 39.922700), abs=2e-6)


@pytest.mark.parametrize(
    "system",
    [
        "EPSG:4546", "EPSG:4525", "EPSG:4525+swapped", "gcj02", "bd09", "cgcs2000:3", "gcj02@3857",
        "EPSG:32649", "EPSG:4490+swapped",
    ],
)  # fmt: skip
def test_what_is_moved_lies_where_it_was(system: str) -> None:
    town = make_town("narisong")
    xy = write(vertices(town.parcels), system)
    shapes = shapely.points(xy)
    shapes[3] = None
    moved = transform(shapes, system)
    assert moved[3] is None
    keep = np.arange(len(xy)) != 3
    off = (shapely.get_coordinates(moved) - vertices(town.parcels)[keep]) * metres_per_degree(39.5)
    assert np.hypot(*off.T).max() < 0.1


def test_old_datums_are_refused_accepted_to_100_m_or_moved_by_seven_parameters() -> None:
    town = make_town("narisong")
    meant = vertices(town.parcels)
    shapes = shapely.points(write(meant, "xian80:EPSG:2382"))
    with pytest.raises(InvalidInput) as refused:
        transform(shapes, "EPSG:2382")
    assert refused.value.code == "crs.old_datum"
    metres = metres_per_degree(39.5)
    rough = shapely.get_coordinates(transform(shapes, "EPSG:2382", accept_100m=True))
    assert 20 < np.hypot(*((rough - meant) * metres).T).max() < 200
    seven = (*MADE_UP_SEVEN["xian80"], 0.0, 0.0, 0.0, 0.0)
    exact = shapely.get_coordinates(transform(shapes, "EPSG:2382", params7=seven))
    assert np.hypot(*((exact - meant) * metres).T).max() < 0.01


@pytest.mark.parametrize("seven", [(1, 2, 3), (1e6, 0, 0, 0, 0, 0, 0), (float("nan"),) * 7])
def test_parameters_that_cannot_be_are_refused(seven: tuple[float, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        transform(shapely.points([[4e5, 4.3e6]]), "EPSG:2382", params7=seven)
    assert refused.value.code == "crs.bad_parameters"


def test_a_choice_of_a_person_is_taken_unless_the_ground_speaks_against_it() -> None:
    town = make_town("narisong")
    xy = write(vertices(town.houses), "gcj02")
    assert not diagnose(xy, outline=town.outline).sure
    chosen = diagnose(xy, outline=town.outline, declared="gcj02")
    assert chosen.sure
    assert chosen.candidates[0].key == "gcj02"
    plain = write(vertices(town.houses), "EPSG:4546")
    assert not diagnose(plain, outline=town.outline, declared="EPSG:4549").sure


def test_numbers_of_nowhere_fit_nothing() -> None:
    town = make_town("narisong")
    for xy in ([[5.0, 52.0]], [[1e9, 1e9]]):
        told = diagnose(np.array(xy * 20), outline=town.outline)
        assert not told.sure
        assert told.refused == "crs.nothing_fits"
        assert not told.candidates
    assert diagnose(np.full((3, 2), np.nan)).refused == "crs.no_coordinates"


def test_a_sample_leaves_out_zero_and_what_is_not_finite() -> None:
    shapes = [shapely.Point(0, 0), None, shapely.Point(float("nan"), 2), shapely.Point(110, 39)]
    assert sample_points(shapes).tolist() == [[110.0, 39.0]]
