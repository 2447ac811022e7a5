"""The desk: a case is registered without touching the mouse; one's own cases come by due day."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk


def open_desk_page(desk: Desk, login: str) -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/desk")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#mine")
    return page


def test_clerk_registers_by_keyboard_alone_and_goes_on_to_the_next(
    desk: Desk, clerk_api: httpx.Client
) -> None:
    page = open_desk_page(desk, "clerk")
    page.mouse.move(0, 0)
    expect(page.locator("#place-input")).to_be_focused()
    page.keyboard.type("khg")
    page.wait_for_selector("#place-hits [role=option]")
    page.keyboard.press("Enter")
    expect(page.locator("#case-kind")).to_be_focused()
    expect(page.locator("#lead")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#case-text")).to_be_focused()
    page.keyboard.type("合成数据：矿后沟两户争水")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#filed")
    code = page.locator("#filed .big-code").inner_text()
    case = clerk_api.get(f"/api/cases/{code}").json()
    assert case["text"] == "合成数据：矿后沟两户争水"
    assert case["cell_code"] is not None
    expect(page.locator("#another")).to_be_focused()
    assert "khg" not in page.url
    page.keyboard.press("Enter")
    expect(page.locator("#place-input")).to_be_focused()
    assert page.input_value("#place-input") == ""
    # the next one at the same spot: the first is shown as a likely double
    page.keyboard.type("110.535, 39.415")
    page.wait_for_selector("#place-hits [role=option]")
    page.keyboard.press("Enter")
    expect(page.locator("#similar")).to_contain_text(code)
    expect(page.locator("#case-kind")).to_be_focused()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "desk_desk.png", full_page=True)


def test_registering_costs_well_under_a_minute_of_keys_and_no_mouse(
    desk: Desk, clerk_api: httpx.Client
) -> None:
    """Counted in the page, told by the keystroke-level model (Card, Moran and Newell 1980).

    0.28 s a key of an average typist, 1.35 s to decide what comes next; a Chinese character is put
    at four keys of pinyin and choice, which Chromium does not show to the page one by one.
    """
    page = open_desk_page(desk, "clerk")
    expect(page.locator("#place-input")).to_be_focused()
    page.evaluate(
        """() => {
            window.inputs = { keys: 0, pointers: 0 };
            addEventListener("keydown", () => { window.inputs.keys += 1; }, true);
            addEventListener("pointerdown", () => { window.inputs.pointers += 1; }, true);
        }"""
    )
    words = "合成数据：两户因地埂被犁掉半米起争执"
    page.keyboard.type("khg")
    page.wait_for_selector("#place-hits [role=option]")
    page.keyboard.press("Enter")
    expect(page.locator("#case-kind")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.insert_text(words)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#filed")
    inputs = page.evaluate("window.inputs")
    assert inputs["pointers"] == 0
    # k h g, Enter, Tab, Control and Enter
    assert inputs["keys"] == 7
    decisions = 4  # place, kind, words, register
    seconds = 0.28 * (inputs["keys"] + 4 * len(words)) + 1.35 * decisions
    assert seconds < 40
    code = page.locator("#filed .big-code").inner_text()
    assert clerk_api.get(f"/api/cases/{code}").json()["text"] == words


def test_typed_words_stay_when_the_kind_is_changed(desk: Desk) -> None:
    page = open_desk_page(desk, "clerk")
    page.fill("#place-input", "110.505, 39.405")
    page.wait_for_selector("#place-hits [role=option]")
    page.press("#place-input", "Enter")
    page.wait_for_selector("#case-text")
    page.fill("#case-text", "合成数据，写到一半")
    with page.expect_response(lambda answer: "kind=mine_village" in answer.url):
        page.select_option("#case-kind", "mine_village")
    expect(page.locator("#lead")).to_contain_text("wvillage")
    assert page.input_value("#case-text") == "合成数据，写到一半"


def test_own_cases_come_with_the_next_due_first(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    codes = []
    for kind in ("mine_village", "mine_village"):
        answer = clerk_api.post(
            "/api/cases",
            json={"kind": kind, "text": "合成数据", "source": "visit",
                  "place": {"lng": lng, "lat": lat}},
        ).raise_for_status()  # fmt: skip
        codes.append(str(answer.json()["code"]))
    # the second one gets a clock, so it comes before the first
    for step, rev in (("accept", 1), ("assign", 2)):
        clerk_api.post(
            f"/api/cases/{codes[1]}/steps", json={"step": step, "revision": rev}
        ).raise_for_status()
    page = open_desk_page(open_desk(width=390, height=844), "west")
    listed = page.locator("#mine .dk-cases code").all_inner_texts()
    assert listed.index(codes[1]) < listed.index(codes[0])
    first = page.locator("#mine .dk-cases li", has_text=codes[1])
    expect(first).to_contain_text("到期")
    expect(first).to_contain_text("待签收")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    mine, intake = page.locator("#mine").bounding_box(), page.locator("#intake").bounding_box()
    assert mine is not None
    assert intake is not None
    assert mine["y"] < intake["y"], "list first on a phone"
    page.screenshot(path=SCREENSHOTS / "desk_phone.png", full_page=True)
    first.locator("a").click()
    page.wait_for_selector("#next")
    assert page.url.endswith(f"/case#{codes[1]}")


def test_account_without_a_post_is_told_and_sees_what_needs_a_look(desk: Desk) -> None:
    page = open_desk_page(desk, "clerk")
    expect(page.locator("#mine .empty")).to_contain_text("没有岗位")
    expect(page.locator("#attention")).to_be_visible()
    page.click("#lang")
    expect(page.locator("#title")).to_have_text("Desk")
