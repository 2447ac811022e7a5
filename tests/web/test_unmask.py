"""Names in the case panel: masked, in the clear for a purpose that is logged, gone when blanked."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, text

from tests.builders import Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk

NAME, PHONE = "欧阳合成", "13912340077"


@pytest.fixture
def filed(clerk_api: httpx.Client, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    answer = clerk_api.post(
        "/api/cases",
        json={
            "kind": "land", "text": "合成数据：界桩不见", "source": "visit",
            "place": {"lng": lng, "lat": lat}, "reporter": {"name": NAME, "phone": PHONE},
        },
    ).raise_for_status()  # fmt: skip
    return str(answer.json()["code"])


def test_names_are_shown_for_a_purpose_and_the_look_is_logged(
    desk: Desk, filed: str, admin_engine: Engine
) -> None:
    page = desk.sign_in("clerk", f"#&sel=case:{filed}")
    parties = page.locator("#parties")
    expect(parties).to_contain_text("欧***")
    assert NAME not in page.content()
    page.click("#unmask summary")
    page.select_option("[name=purpose]", "contact_reporter")
    page.fill("[name=note-code]", "JB-2026-7")
    page.keyboard.press("Enter")
    expect(page.locator("#in-clear")).to_contain_text(NAME)
    assert page.locator("#in-clear a").get_attribute("href") == f"tel:{PHONE}"
    assert "%" not in page.url
    assert NAME not in page.url
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "unmask_desk.png")
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text(
                "SELECT purpose, detail->>'note_code' FROM audit"
                " WHERE act = 'personal.unmask' AND object_id = :code"
            ),
            {"code": filed},
        ).all()
    assert [tuple(row) for row in rows] == [("contact_reporter", "JB-2026-7")]
    parties.get_by_role("button", name="隐去").click()
    expect(parties).to_contain_text("欧***")
    assert NAME not in page.content()


def test_what_was_unmasked_is_forgotten_after_two_minutes(open_desk: OpenDesk, filed: str) -> None:
    desk = open_desk()
    desk.page.clock.install()
    page = desk.sign_in("clerk", f"#&sel=case:{filed}")
    page.click("#unmask summary")
    page.select_option("[name=purpose]", "mediation")
    page.locator("#unmask button").click()
    expect(page.locator("#in-clear")).to_contain_text(NAME)
    page.clock.fast_forward(121_000)
    expect(page.locator("#in-clear")).to_have_count(0)
    assert NAME not in page.content()


def test_role_that_may_not_unmask_is_offered_nothing(
    open_desk: OpenDesk, filed: str, admin_engine: Engine, town: Town
) -> None:
    page = open_desk().sign_in("admin", f"#&sel=case:{filed}")
    expect(page.locator("#parties")).to_contain_text("欧***")
    assert page.locator("#unmask").count() == 0


def test_blanked_words_and_persons_are_told_with_the_day(
    desk: Desk, filed: str, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        case = {"code": filed}
        conn.execute(
            text(
                "UPDATE case_text SET body = '', blanked_at = now() WHERE case_id ="
                ' (SELECT case_id FROM "case" WHERE code = :code)'
            ),
            case,
        )
        conn.execute(
            text(
                "UPDATE case_party SET name = NULL, phone = NULL, blanked_at = now()"
                ' WHERE case_id = (SELECT case_id FROM "case" WHERE code = :code)'
            ),
            case,
        )
    page = desk.sign_in("clerk", f"#&sel=case:{filed}")
    expect(page.locator("#case-text-shown")).to_contain_text("保存期已满")
    expect(page.locator("#parties")).to_contain_text("已到期清除")
    assert page.locator("#unmask").count() == 0
