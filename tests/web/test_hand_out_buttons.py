"""Sheets made from the pages: the buttons, what comes down, the phrase that is told once."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.builders import PASSWORD, Town, add_user
from tests.db.members.people import add_party
from tests.web.conftest import Desk, OpenDesk
from tests.web.test_wall_page import file_case

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def people(admin_engine: Engine, town: Town) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "chief", "centre")
        add_party(conn, town)


def make(page: Page, tmp_path: Path, form: str = "html") -> Path:
    """Fill in the form of the open dialog and keep what comes down."""
    page.select_option("#hand-out-form [name=form]", form)
    with page.expect_download() as coming:
        page.click("#hand-out-make")
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    expect(page.locator("#hand-out-note")).to_contain_text("已生成")
    return file


def test_hot_spots_from_the_print_dialog(open_desk: OpenDesk, tmp_path: Path, town: Town) -> None:
    page = open_desk().sign_in("chief")
    page.keyboard.press("p")
    page.click("[data-hand-out=hotspots]")
    page.select_option("#hand-out-form [name=rank]", "3")
    file = make(page, tmp_path)
    assert file.name == "wangge-hotspots.html"
    told = file.read_text("utf-8")
    assert "default-src 'none'" in told
    assert town.codes["ws"] in told
    assert make(page, tmp_path, "pdf").read_bytes().startswith(b"%PDF")


def test_sheet_and_notice_of_the_grid_that_was_asked_about(
    open_desk: OpenDesk, tmp_path: Path, town: Town
) -> None:
    desk = open_desk()
    page = desk.sign_in("chief")
    lng, lat = town.centre_of("ws1")
    desk.ask_at(lng, lat)
    page.click("[data-hand-out=grid]")
    expect(page.locator("#hand-out-form code")).to_have_text(town.codes["ws1"])
    assert make(page, tmp_path).name == "wangge-grid.html"
    page.keyboard.press("Escape")
    page.click("[data-hand-out=noticeboard]")
    page.fill("#hand-out-form [name=note]", "投诉电话 110（合成）")
    told = make(page, tmp_path, "txt").read_text("utf-8")
    assert "投诉电话 110（合成）" in told
    # published only where that was ticked
    assert "核对稿" in told
    page.check("#hand-out-form [name=public]")
    assert "核对稿" not in make(page, tmp_path, "txt").read_text("utf-8")


def test_who_may_not_make_a_notice_is_not_offered_it(open_desk: OpenDesk, town: Town) -> None:
    desk = open_desk()
    page = desk.sign_in("clerk")
    desk.ask_at(*town.centre_of("ws1"))
    expect(page.locator("[data-hand-out=grid]")).to_be_visible()
    expect(page.locator("[data-hand-out=noticeboard]")).to_have_count(0)


def test_the_sheet_of_a_case_from_the_map_and_from_its_page(
    open_desk: OpenDesk, tmp_path: Path, town: Town, clerk_api: httpx.Client
) -> None:
    code = file_case(clerk_api, town, "ws1", "hand-out-case")
    desk = open_desk()
    page = desk.sign_in("clerk")
    page.click(f"tr[data-code='{code}'] .code-button")
    page.click("[data-hand-out=case]")
    assert code in make(page, tmp_path).read_text("utf-8")
    page.goto(f"{desk.base_url}/case#{code}")
    page.click("[data-hand-out=case]")
    assert make(page, tmp_path, "pdf").read_bytes().startswith(b"%PDF")


def test_a_refusal_is_told_in_the_dialog(desk: Desk, town: Town) -> None:
    desk.watch.may_refuse = True
    page = desk.sign_in("chief")
    page.route("**/api/sheets/**", lambda route: route.fulfill(
        status=422, content_type="application/problem+json",
        body='{"code": "sheet.too_large", "status": 422,'
             ' "detail": {"zh": "文件超过 10 MB。", "en": "Too large."}}',
    ))  # fmt: skip
    page.keyboard.press("p")
    page.click("[data-hand-out=hotspots]")
    page.click("#hand-out-make")
    expect(page.locator("#hand-out-note .problem-text")).to_contain_text("文件超过 10 MB")


def test_the_phrase_of_a_sealed_list_is_shown_once(open_desk: OpenDesk, tmp_path: Path) -> None:
    desk = open_desk(390, 844)
    page = desk.page
    page.goto(f"{desk.base_url}/members")
    page.fill("[name=login]", "ls")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.click("[data-hand-out=members]")
    page.check("#hand-out-form [name=with_list]")
    sealed = make(page, tmp_path).read_text("utf-8")
    phrase = page.locator("#hand-out-phrase").inner_text()
    assert len(phrase) == 19
    assert phrase not in sealed
    page.keyboard.press("Escape")
    # a dialog tells that it was closed in a turn of its own
    expect(page.locator("#hand-out-phrase")).to_have_count(0)
    assert phrase not in page.content()
