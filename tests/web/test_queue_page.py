"""The queue: why a case is listed, the step that helps, giving out what nobody has, finding."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from gis_api.actions.sweep_cases import sweep_cases
from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk
from tests.web.test_case_joint import file


def open_queue(desk: Desk, login: str, tab: str = "") -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/queue{tab}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#tab-view .p-card")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return page


@pytest.fixture
def late(clerk_api: httpx.Client, admin_engine: Engine, town: Town) -> str:
    """A case in hand whose clock has run out, as the sweeper finds it."""
    code = file(clerk_api, town, "ws1", kind="mine_village")
    for revision, (step, more) in enumerate(
        (("accept", {}), ("assign", {}), ("sign", {}), ("begin", {"way": "surveying"})), start=1
    ):
        clerk_api.post(
            f"/api/cases/{code}/steps", json={"step": step, "revision": revision, **more}
        ).raise_for_status()
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO case_clock (case_id, rule, started_on, length, due_on)"
                " SELECT case_id, 'result_due', today() - 30, 20, today() - 3 FROM \"case\""
                " WHERE code = :code ON CONFLICT DO NOTHING"
            ),
            {"code": code},
        )
        conn.execute(
            text(
                "UPDATE case_clock SET due_on = today() - 3 WHERE stopped_on IS NULL AND case_id ="
                ' (SELECT case_id FROM "case" WHERE code = :code)'
            ),
            {"code": code},
        )
    sweep_cases(admin_engine)
    return code


def test_finding_tells_its_reason_and_leads_to_the_step_that_helps(
    open_desk: OpenDesk, late: str, clerk_api: httpx.Client
) -> None:
    page = open_queue(open_desk(), "west")
    told = clerk_api.get("/api/queue").json()
    page.click("#reason-past_due")
    row = page.locator(f"[data-code='{late}'][data-reason=past_due]")
    expect(row).to_contain_text("已超期")
    item = next(i for i in told["items"] if (i["code"], i["reason"]) == (late, "past_due"))
    assert item["next"][0]["step"] == "ask_extension"
    page.screenshot(path=SCREENSHOTS / "queue_desk.png", full_page=True)
    row.locator("[data-next=supervise]").click()
    page.wait_for_selector("#take-step")
    expect(page.locator("#case-code")).to_have_text(late)
    assert page.url.endswith(f"/case#{late}")


def test_case_that_nobody_has_is_given_to_a_post_and_leaves_the_list(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    outside = {"place": {"lng": 110.60, "lat": 39.41}}
    code = file(clerk_api, town, "ws1", **outside)
    page = open_queue(open_desk(390, 844), "clerk", "#dispatch")
    row = page.locator(f"#waiting [data-code='{code}']")
    expect(row).to_contain_text("不在任何网格内")
    row.locator("[data-dispatch]").click()
    expect(row.locator("[name=post] option", has_text="镇综治中心")).to_have_count(1)
    # a post of a grid that is named: the eastern village's leader
    row.locator("[name=other-cell]").fill(town.codes["e"])
    row.locator("[name=other-cell]").blur()
    expect(row.locator("[name=post] option", has_text="村党支部书记")).to_have_count(1)
    row.locator("[name=post]").select_option(str(town.posts["e", "village_leader"]))
    page.screenshot(path=SCREENSHOTS / "queue_dispatch_phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(f"#give-{code}")
    expect(row).to_have_count(0)
    case = clerk_api.get(f"/api/cases/{code}").json()
    assert (case["state"], case["queue_reason"]) == ("assigned", None)
    assert case["lead"]["cell_code"] == town.codes["e"]


def test_cases_are_found_by_kind_and_place_and_never_by_person(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    code = file(clerk_api, town, "en1", kind="family", reporter={"name": "皇甫合成"})
    file(clerk_api, town, "wn1", kind="neighbour")
    page = open_queue(open_desk(), "clerk", "#find")
    page.select_option("#find [name=kind]", "family")
    page.fill("#find [name=cell]", town.codes["e"])
    page.click("#find-go")
    expect(page.locator("#hits .qu-list li")).to_have_count(1)
    expect(page.locator("#hits")).to_contain_text(code)
    assert town.codes["e"] not in page.url
    page.select_option("#find [name=state]", "archived")
    page.click("#find-go")
    expect(page.locator("#hits .empty")).to_be_visible()
    page.click("#lang")
    page.click("#find-go")
    expect(page.locator("#hit-count")).to_have_text("0 cases")
    page.fill("#find [name=code]", code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#case-code")


def test_grid_worker_sees_the_own_area_only(
    open_desk: OpenDesk, late: str, clerk_api: httpx.Client, town: Town
) -> None:
    away = file(clerk_api, town, "es1")
    page = open_queue(open_desk(390, 844), "worker", "#find")
    page.click("#find-go")
    expect(page.locator("#hits")).to_contain_text(late)
    assert away not in page.locator("#hits").inner_text()
    page.click("#tab-found")
    page.wait_for_selector(f"[data-code='{late}']")
    small = page.locator(".qu-chip, .qu-next .button, .p-tabs button").evaluate_all(
        "all => all.filter((n) => n.getBoundingClientRect().height < 47).map((n) => n.outerHTML)"
    )
    assert small == []
    page.screenshot(path=SCREENSHOTS / "queue_phone.png", full_page=True)
