"""Small rules of the client code, asked in the browser itself, and the two books of words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from gis_api.cases.vocabulary import QueueReason
from web_map.pages import STATIC_DIR, json_for_html, read_styles, render_map_page

APP = STATIC_DIR / "app"
KEY = re.compile(r'"([a-z][A-Za-z]*(?:\.[A-Za-z0-9_-]+)+)"')
LINE = re.compile(r'^  "([^"]+)": "((?:[^"\\]|\\.)*)",$', re.MULTILINE)
# Lists whose words are looked up by term(list, value).
TERM = re.compile(r'term\("(\w+)"')
# The page is shared between examples: pure functions leave nothing behind in it.
IN_THE_BROWSER = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_book(language: str) -> dict[str, str]:
    text = (APP / "i18n" / f"{language}.js").read_text(encoding="utf-8")
    pairs = LINE.findall(text)
    assert len(pairs) == text.count('": "'), "a line of the book could not be read"
    assert len({key for key, _ in pairs}) == len(pairs), "a key stands twice"
    return dict(pairs)


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(APP.rglob("*.js")):
        if path.parent.name != "i18n" or path.name == "index.js":
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((STATIC_DIR.parent / "templates").glob("*.html")):
        yield path, path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_keys_and_the_same_gaps_to_fill() -> None:
    zh, en = read_book("zh"), read_book("en")
    assert zh.keys() == en.keys()
    gaps = re.compile(r"\{(\w+)\}")
    assert [key for key in zh if set(gaps.findall(zh[key])) != set(gaps.findall(en[key]))] == []
    assert [key for key in zh if not zh[key].strip() or not en[key].strip()] == []


def test_no_key_stands_twice_in_a_book() -> None:
    """Of two entries of one key the page silently takes the later."""
    entry = re.compile(r'^\s*"([\w.]+)":', re.MULTILINE)
    for path in [*APP.rglob("*_words.js"), *(APP / "i18n").glob("*.js")]:
        books = 2 if path.name.endswith("_words.js") else 1
        found = Counter(entry.findall(path.read_text(encoding="utf-8")))
        assert [key for key, times in found.items() if times > books] == [], path.name


def test_what_a_browser_test_waits_for_is_a_function() -> None:
    # a bare expression is evaluated anew at every look, which the policy of our pages forbids
    bare = re.compile(r'wait_for_function\(\s*f?"{1,3}+(?!\(\w*\) =>)')
    here = [path for path in Path(__file__).parent.glob("*.py") if path != Path(__file__)]
    texts = {path.name: path.read_text(encoding="utf-8") for path in here}
    assert [name for name, text in texts.items() if bare.search(text)] == []
    assert bare.search('page.wait_for_function(f"({INK})(1) > 5")')


def list_missing_keys(book: Collection[str], groups: Collection[str]) -> list[tuple[str, str]]:
    """(file, key) of keys in no book that the file may use.

    ``audit_words.js`` is a book for ``audit*.js`` only; every other file has the common one.
    """
    own_books = {
        path.stem.removesuffix("_words"): set(KEY.findall(text))
        for path, text in sources()
        if path.name.endswith("_words.js")
    }
    return sorted(
        (path.name, key)
        for path, text in sources()
        for key in KEY.findall(text)
        if key.split(".")[0] in groups and not key.endswith((".js", ".json"))
        if key not in book
        if not any(path.stem.startswith(page) and key in own_books[page] for page in own_books)
    )


def test_every_key_that_is_used_exists_and_every_key_is_used() -> None:
    book = read_book("zh")
    groups = {key.split(".")[0] for key in book}
    used = {
        key
        for _, text in sources()
        for key in KEY.findall(text)
        if key.split(".")[0] in groups and not key.endswith((".js", ".json"))
    }
    lists = {name for _, text in sources() for name in TERM.findall(text)}
    assert list_missing_keys(book.keys(), groups) == []
    assert sorted(k for k in book.keys() - used if k.split(".")[0] not in lists) == []


def test_every_reason_to_queue_has_words() -> None:
    book = read_book("zh")
    assert [reason for reason in QueueReason if f"queue.{reason}" not in book] == []


def test_server_text_never_becomes_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    assert [path.name for path, text in sources() if forbidden.search(text)] == []


def test_nothing_in_the_page_names_another_host_or_runs_inline() -> None:
    page = render_map_page(place_name_zh="</script><b>镇", synthetic=True)
    assert "</script><b>" not in page
    assert not re.search(r"\son\w+=|\sstyle=|<style", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "src=" in script or "application/json" in script
    own = [text for path, text in sources()] + [
        path.read_text(encoding="utf-8") for path in (STATIC_DIR / "css").glob("*.css")
    ]
    hosts = {host for text in [*own, page] for host in re.findall(r"https?://[^\s\"'`)]+", text)}
    assert hosts <= {"http://www.w3.org/2000/svg"}


def test_json_in_the_page_cannot_end_its_element() -> None:
    wild = {"name": "</script><!--&\u2028"}
    text = str(json_for_html(wild))
    assert "<" not in text
    assert json.loads(text) == wild


def test_every_kind_has_its_own_shape_and_a_colour_that_stands_out() -> None:
    styles: dict[str, Any] = read_styles()
    kinds = styles["case_kinds"]["kinds"]
    assert len({style["shape"] for style in kinds.values()}) == len(kinds)
    assert {style["shape"] for style in kinds.values()} <= styles["shapes"]["shapes"].keys()
    for paper in [styles["levels"]["paper"], *styles["levels"]["tints"]]:
        assert all(contrast(style["color"], paper) >= 3 for style in kinds.values())


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(scope="module")
def client_code(browser: Browser) -> Iterator[Page]:
    """An empty page that can import the client's modules, served from memory."""
    context = browser.new_context()
    page = context.new_page()

    def serve(route: Any) -> None:
        path = STATIC_DIR / route.request.url.removeprefix("http://127.0.0.1/static/")
        if path.is_file():
            route.fulfill(path=path, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("**/*", serve)
    page.goto("http://127.0.0.1/")
    page.add_script_tag(path=STATIC_DIR / "vendor" / "leaflet" / "leaflet.js")
    yield page
    context.close()


def call(page: Page, module: str, name: str, *args: Any) -> Any:
    """Call an exported pure function of the client."""
    return page.evaluate(
        "async ([module, name, args]) => (await import(`/static/app/${module}`))[name](...args)",
        [module, name, list(args)],
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("110.61, 39.45", (110.61, 39.45)),
        ("39.45 110.61", (110.61, 39.45)),
        ("39.45，110.61", (110.61, 39.45)),
        ("110.61E 39.45N", (110.61, 39.45)),
        ("N39.45 E110.61", (110.61, 39.45)),
        ("东经110°36′36″ 北纬39°27′00″", (110.61, 39.45)),
        ("110°36'36\"E, 39°27'N", (110.61, 39.45)),
        ("纳日松 3号", None),
        ("110.61", None),
        ("1.5, 2.5", None),
        ("150622103201001", None),
        ("110.61, 39.45, 12", None),
        ("999, 39", None),
    ],
)
def test_coordinates_are_read_as_people_paste_them(
    client_code: Page, text: str, expected: tuple[float, float] | None
) -> None:
    found = call(client_code, "data/coordinates.js", "parseCoordinates", text)
    if expected is None:
        assert found is None
    else:
        assert (found["lng"], found["lat"]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.browser
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=4)
)
def test_exported_cells_come_back_and_none_starts_a_formula(
    client_code: Page, rows: list[list[str]]
) -> None:
    text = call(client_code, "data/csv.js", "toCsv", rows)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len(read) == len(rows)
    for before, after in zip(rows, read, strict=True):
        for given_cell, cell in zip(before, after, strict=True):
            assert cell.lstrip("'\t") == given_cell.lstrip("'\t")
            assert cell[:1] not in ("=", "+", "@")
            assert not re.match(r"-\D", cell)


@pytest.mark.browser
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spots=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=0, max_size=60))
def test_every_case_is_in_exactly_one_group(
    client_code: Page, spots: list[tuple[int, int]]
) -> None:
    points = [{"x": x, "y": y, "item": i} for i, (x, y) in enumerate(spots)]
    groups = call(client_code, "render/cluster.js", "groupPoints", points, 36)
    members = sorted(member["item"] for group in groups for member in group["members"])
    assert members == list(range(len(spots)))


@pytest.mark.browser
@pytest.mark.parametrize(
    "state",
    [
        {"view": {"zoom": 12.25, "lat": 39.45, "lng": 110.61}, "level": 3, "lang": "en",
         "sel": "case:2026-000008-4", "only": "open"},
        {"view": {"zoom": 9, "lat": -1.5, "lng": 0.5}, "level": 1, "lang": "zh",
         "sel": "at:110.500001,39.4", "only": "queue"},
    ],
)  # fmt: skip
def test_the_hash_reads_back_what_it_wrote(client_code: Page, state: dict[str, Any]) -> None:
    text = call(client_code, "data/hash.js", "formatHash", state)
    assert call(client_code, "data/hash.js", "parseHash", text) == state


@pytest.mark.browser
def test_the_layers_that_are_on_stand_in_the_hash(client_code: Page) -> None:
    found = client_code.evaluate(
        """async () => {
            const m = await import("/static/app/data/hash.js");
            const text = m.formatHash({ view: null, layers: new Set(["zones", "claims"]) });
            const wild = m.parseHash("#&layers=<b>").layers ?? null;
            return [text, [...m.parseHash(text).layers], wild];
        }"""
    )
    assert found == ["#&layers=claims,zones", ["claims", "zones"], None]


@pytest.mark.browser
@pytest.mark.parametrize(
    "text",
    ["#<script>/1/2&sel=case:<b>", "#1/999/2&lang=xx&only=%22", "#&&&=", "#NaN/1/1&level=99x"],
)
def test_a_hash_that_makes_no_sense_is_left_out(client_code: Page, text: str) -> None:
    assert call(client_code, "data/hash.js", "parseHash", text) == {}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("age_ms", "state"),
    [(0, "fresh"), (119_999, "fresh"), (120_000, "late"), (299_999, "late"), (300_000, "offline")],
)
def test_data_is_late_after_two_intervals_and_offline_after_five(
    client_code: Page, age_ms: int, state: str
) -> None:
    assert call(client_code, "data/freshness.js", "freshness", age_ms) == state


@pytest.mark.browser
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_label_point_lies_inside_its_cell(client_code: Page, data: st.DataObject) -> None:
    points = data.draw(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=14)
    )
    hull = shapely.concave_hull(shapely.MultiPoint(points), 0.2)
    if not isinstance(hull, shapely.Polygon) or hull.area < 20:
        return
    shape = shapely.transform(hull, lambda c: c / 100 + [110, 39])
    if shapely.maximum_inscribed_circle(shape).length < 0.02:
        return
    lng, lat = call(
        client_code, "render/label_point.js", "labelPoint", json.loads(shapely.to_geojson(shape))
    )
    assert shape.covers(shapely.Point(lng, lat))
