"""The auditor's page in a browser: filters, pages, the file, both languages, a phone."""

from __future__ import annotations

import io

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from gis_api.actions.seal_audit import seal_audit
from tests.builders import PASSWORD, Town, add_user
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk


@pytest.fixture(scope="module")
def auditor(admin_engine: Engine, town: Town) -> str:
    with admin_engine.begin() as conn:
        add_user(conn, town, "auditor", "auditor")
    return "auditor"


@pytest.fixture
def looked_at(clerk_api: httpx.Client, town: Town, engine: Engine) -> str:
    """A case somebody filed, read and unmasked; all of it sealed."""
    lng, lat = town.centre_of("ws1")
    filed = clerk_api.post(
        "/api/cases",
        json={
            "kind": "land", "text": "合成数据", "source": "visit",
            "place": {"lng": lng, "lat": lat},
            "reporter": {"name": "欧阳合成", "phone": "13912340099"},
        },
    ).raise_for_status()  # fmt: skip
    code = str(filed.json()["code"])
    clerk_api.post(
        f"/api/cases/{code}/unmask", json={"purpose": "mediation", "note_code": "JB-2026-12"}
    ).raise_for_status()
    seal_audit(engine)
    return code


def open_audit(desk: Desk, login: str) -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/audit")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    return page


def test_auditor_finds_who_looked_and_why_and_takes_it_away(
    desk: Desk, auditor: str, looked_at: str
) -> None:
    page = open_audit(desk, auditor)
    page.wait_for_selector(".a-table")
    page.fill("[name=object]", looked_at)
    page.click("#filters button[type=submit]")
    expect(page.locator(".a-table tbody tr")).to_have_count(3)
    page.select_option("[name=purpose]", "mediation")
    page.click("#filters button[type=submit]")
    row = page.locator(".a-table tbody tr")
    expect(row).to_have_count(1)
    for said in ("clerk", "personal.unmask", looked_at, "组织调解", "JB-2026-12", "已封"):
        expect(row).to_contain_text(said)
    assert "欧阳" not in page.content()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "audit_desk.png")
    with page.expect_download() as started:
        page.click("#export-xlsx")
    assert started.value.suggested_filename == "audit.xlsx"
    sheet = load_workbook(io.BytesIO(started.value.path().read_bytes())).active
    assert [cell.value for cell in sheet["G"]][1:] == [looked_at]
    page.click("#lang")
    expect(row).to_contain_text("arrange a mediation")
    assert page.input_value("[name=object]") == looked_at


def test_earlier_rows_follow_by_a_button(
    desk: Desk, auditor: str, looked_at: str, clerk_api: httpx.Client
) -> None:
    for _ in range(105):
        clerk_api.get(f"/api/cases/{looked_at}").raise_for_status()
    page = open_audit(desk, auditor)
    page.wait_for_selector(".a-table")
    page.fill("[name=object]", looked_at)
    page.click("#filters button[type=submit]")
    expect(page.locator("#summary")).to_contain_text("共 108 条，已列 100 条")
    page.click(".a-more button")
    expect(page.locator(".a-table tbody tr")).to_have_count(108)


def test_others_are_told_that_it_is_not_theirs(open_desk: OpenDesk, auditor: str) -> None:
    desk = open_desk()
    desk.watch.may_refuse = True
    page = open_audit(desk, "clerk")
    expect(page.locator(".problem")).to_contain_text("permission.denied")
    assert page.locator(".a-table").count() == 0


def test_phone_shows_one_block_a_row(open_desk: OpenDesk, auditor: str, looked_at: str) -> None:
    page = open_audit(open_desk(width=390, height=844), auditor)
    page.wait_for_selector(".a-table")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.screenshot(path=SCREENSHOTS / "audit_phone.png")
