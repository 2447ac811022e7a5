"""Addresses find their village, group and place - or say that they cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.importers.approximate import points_in_cells
from layers.importers.georeference import fit_affine
from layers.importers.places import KnownPlace, match_addresses

KNOWN = [
    KnownPlace(1, "village", "羊市塔村"), KnownPlace(2, "village", "松树鄢村"),
    KnownPlace(3, "village", "川掌村"), KnownPlace(4, "village", "奎洞沟社区", ("老奎",)),
    KnownPlace(11, "group", "一社", parent=1), KnownPlace(12, "group", "第十二社", parent=1),
    KnownPlace(21, "group", "一社", parent=2), KnownPlace(22, "group", "柳树湾组", parent=2),
    KnownPlace(31, "place", "矿后沟", ("煤矿后面的沟",)),
    KnownPlace(32, "place", "大树梁", parent=1),
    KnownPlace(33, "place", "大树梁", parent=2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "village", "group", "place", "least"),
    [
        ("纳日松镇羊市塔村一社12号", 1, 11, None, 1.0),
        ("羊市塔 十二社", 1, 12, None, 1.0),
        ("松树鄢村第1组", 2, 21, None, 1.0),
        ("松树焉村柳树弯", 2, 22, None, 0.7),
        ("洋市塔村", 1, None, None, 0.7),
        ("老奎西头", 4, None, None, 1.0),
        ("羊市塔村煤矿后面的沟", 1, None, 31, 1.0),
        ("松树鄢大树梁", 2, None, 33, 1.0),
        ("一社", None, None, None, 0.0),
        ("大树梁", None, None, None, 0.0),
        ("某某小区3号楼", None, None, None, 0.0),
        ("", None, None, None, 0.0),
    ],
)  # fmt: skip
def test_an_address_finds_its_places(
    text: str, village: int | None, group: int | None, place: int | None, least: float
) -> None:
    (found,) = match_addresses([text], KNOWN)
    assert (found.village, found.group, found.place) == (village, group, place)
    assert least <= found.score <= 1.0
    assert (found.score == 0.0) == (least == 0.0)


def test_a_name_that_fits_several_says_so() -> None:
    group, place = match_addresses(["一社", "大树梁"], KNOWN)
    assert "ambiguous:group" in group.why
    assert "ambiguous:place" in place.why


def test_clicked_points_lay_an_image_on_the_ground_and_tell_what_is_left_over() -> None:
    rng = np.random.default_rng(5)
    pixels = rng.uniform(0, 4000, (8, 2))
    turn, scale = 0.2, 0.6
    ground = (
        scale * pixels @ np.array([[np.cos(turn), -np.sin(turn)], [-np.sin(turn), -np.cos(turn)]])
    )
    metres = np.array(metres_per_degree(39.5))
    exact = ground / metres + (110.0, 39.5)
    fit = fit_affine(pixels.tolist(), exact.tolist())
    assert fit.rms_m == pytest.approx(0, abs=1e-3)
    assert fit.metres_per_pixel == pytest.approx(scale, rel=1e-3)
    assert fit.apply(pixels) == pytest.approx(exact, abs=1e-8)
    assert fit.outline(4000, 3000).shape == (5, 2)
    wrong = exact.copy()
    wrong[3] += 40 / metres
    told = fit_affine(pixels.tolist(), wrong.tolist())
    assert told.worst == 3
    assert told.rms_m is not None
    assert 8 < told.rms_m < 40


def test_three_points_fit_anything_and_say_nothing_about_it() -> None:
    fit = fit_affine([(0, 0), (100, 0), (0, 100)], [(110, 39), (110.01, 39), (110, 38.99)])
    assert fit.rms_m is None


@pytest.mark.parametrize(
    ("pixels", "code"),
    [([(0, 0), (1, 1)], "georeference.too_few"), ([(0, 0), (1, 1), (2, 2)], "georeference.in_line"),
     ([(0, 0), (1, float("nan")), (2, 0)], "georeference.not_finite")],
)  # fmt: skip
def test_points_that_cannot_be_used_are_refused(
    pixels: list[tuple[float, float]], code: str
) -> None:
    places = [(110.0, 39.0), (110.01, 39.0), (110.0, 39.01)][: len(pixels)]
    with pytest.raises(InvalidInput) as refused:
        fit_affine(pixels, places)
    assert refused.value.code == code


def test_what_has_no_place_gets_the_middle_of_its_cell_or_none() -> None:
    horseshoe = shapely.Polygon(
        [(110, 39), (110.03, 39), (110.03, 39.03), (110.02, 39.03), (110.02, 39.01),
         (110.01, 39.01), (110.01, 39.03), (110, 39.03)]
    )  # fmt: skip
    cells = np.array([horseshoe, None], dtype=object)
    points = points_in_cells(cells, np.array([0, -1, 1, 0]))
    assert points[1] is None
    assert points[2] is None
    assert points[0] == points[3]
    assert shapely.contains_properly(horseshoe, points[0])
