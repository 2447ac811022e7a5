"""Filters, ruler, outline, reach and printing on the map page.  合成数据."""

from __future__ import annotations

import io
import json
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from pyproj import Geod
from sqlalchemy import Engine, text

from tests.builders import PASSWORD, Town
from tests.web.conftest import Desk, OpenDesk

pytestmark = pytest.mark.browser

CGCS2000 = Geod(a=6378137.0, rf=298.257222101)
CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", autouse=True)
def some_cases(admin_engine: Engine, town: Town) -> None:
    """Four cases in four micro grids; the first is late, the last of long ago."""
    with admin_engine.begin() as conn:
        for n, cell in enumerate(("ws1", "ws2", "es1", "en2")):
            lng, lat = town.centre_of(cell)
            conn.execute(
                text(
                    'INSERT INTO "case" (code, kind, source, happened_on, registered_by,'
                    " place_kind, how, grid_version_id, cell_id, cell_version_id, scope_key,"
                    " access_key, why, geom) VALUES (:code, 'land', 'visit', :day, 0, 'point',"
                    " 'inside', :version, :cell, :cell_version, :key, :key, '{}',"
                    " ST_Point(:lng, :lat, 4490))"
                ),
                {
                    "code": f"T-{n}", "day": "2020-05-05" if n == 3 else "2026-01-01",
                    "version": town.grid_version_id, "cell": town.cells[cell],
                    "cell_version": town.cell_versions[cell], "key": town.scope_keys[cell],
                    "lng": lng, "lat": lat,
                },
            )  # fmt: skip
        conn.execute(
            text(
                "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                " SELECT case_id, 'mediation', today() - 40, 30, today() - 1 FROM \"case\""
                " WHERE code = 'T-0'"
            )
        )
        conn.execute(
            text(
                "INSERT INTO service_point (kind, name, opening, geom) VALUES"
                " ('clinic', '合成卫生室', '周一至周五', ST_Point(110.505, 39.405, 4490))"
            )
        )


def codes(page: Page) -> set[str]:
    return set(
        page.locator("tr[data-code]").evaluate_all("rows => rows.map((r) => r.dataset.code)")
    )


def wait_for(page: Page, wanted: set[str]) -> None:
    page.wait_for_function(
        "(want) => JSON.stringify([...document.querySelectorAll('tr[data-code]')]"
        ".map((r) => r.dataset.code).sort()) === want",
        arg=json.dumps(sorted(wanted), separators=(",", ":")),
    )


def test_filters_narrow_list_and_url_and_come_back_from_it(open_desk: OpenDesk, town: Town) -> None:
    desk = open_desk()
    page = desk.sign_in()
    wait_for(page, {"T-0", "T-1", "T-2", "T-3"})
    page.click("#filters summary")
    page.select_option("[name=filter-due]", "late")
    wait_for(page, {"T-0"})
    page.select_option("[name=filter-due]", "")
    page.fill("[name=filter-area]", town.codes["e"])
    page.press("[name=filter-area]", "Enter")
    wait_for(page, {"T-2", "T-3"})
    page.fill("[name=filter-from]", "2025-01-01")
    page.select_option("[name=filter-state]", "registered")
    wait_for(page, {"T-2"})
    url = page.url
    assert f"area={town.codes['e']}" in url
    assert "t=2025-01-01.." in url

    other = open_desk()
    other.sign_in(hash_=url[url.index("#") :])
    wait_for(other.page, {"T-2"})
    expect(other.page.locator("[name=filter-area]")).to_have_value(town.codes["e"])
    expect(other.page.locator("#filters summary")).to_contain_text("已用 3 项")
    other.page.click("#filters-clear")
    wait_for(other.page, {"T-0", "T-1", "T-2", "T-3"})
    assert "area=" not in other.page.url


def test_an_unknown_area_is_said(desk: Desk) -> None:
    desk.watch.may_refuse = True
    page = desk.sign_in()
    page.click("#filters summary")
    page.fill("[name=filter-area]", "nothing")
    page.press("[name=filter-area]", "Enter")
    expect(page.locator("#cases")).to_contain_text("网格")
    page.click("#filters-clear")
    wait_for(page, {"T-0", "T-1", "T-2", "T-3"})


HELD = """
() => {
  const own = window.fetch;
  let let_go;
  const gate = new Promise((done) => { let_go = done; });
  window.fetch = async (...given) => {
    const answer = await own(...given);
    if (String(given[0]).includes("/measure")) {
      const body = await answer.text();
      await gate;
      given[1]?.signal?.throwIfAborted();
      return new Response(body, { status: answer.status, headers: answer.headers });
    }
    return answer;
  };
  // the figures of the line come in after it was closed, before the next question goes out
  window.close_before_the_answer = () => {
    document.querySelector("#tool-close").click();
    let_go();
  };
}
"""


def test_figures_of_a_line_that_was_closed_meanwhile_are_left_out(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    page.click("#tool-measure")
    page.wait_for_selector("#tool-points")
    desk.settle()
    page.evaluate(HELD)
    with page.expect_response(lambda answer: "/measure" in answer.url):
        for lng, lat in ((110.512, 39.407), (110.528, 39.407), (110.528, 39.416)):
            page.mouse.click(*desk.pixel_of(lng, lat))
    expect(page.locator("#tool-points")).to_contain_text("3")
    page.evaluate("() => window.close_before_the_answer()")
    expect(page.locator("[data-figure=area_plane]").last).to_contain_text("亩")
    expect(page.locator("#measured")).to_contain_text("周长")


def test_the_ruler_tells_what_the_ellipsoid_and_the_plane_say(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.settle()
    page.click("#tool-measure")
    # the panel takes its room from the map, whose outer parts are then out of sight
    page.wait_for_selector("#tool-points")
    desk.settle()
    corners = [(110.512, 39.407), (110.528, 39.407), (110.528, 39.416)]
    for lng, lat in corners:
        page.mouse.click(*desk.pixel_of(lng, lat))
    page.click("#tool-close")
    page.wait_for_selector("[data-figure=area_plane]")
    told = page.locator("[data-figure=area_ellipsoidal]").first.inner_text()
    area, _ = CGCS2000.polygon_area_perimeter(*zip(*corners, strict=True))
    # a hand on a screen of this zoom means some metres
    assert float(told.split()[0].replace(",", "")) == pytest.approx(abs(area), rel=0.02)
    mu = page.locator("[data-figure=area_plane]").last.inner_text()
    assert mu.endswith("亩")
    expect(page.locator("#panel")).to_contain_text("EPSG:4546")
    assert "mode=measure" in page.url
    page.click("#panel-close")
    assert "mode=" not in page.url
    expect(page.locator("#panel")).to_be_hidden()


def test_an_outline_chooses_by_keyboard_alone_and_comes_back_from_the_url(
    open_desk: OpenDesk, town: Town
) -> None:
    desk = open_desk()
    page = desk.page
    page.goto(desk.base_url + "/")
    page.wait_for_selector("#signin")
    page.keyboard.type("clerk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("tr[data-code]")
    desk.settle()
    page.keyboard.press("s")
    expect(page.locator("#tool-area")).to_have_attribute("aria-pressed", "true")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "map":
            break
    # from the middle of the town: a triangle to the west, around the first two cases or more
    for keys in (["ArrowDown"] * 3, ["ArrowUp"] * 6, ["ArrowLeft"] * 6 + ["ArrowDown"] * 3):
        for key in keys:
            page.keyboard.press(key)
            desk.settle()
        page.keyboard.press("Enter")
    expect(page.locator("#tool-points")).to_have_text("已取 3 点")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    expect(page.locator("#tool-points")).to_have_text("已取 3 点")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#tool-inside")
    inside = codes(page)
    assert inside < {"T-0", "T-1", "T-2", "T-3"}
    expect(page.locator("#tool-inside")).to_contain_text(f"{len(inside)} 件")
    url = page.url
    assert "mode=area" in url
    assert "ring=" in url
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("0")
    wait_for(page, {"T-0", "T-1", "T-2", "T-3"})

    other = open_desk()
    other.sign_in(hash_=url[url.index("#") :])
    other.page.wait_for_selector("#tool-inside")
    wait_for(other.page, inside)


def test_reach_of_service_points_by_village(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    page.click("#reach-open")
    page.wait_for_selector("#reach-table")
    page.fill("#reach-km", "1.5")
    page.press("#reach-km", "Enter")
    expect(page.locator("#reach-table thead")).to_contain_text("超过 1.5 公里")
    first = page.locator("#reach-table tbody tr").first
    expect(first.locator("td").first).to_have_text("16")
    expect(page.locator(".reach-points")).to_contain_text("周一至周五")


def test_the_print_dialog_gives_the_sheet_of_what_is_seen(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.settle()
    page.click("#filters summary")
    page.select_option("[name=filter-due]", "late")
    wait_for(page, {"T-0"})
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    page.wait_for_selector("#sheet-form")
    page.select_option("[name=paper]", "A3 portrait")
    page.select_option("[name=scale]", "50000")
    page.fill("[name=review]", "蒙S(2026)001号")
    with page.expect_download() as waiting:
        page.click("#sheet-make")
    expect(page.locator("#sheet-note")).to_contain_text("已生成")
    sheet = PdfReader(io.BytesIO(waiting.value.path().read_bytes()))
    told = "".join(p.extract_text() for p in sheet.pages)
    assert float(sheet.pages[0].mediabox.width) == pytest.approx(297 / 25.4 * 72, abs=0.1)
    for words in ("1 : 50 000", "蒙S(2026)001号", "T-0", "仅供参考"):
        assert words in told
    assert "T-1" not in told
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()


def test_the_tools_speak_english_too(desk: Desk) -> None:
    page = desk.sign_in()
    page.click("#filters summary")
    page.click("#tool-measure")
    page.click("#lang")
    for part in ("#filters label span", "#filters summary", "#tools", "#panel"):
        for words in page.locator(part).all_inner_texts():
            assert not CJK.search(words), words
    for tool in page.locator("#tools button").all():
        assert not CJK.search(tool.get_attribute("aria-label") or "")
    page.click("#panel-close")
    page.click("#reach-open")
    expect(page.locator("#panel-title")).to_have_text("Service points and reach")


def exported(page: Page) -> set[str]:
    """Codes in the workbook that the list gives."""
    with page.expect_download() as coming:
        page.click("#export-xlsx")
    sheet = load_workbook(io.BytesIO(coming.value.path().read_bytes())).active
    assert sheet is not None
    return {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}


def test_the_workbook_holds_what_due_date_and_outline_leave(open_desk: OpenDesk) -> None:
    page = open_desk().sign_in(hash_="#&due=late")
    wait_for(page, {"T-0"})
    assert exported(page) == {"T-0"}
    # around the south west: the first two cases
    ring = "110.501,39.401;110.519,39.401;110.519,39.409;110.501,39.409"
    other = open_desk().sign_in(hash_=f"#&mode=area&ring={ring}")
    other.wait_for_selector("#tool-inside")
    inside = codes(other)
    assert inside == {"T-0", "T-1"}
    assert exported(other) == inside
