"""Reports in a browser: figures and denominators, what was sent stays, files, the weekly list."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import httpx
import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk

TODAY = date.today()  # noqa: DTZ011
# a day of last month that is also in last week of nothing else
LAST_MONTH = TODAY.replace(day=1) - timedelta(days=10)


def open_reports(desk: Desk, login: str, tab: str = "") -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/reports{tab}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#tab-view .p-card, #tab-view .empty")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return page


def enter(client: httpx.Client, path: str, **body: object) -> dict[str, object]:
    return dict(client.post(path, json=body).raise_for_status().json())


@pytest.fixture
def month(clerk_api: httpx.Client, town: Town) -> dict[str, object]:
    """Two batches of last month, one of each village; the first row."""
    rows = [
        enter(
            clerk_api, "/api/receptions", cell_code=town.codes[cell], door="window", persons=heads,
            outcome="explained", kind="land", received_on=LAST_MONTH.isoformat(),
            note="合成数据",
        )
        for cell, heads in (("w", 3), ("e", 4))
    ]  # fmt: skip
    return rows[0]


def cell(page: Page, figure: str, column: int) -> str:
    return page.locator(f"[data-figure={figure}] td").nth(column).inner_text()


def test_figures_stand_beside_their_denominators_and_are_frozen_and_compared(
    desk: Desk, clerk_api: httpx.Client, month: dict[str, object]
) -> None:
    page = open_reports(desk, "clerk")
    with page.expect_response(lambda answer: "/api/reports/figures" in answer.url):
        page.click("#earlier")
    told = clerk_api.get(f"/api/reports/figures?period=month&on={LAST_MONTH}").json()
    assert len(told["rows"]) == 2
    expect(page.locator("#figures-head")).to_contain_text(f"{LAST_MONTH:%Y-%m}-01")
    headings = page.locator("#figures-table thead th").all_inner_texts()
    assert headings == ["指标", "合计", *(row["zh"] for row in told["rows"])]
    for row, figure in enumerate(told["total"]):
        shown = cell(page, figure["key"], 0)
        assert shown.split()[0] == str(figure["count"])
        if figure["share"] is not None:
            assert f"{100 * figure['share']:.1f} %" in shown
        heading = page.locator("#figures-table tbody th").nth(row)
        if figure["of"]:
            of = next(h["zh"] for h in told["headings"] if h["key"] == figure["of"])
            expect(heading).to_contain_text(f"占：{of}")
    page.screenshot(path=SCREENSHOTS / "reports_desk.png", full_page=True)
    page.click("#freeze")
    expect(page.locator("#is-frozen")).to_be_visible()
    before = cell(page, "persons", 0)
    clerk_api.post(f"/api/receptions/{month['id']}/strike").raise_for_status()
    page.click("#tab-frozen")
    page.click("#frozen-list button")
    page.wait_for_selector("#changes")
    changes = page.locator("#changes tbody tr").all_inner_texts()
    assert any("接待人次" in row and row.split()[-2:] == ["7", "4"] for row in changes), changes
    page.screenshot(path=SCREENSHOTS / "reports_frozen_desk.png")
    page.click("#tab-figures")
    expect(page.locator("#is-frozen")).to_be_visible()
    assert cell(page, "persons", 0) == before
    page.click("#toggle-live")
    expect(page.locator("#is-frozen")).to_have_count(0)
    assert cell(page, "persons", 0) == "4"
    # corrected: a copy takes its place and says why, what was sent stays in the list
    page.click("#tab-frozen")
    page.click("#frozen-list button")
    page.click("#correct summary")
    page.fill("#correct [name=reason]", "作废一批（合成数据）")
    page.click("#correct form button")
    expect(page.locator("#frozen-list li")).to_have_count(2)
    expect(page.locator("#frozen-list li").first).to_contain_text("作废一批")
    expect(page.locator("#frozen-list li").last).to_contain_text("更正")
    page.screenshot(path=SCREENSHOTS / "reports_corrected_desk.png")
    page.click("#tab-figures")
    page.click("#toggle-live")
    expect(page.locator("#is-frozen")).to_contain_text("作废一批")
    assert cell(page, "persons", 0) == "4"


def test_files_hold_the_figures_that_are_shown(
    desk: Desk, clerk_api: httpx.Client, month: dict[str, object]
) -> None:
    page = open_reports(desk, "clerk")
    page.click("#dimension-kind")
    page.wait_for_selector("#dimension-kind[aria-pressed=true]")
    with page.expect_response(lambda answer: "period=year" in answer.url):
        page.click("#period-year")
    page.wait_for_selector("#period-year[aria-pressed=true]")
    shown = cell(page, "batches", 0)
    with page.expect_download() as got:
        page.click("#get-xlsx")
    book = openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes())).active
    row = next(r for r in book.iter_rows(values_only=True) if str(r[0]).startswith("接待批次"))
    assert str(row[2]) == shown
    with page.expect_download() as got:
        page.click("#get-json")
    report = json.loads(got.value.path().read_bytes())
    assert report["dimension"] == "kind"
    assert next(f for f in report["total"] if f["key"] == "batches")["count"] == int(shown)
    with page.context.expect_page() as opened:
        page.click("#get-html")
    expect(opened.value.locator("table")).to_contain_text("接待批次")


def test_ledger_has_the_columns_and_the_day_struck_off(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    filed = enter(clerk_api, "/api/cases", kind="land", text="合成数据：地界", source="visit",
                  place={"lng": lng, "lat": lat}, reporter={"name": "欧阳合成"})  # fmt: skip
    clerk_api.post(
        f"/api/cases/{filed['code']}/steps",
        json={"step": "explain", "revision": 1, "reason": "说清楚了（合成数据）"},
    ).raise_for_status()
    page = open_reports(open_desk(1920, 1080), "clerk", "#ledger")
    row = page.locator(".rp-ledger tbody tr", has_text=str(filed["code"]))
    expect(row.locator(".rp-c-closed_on")).to_have_text(closed_on(clerk_api, filed))
    expect(row.locator(".rp-c-reporter")).to_have_text("欧***")
    headings = page.locator(".rp-ledger thead th").all_inner_texts()
    assert {"事项编号", "包案领导", "销号日期", "满意度"} <= set(headings)
    page.screenshot(path=SCREENSHOTS / "reports_ledger_desk.png")
    with page.expect_response(lambda answer: "to=" in answer.url):
        page.fill("#ledger-from", "2020-01-01")
        page.fill("#ledger-to", "2020-01-31")
        page.locator("#ledger-to").blur()
    expect(page.locator("#ledger .empty")).to_be_visible()
    page.click("#lang")
    expect(page.locator("#ledger .empty")).to_have_text("No case in these days.")


def closed_on(client: httpx.Client, filed: dict[str, object]) -> str:
    return str(client.get(f"/api/cases/{filed['code']}").json()["closed_on"])


def test_weekly_list_on_a_phone_names_the_reasons(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    filed = enter(clerk_api, "/api/cases", kind="land", text="合成数据", source="visit",
                  place={"lng": 110.60, "lat": 39.41})  # fmt: skip
    assert filed["queue_reason"]
    page = open_reports(open_desk(390, 844), "clerk", "#weekly")
    item = page.locator(".rp-weekly tbody tr", has_text=str(filed["code"]))
    expect(item).to_contain_text("没有负责人")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "reports_weekly_phone.png", full_page=True)
    page.click("#tab-figures")
    page.wait_for_selector("#figures-table")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "reports_phone.png", full_page=True)
    small = page.locator(".rp-controls button, .rp-files .button, .p-tabs button").evaluate_all(
        "all => all.filter((n) => n.getBoundingClientRect().height < 47).map((n) => n.outerHTML)"
    )
    assert small == []


def test_grid_worker_has_no_ledger_and_no_freezing(open_desk: OpenDesk) -> None:
    page = open_reports(open_desk(390, 844), "worker")
    expect(page.locator("#tab-ledger")).to_have_count(0)
    with page.expect_response(lambda answer: "/api/reports/figures" in answer.url):
        page.click("#earlier")
    expect(page.locator("#freeze")).to_have_count(0)
