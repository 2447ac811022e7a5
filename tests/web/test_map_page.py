"""The page around the main job: keys, languages, URL, filters, freshness, phone, names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, Route, expect

from tests.builders import PASSWORD, Town
from tests.web.conftest import Desk, OpenDesk

pytestmark = pytest.mark.browser

CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", autouse=True)
def some_cases(base_url: str, town: Town) -> list[str]:
    """Three land cases, one family case and one urgent traffic-like case, spread over the town."""
    wanted = {"ws1": "land", "wn2": "land", "es2": "land", "en1": "family", "en2": "other"}
    codes = []
    with httpx.Client(base_url=base_url, timeout=20) as client:
        answer = client.post("/api/session", json={"login": "clerk", "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf_token"]
        for cell, kind in wanted.items():
            lng, lat = town.centre_of(cell)
            filed = client.post(
                "/api/cases",
                headers={"Idempotency-Key": f"seed-{cell}"},
                json={
                    "kind": kind, "text": "合成数据", "source": "hotline",
                    "place": {"lng": lng, "lat": lat}, "urgent": kind == "other",
                },
            )  # fmt: skip
            codes.append(str(filed.raise_for_status().json()["code"]))
    return codes


def view_of(url: str) -> list[float]:
    """Zoom, lat, lng of a URL."""
    return [float(part) for part in url.split("#")[1].split("&")[0].split("/")]


def count(page: Page) -> int:
    return int(page.locator("#case-count").inner_text())


def test_a_wrong_password_is_told_and_nothing_is_shown(desk: Desk) -> None:
    desk.watch.may_refuse = True
    page = desk.page
    page.goto(desk.base_url + "/")
    expect(page.locator("#synthetic")).to_have_text("合成数据")
    expect(page.locator("#signin .hint")).to_contain_text("演示")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", "not the password")
    page.keyboard.press("Enter")
    expect(page.locator(".problem-text")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()


def test_the_whole_job_goes_by_keyboard_alone(desk: Desk, town: Town) -> None:
    page = desk.page
    page.goto(desk.base_url + "/")
    page.wait_for_selector("#signin")
    page.keyboard.type("clerk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-table")
    desk.settle()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "map":
            break
    assert page.evaluate("document.activeElement.id") == "map"
    expect(page.locator(".crosshair")).to_be_visible()
    zoom = float(re.findall(r"#([\d.]+)/", page.url)[0])
    page.keyboard.press("+")
    desk.settle()
    expect(page).to_have_url(re.compile(rf"#{zoom + 1:g}/"))
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
        desk.settle()
    page.keyboard.press("Enter")
    page.wait_for_selector("#why")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    while page.evaluate("document.activeElement.id") != "file-here":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.id") != "case-text":
        page.keyboard.press("Tab")
    page.keyboard.type("只用键盘（合成数据）")
    while page.evaluate("document.activeElement.id") != "file-case":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filed")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_keys_reach_search_legend_help_levels_and_the_whole_place(desk: Desk) -> None:
    page = desk.sign_in()
    desk.settle()
    home = page.url
    page.keyboard.press("/")
    expect(page.locator("#search-input")).to_be_focused()
    page.keyboard.type("?l0")
    expect(page.locator("#search-input")).to_have_value("?l0")
    expect(page.locator("#dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#dialog")).to_contain_text("快捷键")
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.name") == "kind"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("2")
    expect(page.locator("#levels [data-level='2']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("4")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        desk.settle()
    page.wait_for_function("(home) => location.href !== home", arg=home)
    page.keyboard.press("0")
    desk.wait_for_view(*view_of(home))


def test_search_finds_cells_places_and_pasted_coordinates(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    wanted = {"矿后沟": "110.535", "khg": "110.535", "39.415N 110.512E": "110.512"}
    for words, point in wanted.items():
        page.keyboard.press("/")
        page.keyboard.type(words)
        page.wait_for_selector("[role=option]")
        page.keyboard.press("Enter")
        expect(page.locator("#point")).to_contain_text(point)
        page.wait_for_selector("#why")
        page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type(town.codes["en1"])
    page.locator("[role=option]", has_text="测试en1").first.click()
    expect(page.locator("#path dd span").first).to_have_text("测试en1")


def test_the_language_switch_leaves_no_chinese_of_the_page_itself(desk: Desk) -> None:
    page = desk.sign_in()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.locator(".code-button").first.click()
    page.wait_for_selector("#history")
    page.click("#lang")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator("#legend h2")).to_have_text("Kinds of case")
    expect(page.locator("#why")).to_contain_text("grid version")
    for part in ("#legend", "#levels", ".section-head", ".segments", "#panel h3", ".fresh"):
        for words in page.locator(part).all_inner_texts():
            assert not CJK.search(words), words
    titles = page.evaluate(
        "[...document.querySelectorAll('[title],[aria-label],[placeholder]')].flatMap((n) =>"
        " [n.title, n.getAttribute('aria-label'), n.placeholder]).filter(Boolean)"
    )
    assert [words for words in titles if CJK.search(words)] == []
    assert "lang=en" in page.url
    page.click("#lang")
    expect(page.locator("#legend h2")).to_have_text("事项类型")


def test_the_url_restores_the_exact_view(
    open_desk: OpenDesk, town: Town, some_cases: list[str]
) -> None:
    desk = open_desk()
    page = desk.sign_in()
    page.click("#levels [data-level='2']")
    page.click(".legend-row[data-kind=family]")
    page.click("[data-only=open]")
    page.locator(f"tr[data-code='{some_cases[0]}']").click()
    page.wait_for_selector("#history")
    page.click("#zoom-in")
    desk.settle()
    url = page.url
    view = page.evaluate("location.hash.slice(1).split('&')[0]")
    listed = page.locator("tr[data-code]").count()

    other = open_desk()
    other.sign_in(hash_=url[url.index("#") :])
    expect(other.page.locator("#case-code")).to_have_text(some_cases[0])
    other.settle()
    assert other.page.evaluate("location.hash.slice(1).split('&')[0]") == view
    expect(other.page.locator("#levels [data-level='2']")).to_have_attribute("aria-pressed", "true")
    expect(other.page.locator("input[value=family]")).not_to_be_checked()
    expect(other.page.locator("[data-only=open]")).to_have_attribute("aria-pressed", "true")
    assert other.page.locator("tr[data-code]").count() == listed


def test_the_table_and_the_map_obey_the_same_filter(desk: Desk, some_cases: list[str]) -> None:
    page = desk.sign_in()
    everything = count(page)
    lands = int(page.locator(".legend-row[data-kind=land] .legend-count").inner_text())
    assert lands >= 3
    page.click(".legend-row[data-kind=land]")
    assert count(page) == everything - lands
    assert page.locator(f"tr[data-code='{some_cases[0]}']").count() == 0
    expect(page.locator(".legend-row[data-kind=land] .legend-count")).to_have_text(str(lands))
    page.click(".legend-row[data-kind=land]")
    page.click("[data-only=closed]")
    assert count(page) == 0
    expect(page.locator(".empty")).to_be_visible()


def test_only_cases_in_view_are_listed(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    everything = count(page)
    page.goto(f"{desk.base_url}/#17/{town.centre_of('ws1')[1]}/{town.centre_of('ws1')[0]}")
    expect(page.locator("#case-count")).not_to_have_text(str(everything))
    assert 1 <= count(page) < everything


def test_workbook_of_the_ledger_holds_what_the_list_shows(
    desk: Desk, town: Town, some_cases: list[str]
) -> None:
    page = desk.sign_in()
    with page.expect_download() as download:
        page.click("#export-xlsx")
    assert download.value.suggested_filename == "wangge-case.xlsx"
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    everything = {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert set(some_cases) <= everything
    assert len(everything) == count(page)
    page.goto(f"{desk.base_url}/#17/{town.centre_of('ws1')[1]}/{town.centre_of('ws1')[0]}")
    expect(page.locator("#case-count")).not_to_have_text(str(len(everything)))
    with page.expect_download() as download:
        page.click("#export-xlsx")
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    assert sheet.max_row - 1 == count(page)


def test_the_export_keeps_codes_as_text(desk: Desk, town: Town, some_cases: list[str]) -> None:
    page = desk.sign_in()
    with page.expect_download() as download:
        page.click("#export")
    raw = download.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0][0] == "编号"
    by_code = {row[0]: row for row in rows[1:]}
    assert set(some_cases) <= set(by_code)
    assert by_code[some_cases[0]][7] == "\t" + town.codes["ws1"]
    assert len({len(row) for row in rows}) == 1


def test_old_data_is_amber_then_red_and_recovers(desk: Desk) -> None:
    desk.watch.may_refuse = True
    page = desk.page
    page.clock.install()
    page.goto(desk.base_url + "/")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".case-table")
    page.clock.run_for(1000)
    expect(page.locator("#freshness")).to_have_class("fresh fresh-fresh")
    shown = count(page)

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/api/**", cut)
    page.clock.run_for(125_000)
    expect(page.locator("#freshness")).to_have_class("fresh fresh-late")
    page.clock.run_for(200_000)
    expect(page.locator("#freshness")).to_have_class("fresh fresh-offline")
    expect(page.locator("#freshness")).to_contain_text("离线")
    assert count(page) == shown
    page.unroute("**/api/**", cut)
    page.clock.run_for(61_000)
    expect(page.locator("#freshness")).to_have_class("fresh fresh-fresh")


def test_the_end_of_a_session_asks_to_sign_in_again_and_keeps_the_draft(
    desk: Desk, town: Town
) -> None:
    page = desk.sign_in()
    desk.watch.may_refuse = True
    lng, lat = town.centre_of("wn1")
    desk.ask_at(lng, lat)
    page.click("#file-here")
    page.fill("#case-text", "会话中断前写的（合成数据）")
    page.context.clear_cookies()
    page.click("#file-case")
    page.wait_for_selector("#signin")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#case-text")).to_have_value("会话中断前写的（合成数据）")
    page.click("#file-case")
    page.wait_for_selector("#filed")


def test_signing_out_leaves_nothing_of_the_view(desk: Desk) -> None:
    page = desk.sign_in()
    page.locator(".code-button").first.click()
    page.wait_for_selector("#history")
    page.click("#sign-out")
    page.wait_for_selector("#signin")
    assert "sel=" not in page.url
    assert page.locator("tr[data-code]").count() == 0


def test_names_on_the_map_never_cover_each_other(desk: Desk) -> None:
    page = desk.sign_in()
    for level in (1, 2, 3, 4):
        page.keyboard.press(str(level))
        desk.settle()
        boxes = page.evaluate(
            "[...document.querySelectorAll('.cell-label')].map((n) => n.getBoundingClientRect())"
            ".map((b) => [b.left, b.top, b.right, b.bottom])"
        )
        assert boxes
        assert list(overlaps(boxes)) == []


def overlaps(boxes: list[list[float]]) -> Iterator[tuple[Any, Any]]:
    """Pairs of boxes that share more than a pixel."""
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        for other in boxes[i + 1 :]:
            wide = min(x1, other[2]) - max(x0, other[0])
            high = min(y1, other[3]) - max(y0, other[1])
            if wide > 1 and high > 1:
                yield boxes[i], other


def test_borders_are_always_called_indicative_and_the_data_synthetic(desk: Desk) -> None:
    page = desk.sign_in()
    expect(page.locator("#map-note")).to_contain_text("边界仅供示意")
    expect(page.locator("#map-note")).to_contain_text("合成数据")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert "边界仅供示意" in (page.locator("#print-foot").text_content() or "")


def test_the_phone_shows_the_list_first_with_targets_of_48_px(
    open_desk: OpenDesk, town: Town
) -> None:
    desk = open_desk(390, 844, has_touch=True, is_mobile=True)
    page = desk.sign_in()
    expect(page.locator("#cases")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()
    page.tap("[data-tab-to=map]")
    expect(page.locator("#map")).to_be_visible()
    desk.settle()
    x, y = desk.pixel_of(*town.centre_of("ws2"))
    page.touchscreen.tap(x + 12, y + 12)
    page.wait_for_selector("#why")
    expect(page.locator("#file-here")).to_be_in_viewport()
    small = page.evaluate(
        """[...document.querySelectorAll(
             ".tabs button, .map-tools button, #search-input, .button, .lead .phone, .icon-button,"
             + " .posts .phone, #lang, .segments button, .panel select")]
           .filter((n) => n.offsetParent !== null && getComputedStyle(n).visibility === "visible")
           .map((n) => [n.className || n.id, n.getBoundingClientRect().height])
           .filter(([, height]) => height < 47.5)"""
    )
    assert small == []
    page.tap("#panel-close")
    expect(page.locator("#map")).to_be_visible()


@pytest.mark.parametrize(("width", "font_size"), [(390, "200%"), (683, "100%")])
def test_text_of_twice_the_size_still_fits_the_width(
    open_desk: OpenDesk, width: int, font_size: str
) -> None:
    """A phone whose text is set to double, and the desk of 1366 px zoomed to 200 %."""
    desk = open_desk(width, 844)
    page = desk.sign_in()
    page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", font_size)
    desk.settle()
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((n) => n.offsetParent !== null &&"
        " getComputedStyle(n).visibility === 'visible' && !n.closest('.stage, .unseen, .skip') &&"
        " n.getBoundingClientRect().right > innerWidth + 1).map((n) => n.outerHTML.slice(0, 90))"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".code-button").first.click()
    page.wait_for_selector("#history")
    too_wide = page.evaluate(
        "[...document.querySelectorAll('#panel *')].filter((n) => n.getBoundingClientRect().right"
        " > innerWidth + 1).map((n) => n.className)"
    )
    assert too_wide == []


def test_a_village_leader_sees_own_cases_only(open_desk: OpenDesk, some_cases: list[str]) -> None:
    page = open_desk().sign_in("west")
    expect(page.locator(f"tr[data-code='{some_cases[0]}']")).to_have_count(1)
    assert page.locator(f"tr[data-code='{some_cases[2]}']").count() == 0
