"""One case on its own page: from filing to signed agreement by the steps it offers, no others."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082"
)


@pytest.fixture
def filed(clerk_api: httpx.Client, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    answer = clerk_api.post(
        "/api/cases",
        json={
            "kind": "land", "text": "合成数据：两户承包地界线不清", "source": "visit",
            "place": {"lng": lng, "lat": lat},
            "reporter": {"name": "欧阳合成", "phone": "13912340055"},
        },
    ).raise_for_status()  # fmt: skip
    return str(answer.json()["code"])


def open_case(desk: Desk, login: str, code: str) -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/case#{code}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#next")
    return page


def take(page: Page, step: str, **given: str) -> None:
    page.click(f"[data-step={step}]")
    for name, value in given.items():
        field = page.locator(f"#next [name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.click("#take-step")
    page.wait_for_selector("#take-step", state="detached")


def offered(page: Page) -> set[str]:
    return set(page.locator("[data-step]").evaluate_all("all => all.map((b) => b.dataset.step)"))


def test_case_goes_from_filing_to_agreement_by_the_steps_offered(
    desk: Desk, filed: str, clerk_api: httpx.Client
) -> None:
    page = open_case(desk, "clerk", filed)
    state = page.locator("#case-state")
    expect(state).to_have_text("已登记")
    told = clerk_api.get(f"/api/cases/{filed}/steps").json()
    assert offered(page) == {step["step"] for step in told["steps"]}
    assert "agree" not in offered(page)
    take(page, "accept")
    expect(state).to_have_text("已受理")
    take(page, "assign")
    take(page, "sign")
    take(page, "begin", way="mediating")
    expect(state).to_have_text("办理中")
    take(page, "agree", form="oral", terms="双方同意按现场新立界桩耕种（合成数据）")
    expect(state).to_have_text("达成协议")
    expect(page.locator("#papers")).to_contain_text("口头协议")
    take(page, "close", reason="已按协议履行（合成数据）")
    expect(state).to_have_text("已办结")
    expect(page.locator("#history")).to_contain_text("达成协议")
    assert clerk_api.get(f"/api/cases/{filed}").json()["state"] == "closed"


def test_clocks_show_their_calculation_line_by_line(
    desk: Desk, filed: str, clerk_api: httpx.Client
) -> None:
    page = open_case(desk, "clerk", filed)
    take(page, "accept")
    take(page, "assign")
    take(page, "sign")
    take(page, "begin", way="mediating")
    clocks = clerk_api.get(f"/api/cases/{filed}/clocks").json()
    assert clocks, "a mediation has a clock"
    items = page.locator("#clocks li", has=page.locator("details"))
    expect(items).to_have_count(len(clocks))
    for clock in clocks:
        item = page.locator(".cp-clocks > li", has_text=clock["zh"]).first
        item.locator("summary").click()
        for line in clock["lines"]:
            expect(item.locator("ol")).to_contain_text(line["zh"])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "case_desk.png", full_page=True)


def test_somebody_else_was_quicker_and_the_page_says_so(
    open_desk: OpenDesk, filed: str, clerk_api: httpx.Client
) -> None:
    desk = open_desk()
    desk.watch.may_refuse = True
    page = open_case(desk, "clerk", filed)
    page.click("[data-step=accept]")
    clerk_api.post(
        f"/api/cases/{filed}/steps", json={"step": "accept", "revision": 1}
    ).raise_for_status()
    page.click("#take-step")
    problem = page.locator("#next .problem")
    expect(problem).to_contain_text("case.stale")
    problem.locator("button").click()
    expect(page.locator("#case-state")).to_have_text("已受理")


def test_paper_is_added_and_what_is_no_paper_refused(open_desk: OpenDesk, filed: str) -> None:
    desk = open_desk()
    desk.watch.may_refuse = True
    page = open_case(desk, "clerk", filed)
    bad = {"name": "a.png", "mimeType": "image/png", "buffer": b"MZ no picture"}
    page.set_input_files("#attach", bad)
    expect(page.locator("#files .problem")).to_be_visible()
    page.set_input_files("#attach", {"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator("#attachments li")).to_have_count(1)


def test_order_is_printed_alone_without_any_party(open_desk: OpenDesk, filed: str) -> None:
    desk = open_desk()
    desk.page.add_init_script("window.print = () => { window.printed = true; };")
    page = open_case(desk, "clerk", filed)
    page.click("#unmask summary")
    page.select_option("[name=purpose]", "contact_reporter")
    page.locator("#unmask button").click()
    expect(page.locator("#in-clear")).to_contain_text("欧阳合成")
    page.click("#print-order")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    sheet = page.locator(".cp-sheet")
    expect(sheet).to_be_visible()
    assert page.locator("#view").is_hidden()
    for said in ("事项交办单", filed, "签收人", "合成数据"):
        expect(sheet).to_contain_text(said)
    assert "欧阳" not in sheet.inner_text()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "case_order.png")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)
    expect(page.locator("#view")).to_be_visible()


def test_unknown_case_and_none_at_all_offer_to_open_one(open_desk: OpenDesk, filed: str) -> None:
    desk = open_desk(width=390, height=844)
    desk.watch.may_refuse = True
    page = desk.page
    page.goto(f"{desk.base_url}/case#2026-999999-9")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_contain_text("case.unknown")
    page.fill("[name=code]", filed)
    page.keyboard.press("Enter")
    page.wait_for_selector("#next")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator("[data-step], .p-nav a").evaluate_all(
        "nodes => nodes.filter((n) => n.getBoundingClientRect().height < 47).length"
    )
    assert small == 0
    page.screenshot(path=SCREENSHOTS / "case_phone.png", full_page=True)
    page.click("#lang")
    expect(page.locator("#next h2")).to_have_text("Next steps")
