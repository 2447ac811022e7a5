"""Addresses find their village, group and place - or say that they cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.importers.addresses import AddressBook, choice_of, place_by_address
from layers.importers.approximate import points_in_cells
from layers.importers.findings import Finding
from layers.importers.georeference import fit_affine
from layers.importers.places import KnownPlace, PlaceIndex, match_addresses
from layers.importers.placing import Placed

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


def _every_name(known: list[KnownPlace]) -> PlaceIndex:
    """The same matcher that compares each text with every name."""
    index = PlaceIndex(known)
    for names in index._layers.values():
        names.could_fit = lambda _text, names=names: names._names  # type: ignore[method-assign]
    return index


_PART = st.sampled_from(
    ["羊市塔", "洋市塔", "村", "松树鄢", "松树焉", "川掌", "一社", "十二", "社", "3组", "大树梁",
     "大数梁", "矿后沟", "老奎", "12号", "沟", "纳日松镇", "二", "组", "柳树弯", "嘎查", " ", "Ａ"]
)  # fmt: skip


@given(st.lists(st.lists(_PART, max_size=5).map("".join), max_size=20))
def test_only_names_that_could_fit_are_compared_and_the_answer_is_that_of_all(
    texts: list[str],
) -> None:
    assert PlaceIndex(KNOWN).match(texts) == _every_name(KNOWN).match(texts)


def test_a_league_of_names_is_no_matter_of_minutes() -> None:
    """A text is compared with a fiftieth of four thousand names at most."""
    rng = np.random.default_rng(7)
    letters = list("东西南北大小山水河沟梁湾树石红白黑青龙马牛羊泉井台坡岭滩柳杨松")
    names = ["".join(rng.choice(letters, 4)) for _ in range(4_000)]
    known = [KnownPlace(at, "place", name) for at, name in enumerate(names)]
    index = PlaceIndex(known)
    compared = sum(len(index._layers["place"].could_fit(f"{name}12号")) for name in names[:200])
    assert compared < 200 * 0.02 * len(names)


def address_book() -> AddressBook:
    spots = {
        ("village", 1): (110.1, 39.5),
        ("group", 11): (110.2, 39.6),
        ("place", 31): (110.3, 39.4),
    }
    cells = {("village", 1): 0, ("group", 11): 3, ("place", 31): -1}
    return AddressBook(KNOWN, spots, cells)


def lost_rows(count: int) -> Placed:
    numbers = np.arange(2, count + 2)
    lost = Finding("import.no_place", "warning", numbers)
    nothing = np.zeros(count, dtype=bool)
    return Placed(
        np.full(count, -1), np.full(count, None, dtype=object), nothing, (lost,), nothing
    )  # fmt: skip


def test_only_what_somebody_accepted_is_placed_and_marked_approximate() -> None:
    texts = ["羊市塔村一社12号", "洋市塔村", "某某小区", "羊市塔村"]
    numbers = np.arange(2, 6)
    told = place_by_address(lost_rows(4), texts, numbers, address_book(), choice_of([], None))
    codes = {f.code: f.rows.tolist() for f in told.findings}
    assert codes == {"import.address_match": [2, 3, 5], "import.no_place": [4]}
    assert not told.approximate.any()
    assert told.cell_rows.tolist() == [-1] * 4
    over = place_by_address(lost_rows(4), texts, numbers, address_book(), choice_of([], 0.9))
    codes = {f.code: f.rows.tolist() for f in over.findings}
    assert codes == {
        "import.address_placed": [2, 5], "import.address_match": [3], "import.no_place": [4],
    }  # fmt: skip
    assert over.approximate.tolist() == [True, False, False, True]
    assert over.cell_rows.tolist() == [3, -1, -1, 0]
    assert shapely.get_coordinates(over.geometry[[0, 3]]).tolist() == [[110.2, 39.6], [110.1, 39.5]]
    one = place_by_address(lost_rows(4), texts, numbers, address_book(), choice_of([3], None))
    assert one.approximate.tolist() == [False, True, False, False]
