"""The frame of a printed map: exact scale, north, graticule; the page as PDF and as picture."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pyproj import Geod, Transformer

from grid_boundaries.errors import InvalidInput
from web_map.sheets.drawing import Ink, MapDrawing, Name
from web_map.sheets.map_frame import SCALES, MapFrame, frame_around, write_degrees
from web_map.sheets.papers import get_paper
from web_map.sheets.sheet import FieldsPart, LegendItem, MapPart, Sheet, SignPart, TablePart
from web_map.sheets.words import read_words
from web_map.sheets.write_print import write_pdf, write_pngs

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
PLACES = st.tuples(
    st.floats(75, 134), st.floats(18, 53), st.floats(0.002, 0.4), st.floats(0.002, 0.4)
)


def frame(bounds: tuple[float, float, float, float], scale: float | None = None) -> MapFrame:
    paper = get_paper("A4")
    return frame_around(bounds, paper.map_width_mm, paper.map_height_mm, scale=scale)


@settings(max_examples=30, deadline=None)
@given(PLACES)
def test_a_distance_on_paper_times_the_scale_is_the_distance_on_the_ground(
    place: tuple[float, float, float, float],
) -> None:
    lng, lat, wide, high = place
    made = frame((lng, lat, lng + wide, lat + high))
    points = shapely.points([(lng, lat), (lng + wide, lat + high)])
    one, other = shapely.get_coordinates(made.place(points))
    on_paper_m = math.dist(one, other) / 1000 * made.scale
    _, _, on_ground_m = CGCS2000.inv(lng, lat, lng + wide, lat + high)
    # a 3° zone stretches by at most 0.034 % at its edge; the bounds may reach 0.4° beyond it
    assert on_paper_m == pytest.approx(on_ground_m, rel=8e-4)
    # and in the plane of the zone it is exact
    x, y = Transformer.from_crs(4490, made.srid, always_xy=True).transform(
        [lng, lng + wide], [lat, lat + high]
    )
    assert on_paper_m == pytest.approx(math.hypot(x[1] - x[0], y[1] - y[0]), abs=1e-6 * made.scale)


@settings(max_examples=30, deadline=None)
@given(PLACES)
def test_all_that_was_asked_for_is_in_the_frame_at_the_largest_usual_scale(
    place: tuple[float, float, float, float],
) -> None:
    lng, lat, wide, high = place
    bounds = (lng, lat, lng + wide, lat + high)
    made = frame(bounds)
    ring = shapely.segmentize(shapely.box(*bounds).exterior, max(wide, high) / 20)
    assert made.box.buffer(1e-6).covers(made.place_one(ring))
    assert made.scale in SCALES
    larger = SCALES[SCALES.index(int(made.scale)) - 1]
    if made.scale > SCALES[0]:
        # the next larger one would leave less than the promised 4 % of the paper on a side
        west, south, east, north = frame(bounds, larger).place_one(ring).bounds
        assert (
            east - west > 0.92 * made.width_mm - 0.01
            or north - south > 0.92 * made.height_mm - 0.01
        )
    west, south, east, north = made.bounds()
    assert shapely.box(west, south, east, north).covers(shapely.box(*bounds))


def test_north_leans_towards_the_central_meridian() -> None:
    # meridian convergence: difference of longitude × sine of latitude
    west = frame((110.0, 39.5, 110.01, 39.51))
    assert west.north_deg() == pytest.approx(0.995 * math.sin(math.radians(39.505)), rel=1e-3)
    assert frame((111.995, 39.5, 112.005, 39.51)).north_deg() == pytest.approx(
        -1.0 * math.sin(math.radians(39.505)), rel=1e-3
    )


def test_lines_of_the_graticule_lie_where_they_say() -> None:
    made = frame((110.50, 39.40, 110.54, 39.42))
    labels = {line.label: line for line in made.graticule()}
    assert {"110°31′E", "110°32′E", "39°24′N", "39°25′N"} <= labels.keys()
    here = made.place_one(shapely.Point(110 + 31 / 60, 39.41))
    assert shapely.LineString(labels["110°31′E"].line).distance(here) < 0.001
    assert 2 <= len(labels) <= 14
    assert write_degrees(110 * 3600 + 15) == "110°00′15″"
    assert write_degrees(39 * 3600) == "39°"


def test_the_bar_is_as_long_as_it_says() -> None:
    for scale in SCALES:
        bar = frame((110.5, 39.4, 110.5001, 39.4001), scale).scale_bar(60)
        assert bar.length_mm * scale / 1000 == pytest.approx(bar.length_m)
        assert 23 < bar.length_mm <= 60
        assert bar.length_m / 10 ** math.floor(math.log10(bar.length_m)) in (1, 2, 5)


@pytest.mark.parametrize(
    ("bounds", "scale", "code"),
    [
        ((111.0, 39.0, 110.0, 40.0), None, "sheet.bounds"),
        ((110.0, float("nan"), 111.0, 40.0), None, "sheet.bounds"),
        ((110.0, 39.0, 111.0, 95.0), None, "sheet.bounds"),
        ((110.0, 39.0, 111.0, 40.0), 3.0, "sheet.scale_range"),
        ((110.0, 39.0, 111.0, 40.0), float("nan"), "sheet.scale_range"),
    ],
)
def test_bounds_and_scales_that_cannot_be_are_refused(
    bounds: tuple[float, float, float, float], scale: float | None, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        frame(bounds, scale)
    assert refused.value.code == code


def test_unknown_paper_is_refused() -> None:
    for name, orientation in (("A5", "landscape"), ("A4", "across")):
        with pytest.raises(InvalidInput):
            get_paper(name, orientation)
    assert get_paper("a3", "portrait").height_mm == 420


def example(paper: str = "A4", *, rows: int = 3, name: str = "合成村") -> Sheet:
    size = get_paper(paper)
    made = frame_around((110.50, 39.40, 110.54, 39.42), size.map_width_mm, size.map_height_mm)
    drawing = MapDrawing(made)
    drawing.lay_shapes([shapely.box(110.50, 39.40, 110.54, 39.42)], Ink("#2f3b2f", 0.8))
    drawing.lay_names([Name(110.52, 39.41, name)])
    return Sheet(
        title=f"{name} 网格图", paper=size, source="测试", data_on="2026-11-29",
        banner=("合成数据",),
        parts=[
            MapPart(drawing, [LegendItem("<svg xmlns='http://www.w3.org/2000/svg'/>", "村界")]),
            TablePart(["编号", "名称"], [[str(n), name] for n in range(rows)], "表", new_page=True),
            FieldsPart([("联系", name)]), SignPart(["甲方"]),
        ],
    )  # fmt: skip


def text_of(sheet: Sheet) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(write_pdf(sheet))).pages]


def test_every_page_says_what_a_sheet_must_say() -> None:
    pages = text_of(example(rows=80))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        for words in ("合成数据", "来源：测试", "数据日期：2026-11-29", "仅供参考", "审图号：____"):
            assert words in page, words
        assert f"第 {number} 页 / 共 {len(pages)} 页" in page
    for words in (
        "比例尺 1 : 20 000",
        "EPSG:4546",
        "CM 111°E",
        "110°31′E",
        "39°25′N",
        "1 km",
        "北",
    ):
        assert words in pages[0], words


@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 297, 210), ("A3", 420, 297)])
def test_the_page_has_the_size_of_the_paper(paper: str, width: int, height: int) -> None:
    box = PdfReader(io.BytesIO(write_pdf(example(paper)))).pages[0].mediabox
    assert float(box.width) == pytest.approx(width / 25.4 * 72, abs=0.1)
    assert float(box.height) == pytest.approx(height / 25.4 * 72, abs=0.1)


def test_the_printed_picture_has_the_scale_that_it_says() -> None:
    """Ten pixels a millimetre: the border of the village, measured on the picture."""
    sheet = example()
    assert isinstance(sheet.parts[0], MapPart)
    made = sheet.parts[0].drawing.frame
    picture = np.asarray(Image.open(io.BytesIO(write_pngs(sheet, ppi=254)[0])).convert("L"))
    left, top = 12, 12 + 17
    _, y = shapely.get_coordinates(made.place_one(shapely.Point(110.50, 39.403)))[0]
    row = picture[round((top + y) * 10)]
    dark = np.flatnonzero(row < 90) / 10 - left
    edges = [dark[(dark > 5) & (dark < 100)].mean(), dark[(dark > 180) & (dark < 268)].mean()]
    # where the western and the eastern border cross this row, by their own projection
    want = []
    for lng in (110.50, 110.54):
        side = made.place_one(shapely.LineString([(lng, 39.40), (lng, 39.42)]))
        cut = side.intersection(shapely.LineString([(0, y), (made.width_mm, y)]))
        want.append(cut.x)
    assert edges == pytest.approx(want, abs=0.15)


HOSTILE = [
    "<script>alert(`x`)</script>",
    '`${7*7}` \\u0041 \\n #panic("x") *粗* $x$ _y_ @z',
    "\u202egnirts\u202c \u200f右\u2066左",
    "很" * 60,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_printed_as_the_text_they_are(name: str) -> None:
    text = "".join("".join(text_of(example(name=name))).split())
    shown = "".join(letter for letter in name if letter not in "\u202e\u202c\u200f\u2066")
    assert text.count("".join(shown.split())) >= 4


def test_the_same_sheet_gives_the_same_bytes() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 29, tzinfo=UTC)
    assert write_pdf(example(), made_at=at) == write_pdf(example(), made_at=at)


def test_names_do_not_lie_on_each_other_and_stay_in_the_frame() -> None:
    drawing = MapDrawing(frame((110.50, 39.40, 110.54, 39.42)))
    names = [Name(110.50 + n * 0.0004, 39.41, f"第{n}网格") for n in range(100)]
    written = drawing.lay_names(names)
    boxes = [shapely.box(*box) for box in drawing._taken]
    assert 3 < written < 100
    assert all(a.intersection(b).area < 1e-9 for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(drawing.frame.box.covers(box) for box in boxes)


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    import string

    gaps = {
        key: [
            {f for _, f, _, _ in string.Formatter().parse(one[lang]) if f} for lang in ("zh", "en")
        ]
        for key, one in read_words().items()
    }
    assert [key for key, (zh, en) in gaps.items() if zh != en] == []
    assert all(one["zh"].strip() and one["en"].strip() for one in read_words().values())
