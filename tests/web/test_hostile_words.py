"""Names and words that try to be markup are shown as the text they are, everywhere on the page."""

from __future__ import annotations

import json

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.builders import Town
from tests.web.conftest import Desk

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"
NASTY = MARKUP + "`${1}`\\ \u202eabc"
SHORT = "<b onclick=x>`\\\u202e</b>" + "长" * 20


@pytest.fixture(scope="module", autouse=True)
def hostile_names(admin_engine: Engine, town: Town) -> None:
    """Cells, officers, kinds of case, levels, posts and the place itself get hostile names."""
    statements = (
        "UPDATE cell_version SET name = :name",
        "UPDATE officer SET duty_name = left(:name, 60), duty_phone = '\"><b>1'",
        "UPDATE case_kind SET name_zh = :name, name_en = :name",
        "UPDATE post_kind SET name_zh = :name, name_en = :name",
        "UPDATE grid_level SET name_zh = :name, name_en = :name",
        "UPDATE grid_version SET label = :name",
        "UPDATE place_setting SET name_zh = :name, name_en = :name",
        "UPDATE place_name SET name = :name",
    )
    with admin_engine.begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            conn.execute(text(statement), {"name": MARKUP})


def require_only_text(page: Page) -> None:
    """Nothing of the hostile names became an element or ran."""
    assert page.evaluate("window.hacked") is None
    made = page.evaluate(
        "document.querySelectorAll('img, b[onclick], body script, [onerror]').length"
    )
    assert made == 0


def test_hostile_words_stay_words(desk: Desk, town: Town, clerk_api: httpx.Client) -> None:
    lng, lat = town.centre_of("es2")
    filed = clerk_api.post(
        "/api/cases",
        headers={"Idempotency-Key": "hostile"},
        json={
            "kind": "land", "text": NASTY, "source": "visit",
            "place": {"lng": lng + 0.002, "lat": lat}, "reporter": {"name": SHORT},
        },
    )  # fmt: skip
    code = filed.raise_for_status().json()["code"]
    page = desk.sign_in(hash_=f"#&sel=case:{code}")
    expect(page.locator("#case-text-shown")).to_contain_text("<script>window.hacked=1</script>")
    expect(page.locator("#place-name")).to_have_text(MARKUP)
    expect(page.locator(".legend-row").first).to_contain_text(MARKUP)
    expect(page.locator("#path")).to_contain_text(MARKUP)
    require_only_text(page)

    page.keyboard.press("Escape")
    desk.settle()
    page.mouse.move(*desk.pixel_of(lng + 0.002, lat))
    expect(page.locator(".tip")).to_contain_text(MARKUP)
    require_only_text(page)

    desk.ask_at(*town.centre_of("wn1"))
    expect(page.locator("#lead .lead-name")).to_contain_text("<img src=x")
    expect(page.locator("#posts")).to_contain_text(MARKUP)
    page.click("#file-here")
    page.select_option("#case-respondent", "village_committee")
    expect(page.locator("#case-respondent-ref")).to_contain_text(MARKUP)
    page.select_option("#case-respondent", "post_holder")
    page.fill("#case-text", NASTY)
    page.click("#file-case")
    page.wait_for_selector("#filed")
    require_only_text(page)


def test_hostile_search_finds_hostile_names_as_text(desk: Desk) -> None:
    page = desk.sign_in()
    page.fill("#search-input", MARKUP[:50])
    expect(page.locator("[role=option]").first).to_contain_text("<img src=x")
    require_only_text(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#why")
    assert "script" not in page.url
    require_only_text(page)


def test_hostile_answers_of_the_server_are_shown_as_text(desk: Desk, town: Town) -> None:
    page = desk.sign_in()
    desk.watch.may_refuse = True
    problem = {
        "title": MARKUP, "status": 422, "code": MARKUP,
        "detail": {"zh": MARKUP, "en": MARKUP}, "fix": {"zh": MARKUP, "en": MARKUP},
    }  # fmt: skip
    page.route(
        "**/api/responsible*",
        lambda route: route.fulfill(
            status=422, content_type="application/problem+json", body=json.dumps(problem)
        ),
    )
    lng, lat = town.centre_of("ws1")
    page.mouse.click(*desk.pixel_of(lng - 0.003, lat + 0.003))
    expect(page.locator(".problem-text")).to_have_text(MARKUP)
    require_only_text(page)
