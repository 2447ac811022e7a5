"""The map wall: sizes by angle, live and stale, drilling, the URL, the picture, visitors."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine

from tests.builders import PASSWORD, Town, add_user
from tests.web.conftest import Desk, OpenDesk
from tests.web.test_map_page import overlaps

pytestmark = pytest.mark.browser

WALL = "/?mode=wall&pitch=1.13&dist=5"
# pixels per arc minute: 5 m × tan(1/60°) / 1.13 mm
U = 5000 * 0.000290888 / 1.13


def file_case(api: httpx.Client, town: Town, cell: str, key: str) -> str:
    lng, lat = town.centre_of(cell)
    filed = api.post(
        "/api/cases",
        headers={"Idempotency-Key": key},
        json={"kind": "land", "text": "合成数据", "source": "visit",
              "place": {"lng": lng, "lat": lat}},
    )  # fmt: skip
    return str(filed.raise_for_status().json()["code"])


@pytest.fixture(scope="module", autouse=True)
def some_cases(base_url: str, town: Town) -> None:
    """Two cases in ws1, one in ws2, one in en1."""
    with httpx.Client(base_url=base_url, timeout=20) as api:
        answer = api.post("/api/session", json={"login": "clerk", "password": PASSWORD})
        api.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf_token"]
        for number, cell in enumerate(("ws1", "ws1", "ws2", "en1")):
            file_case(api, town, cell, f"wall-{number}")


def open_wall(desk: Desk, login: str = "clerk", address: str = WALL) -> Page:
    page = desk.page
    page.goto(desk.base_url + address)
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready=yes]")
    desk.settle()
    return page


def number(page: Page, figure: str) -> int:
    return int(page.locator(f"[data-figure={figure}] .w-number").inner_text())


def path(page: Page) -> list[str]:
    return page.locator(".w-path button").all_inner_texts()


def test_text_is_as_large_as_the_angle_asks_and_none_smaller_than_16(open_desk: OpenDesk) -> None:
    page = open_wall(open_desk(1920, 1080))
    sizes: list[Any] = page.evaluate(
        "[...document.querySelectorAll('.w-frame *')].filter((n) => n.offsetParent !== null &&"
        " [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))"
        ".map((n) => [n.className, parseFloat(getComputedStyle(n).fontSize)])"
    )
    assert len(sizes) > 20
    assert [name for name, px in sizes if px < 16 * U - 0.1] == []
    by_class = dict(sizes)
    assert by_class["w-number"] >= 45 * U
    assert by_class["w-name"] == pytest.approx(22 * U, rel=0.01)
    assert by_class["w-label"] == pytest.approx(30 * U, rel=0.01)
    stage = page.locator("#stage").bounding_box()
    assert stage
    assert 0.64 <= stage["width"] / 1920 <= 0.70
    head = page.locator(".w-head").bounding_box()
    assert head
    assert head["height"] == pytest.approx(0.06 * 1080, abs=1)


@pytest.mark.parametrize(("width", "height", "pitch"), [(1920, 1080, 1.13), (3840, 2160, 0.565)])
def test_names_on_the_wall_are_few_and_never_cover_each_other(
    open_desk: OpenDesk, width: int, height: int, pitch: float
) -> None:
    page = open_wall(open_desk(width, height), address=f"/?mode=wall&pitch={pitch}&dist=5")
    boxes = page.evaluate(
        "[...document.querySelectorAll('.w-label')].map((n) => n.getBoundingClientRect())"
        ".map((b) => [b.left, b.top, b.right, b.bottom])"
    )
    assert 0 < len(boxes) <= 30
    assert list(overlaps(boxes)) == []


def test_number_keys_drill_to_the_case_and_escape_comes_back(
    open_desk: OpenDesk, town: Town
) -> None:
    desk = open_desk(1920, 1080)
    page = open_wall(desk)
    assert path(page) == ["测试t"]
    for name in ("测试w", "测试ws", "测试ws1"):
        page.keyboard.press("1")
        expect(page.locator(".w-path button").last).to_have_text(name)
    expect(page.locator("#chosen [data-case]")).to_have_count(2)
    assert number(page, "open") == 2
    assert f"cell={town.codes['ws1']}" in page.url
    assert "合成ws" not in page.locator("body").inner_text()
    for name in ("测试ws", "测试w", "测试t"):
        page.keyboard.press("Escape")
        expect(page.locator(".w-path button").last).to_have_text(name)
    assert "cell=" + town.codes["t"] in page.url


def test_click_asks_the_server_which_cell_it_is(open_desk: OpenDesk, town: Town) -> None:
    desk = open_desk(1920, 1080)
    page = open_wall(desk)
    x, y = desk.pixel_of(*town.centre_of("e"))
    page.mouse.click(x, y)
    expect(page.locator(".w-path button").last).to_have_text("测试e")


def test_url_restores_cell_month_language_and_view(open_desk: OpenDesk, town: Town) -> None:
    page = open_wall(open_desk(1920, 1080))
    page.keyboard.press("1")
    expect(page.locator(".w-path button").last).to_have_text("测试w")
    page.keyboard.press("[")
    page.keyboard.press("e")
    page.keyboard.press("+")
    page.wait_for_timeout(500)
    url = page.url
    assert re.search(r"#[\d.]+/[\d.]+/[\d.]+&cell=\d+&t=\d{4}-\d\d&lang=en$", url)
    legend = page.locator("#legend strong").inner_text()
    other = open_desk(1920, 1080)
    again = open_wall(other, address=url[len(other.base_url) :])
    assert again.locator("#legend strong").inner_text() == legend
    assert path(again) == path(page)
    assert again.url == url


def test_case_that_is_filed_is_on_the_wall_at_once(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    page = open_wall(open_desk(1920, 1080))
    page.wait_for_function("() => document.querySelector('#stale').textContent.includes('实时')")
    before = number(page, "open"), number(page, "new_today")
    code = file_case(clerk_api, town, "es1", "wall-live")
    row = page.locator("#events li").first
    expect(row).to_contain_text(code)
    expect(row).to_contain_text("新登记")
    expect(page.locator("[data-figure=open] .w-number")).to_have_text(str(before[0] + 1))
    assert number(page, "new_today") == before[1] + 1


def test_wall_goes_amber_and_red_when_it_is_cut_and_keeps_the_last_picture(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(1920, 1080)
    desk.watch.may_refuse = True
    desk.page.clock.install()
    page = desk.page
    page.goto(desk.base_url + WALL)
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready=yes]")
    page.clock.run_for(6_000)
    stale = page.locator("#stale")
    expect(stale).to_have_class("w-stale ")
    shown = number(page, "open"), path(page)

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/api/**", cut)
    page.clock.run_for(66_000)
    expect(stale).to_have_class("w-stale late")
    expect(stale).to_contain_text("数据已旧")
    page.clock.run_for(90_000)
    expect(stale).to_have_class("w-stale offline")
    expect(stale).to_contain_text("离线")
    assert (number(page, "open"), path(page)) == shown
    page.unroute("**/api/**", cut)
    page.clock.run_for(36_000)
    expect(stale).to_have_class("w-stale ")


def test_wall_reads_again_by_itself_when_the_live_feed_alone_is_cut(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    desk = open_desk(1920, 1080)
    desk.watch.may_refuse = True
    desk.page.clock.install()
    page = desk.page
    page.route("**/api/events", lambda route: route.abort())
    page.goto(desk.base_url + WALL)
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready=yes]")
    before = number(page, "open")
    code = file_case(clerk_api, town, "en2", "wall-poll")
    page.clock.run_for(31_000)
    expect(page.locator("[data-figure=open] .w-number")).to_have_text(str(before + 1))
    expect(page.locator("#events li").first).to_contain_text(code)
    expect(page.locator("#stale")).not_to_contain_text("实时")


def test_frame_moves_by_two_pixels_and_the_page_is_loaded_anew_in_the_night(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(1920, 1080)
    desk.page.clock.install(time="2026-03-01T03:20:00")
    page = open_wall(desk)
    assert page.locator("#frame").evaluate("(n) => n.style.transform") == ""
    page.clock.run_for(4 * 60_000 + 1000)
    assert page.locator("#frame").evaluate("(n) => n.style.transform") == "translate(2px, 0px)"
    with page.expect_navigation():
        page.clock.run_for(6 * 60_000 + 10_000)
    page.wait_for_selector("body[data-ready=yes]")
    assert "mode=wall" in page.url


def test_wall_that_is_read_again_many_times_holds_no_more_than_at_first(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    desk = open_desk(1920, 1080)
    page = open_wall(desk)
    count = "[...document.querySelectorAll('#map canvas')].length"
    panes = "[...document.querySelectorAll('.leaflet-cells-pane > *')].length"
    page.keyboard.press("1")
    expect(page.locator(".w-path button").last).to_have_text("测试w")
    page.wait_for_function(f"() => {panes} === 1")
    desk.settle()
    before = page.evaluate(count)
    for round_no in range(4):
        for key in ("[", "]", "["):
            page.keyboard.press(key)
        file_case(clerk_api, town, "wn1", f"wall-again-{round_no}")
        page.wait_for_timeout(1800)
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.wait_for_timeout(2500)
    page.wait_for_function(f"() => {panes} === 1")
    assert page.evaluate(count) <= before + 12
    assert page.locator(".leaflet-chosen-pane canvas").count() == 1


def test_breadcrumb_goes_back_up_and_the_ninth_key_is_a_view_too(
    open_desk: OpenDesk, town: Town
) -> None:
    page = open_wall(open_desk(1920, 1080))
    page.keyboard.press("1")
    expect(page.locator(".w-path button").last).to_have_text("测试w")
    page.keyboard.press("1")
    expect(page.locator(".w-path button").last).to_have_text(re.compile("^›?测试w[sn]$"))
    page.locator(".w-path button").nth(1).click()
    expect(page.locator(".w-path button").last).to_have_text("测试w")
    ranked = page.evaluate(
        "import('/static/app/pages/wall_rails.js').then((m) => m.rank(Array.from({ length: 12 },"
        " (_, i) => ({ code: String(i), open: 20 - i, late: 0 })), 'open').map((c) => c.code))"
    )
    assert ranked == [str(n) for n in range(9)]


def test_every_figure_stands_beside_what_it_is_a_part_of(open_desk: OpenDesk) -> None:
    page = open_wall(open_desk(1920, 1080))
    for figure, word in (("open", "全部"), ("new_today", "近7日"), ("late", "未办结"),
                         ("settled_month", "本月办结")):  # fmt: skip
        said = page.locator(f"[data-figure={figure}] .w-of").inner_text()
        assert re.search(rf"{word}.*\d", said)


def test_text_on_the_wall_stands_out_from_navy_and_red_never_stands_alone(
    open_desk: OpenDesk,
) -> None:
    page = open_wall(open_desk(1920, 1080))
    found: list[Any] = page.evaluate(
        "[...document.querySelectorAll('.w-frame *')].filter((n) => n.offsetParent !== null &&"
        " [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))"
        ".map((n) => [n.className || n.tagName, getComputedStyle(n).color.match(/\\d+/g)"
        ".slice(0, 3).map(Number)])"
    )
    navy = luminance((16, 28, 43))
    assert [
        name for name, colour in found if (luminance(colour) + 0.05) / (navy + 0.05) < 4.5
    ] == []
    red = page.evaluate(
        "[...document.querySelectorAll('.w-figure.act-now, .w-late, .w-mark.act-now')]"
        ".map((n) => n.innerText)"
    )
    assert [text for text in red if "⚠" not in text] == []


def luminance(colour: Any) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [value / 255 for value in colour]
    r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_tour_goes_round_and_stops_on_any_input(open_desk: OpenDesk) -> None:
    desk = open_desk(1920, 1080)
    page = open_wall(desk)
    page.keyboard.press("t")
    expect(page.locator("#note")).to_contain_text("巡览")
    expect(page.locator(".w-path button").last).to_have_text("测试w")
    page.keyboard.press("x")
    expect(page.locator("#note")).not_to_contain_text("巡览")


def test_snapshot_is_a_picture_with_legend_and_source(open_desk: OpenDesk) -> None:
    page = open_wall(open_desk(1920, 1080))
    with page.expect_download() as download:
        page.keyboard.press("s")
    raw = download.value.path().read_bytes()
    assert raw.startswith(b"\x89PNG")
    assert len(raw) > 15_000
    height = int.from_bytes(raw[20:24], "big")
    stage = page.locator("#stage").bounding_box()
    assert stage
    assert height > stage["height"] + 50
    assert download.value.suggested_filename.startswith("wall-")


def test_visitor_sees_villages_no_small_number_and_no_news(
    open_desk: OpenDesk, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "open-day", "visitor")
    page = open_wall(open_desk(1920, 1080), login="open-day")
    expect(page.locator("#right")).to_be_hidden()
    expect(page.locator("#ranking")).not_to_contain_text(re.compile(r"\b[1-4]$"))
    expect(page.locator("#legend")).to_contain_text("1–4 不公开")
    page.keyboard.press("1")
    page.wait_for_timeout(400)
    assert path(page) == ["测试t"]


def test_both_books_of_the_wall_have_the_same_words_and_gaps(desk: Desk) -> None:
    page = desk.page
    page.goto(desk.base_url + "/")
    books = page.evaluate(
        "import('/static/app/pages/wall_words.js').then((m) => [m.words.zh, m.words.en])"
    )
    zh, en = books
    assert zh.keys() == en.keys()
    gaps = re.compile(r"\{(\w+)\}")
    assert [key for key in zh if set(gaps.findall(zh[key])) != set(gaps.findall(en[key]))] == []
