"""Registers in a browser: three taps on the doorstep, a batch at the window, the urgent key.

The time that an entry takes is told by the keystroke-level model (Card, Moran and Newell 1980, with
the touch figures of Rice and Lartigue 2014): 1.35 s to decide, 0.8 s to move, 0.2 s to tap, and
0.28 s for a key.  The tests count decisions, taps and keys in the real page; nobody holds a watch.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk

DECIDE_S, MOVE_S, TAP_S = 1.35, 0.8, 0.2
COUNT_INPUTS = """
    window.inputs = { taps: 0, keys: 0 };
    addEventListener("pointerup", () => { window.inputs.taps += 1; }, true);
    addEventListener("keydown", () => { window.inputs.keys += 1; }, true);
"""


def open_registers(desk: Desk, login: str, tab: str = "") -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/registers{tab}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#tab-view .p-card, #tab-view .empty")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return page


@pytest.fixture
def worker_api(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=20) as client:
        client.post("/api/session", json={"login": "worker", "password": PASSWORD})
        yield client


def is_within_phone(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= 390"))


def test_grid_worker_writes_down_a_settled_matter_within_twenty_seconds_of_taps(
    open_desk: OpenDesk, worker_api: httpx.Client, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    desk = open_desk(
        390, 844, has_touch=True, geolocation={"longitude": lng, "latitude": lat, "accuracy": 9},
        permissions=["geolocation"],
    )  # fmt: skip
    page = open_registers(desk, "worker")
    expect(page.locator("#tab-settle")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#where")).to_contain_text("当前位置")
    page.screenshot(path=SCREENSHOTS / "registers_settle_phone.png")
    assert is_within_phone(page)
    page.evaluate(COUNT_INPUTS)
    page.locator("[data-choice=kind] label", has_text="邻里").tap()
    page.locator("[data-choice=way] label", has_text="当场调解").tap()
    page.locator("#save-settlement").tap()
    expect(page.locator("#entered")).to_be_visible()
    inputs = page.evaluate("window.inputs")
    assert inputs == {"taps": 3, "keys": 0}
    assert inputs["taps"] * (DECIDE_S + MOVE_S + TAP_S) < 20
    row = worker_api.get("/api/grid-settlements").json()["items"][0]
    assert (row["kind"], row["way"], row["cell_code"]) == (
        "neighbour", "mediated", town.codes["ws1"],
    )  # fmt: skip
    # a slip: one tap takes it back, and it stays to be seen
    page.locator("#undo-entry").tap()
    expect(page.locator("#entries .rg-struck")).to_have_count(1)
    assert worker_api.get("/api/grid-settlements").json()["items"][0]["is_struck"] is True
    small = page.locator(
        "[data-choice] label, #save-settlement, .p-tabs button, .p-nav a, #use-here"
    ).evaluate_all("nodes => nodes.filter((n) => n.getBoundingClientRect().height < 47).length")
    assert small == 0


def test_without_a_position_the_own_grid_is_the_place(
    open_desk: OpenDesk, worker_api: httpx.Client, town: Town
) -> None:
    page = open_registers(open_desk(390, 844), "worker")
    expect(page.locator("#where")).to_contain_text(town.codes["ws1"])
    expect(page.locator("#save-settlement")).to_be_disabled()
    page.locator("[data-choice=kind] input").first.focus()
    page.keyboard.press("Space")
    page.locator("[data-choice=way] input").first.focus()
    page.keyboard.press("Space")
    page.locator("#save-settlement").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#entered")).to_be_focused()
    assert (
        worker_api.get("/api/grid-settlements").json()["items"][0]["cell_code"] == town.codes["ws1"]
    )


def test_batch_is_entered_passed_on_and_closed(
    desk: Desk, clerk_api: httpx.Client, town: Town
) -> None:
    page = open_registers(desk, "clerk")
    expect(page.locator("#tab-receive")).to_have_attribute("aria-pressed", "true")
    assert page.input_value("#receive [name=cell]") == town.codes["t"]
    page.fill("#receive [name=persons]", "3")
    page.select_option("#receive [name=outcome]", "passed_on")
    page.select_option("#receive [name=passed-to]", "court")
    # a request has a kind: the form asks for it before the server has to
    page.click("#save-reception")
    assert page.locator("#receive [name=kind]").evaluate("node => !node.checkValidity()")
    page.select_option("#receive [name=kind]", "land")
    page.click("#save-reception")
    expect(page.locator("#entered")).to_contain_text("3 人次")
    row = page.locator("#entries li").first
    expect(row).to_contain_text("转办交办 → 法院")
    row.locator("[name=closing]").select_option("agreement")
    page.screenshot(path=SCREENSHOTS / "registers_receive_desk.png", full_page=True)
    row.locator(".rg-closing button").click()
    expect(row).to_contain_text("办结：达成协议")
    item = clerk_api.get("/api/receptions").json()["items"][0]
    assert (item["persons"], item["closing"]) == (3, "agreement")
    page.click("#lang")
    expect(page.locator("#title")).to_have_text("Registers")
    expect(page.locator("#entries li").first).to_contain_text("court")


def test_refused_entry_says_why_and_keeps_what_was_typed(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.watch.may_refuse = True
    page = open_registers(desk, "clerk")
    page.select_option("#receive [name=outcome]", "registered")
    page.select_option("#receive [name=kind]", "land")
    page.fill("#receive [name=case-code]", "2026-999999-9")
    page.fill("#receive [name=note]", "合成数据")
    page.click("#save-reception")
    expect(page.locator("#receive .problem")).to_contain_text("case.unknown")
    assert page.input_value("#receive [name=note]") == "合成数据"


def test_talking_room_session_is_counted_and_listed(open_desk: OpenDesk, town: Town) -> None:
    page = open_registers(open_desk(390, 844), "west", "#talk")
    assert page.input_value("#talk [name=cell]") == town.codes["w"]
    expect(page.locator("#entries .empty")).to_be_visible()
    for name, value in (("persons", "14"), ("matters", "3"), ("settled", "2")):
        page.fill(f"#talk [name={name}]", value)
    page.screenshot(path=SCREENSHOTS / "registers_talk_phone.png", full_page=True)
    page.click("#save-session")
    expect(page.locator("#entries li").first).to_contain_text(
        "到场 14 人，说事 3 件，当场说和 2 件"
    )
    assert is_within_phone(page)


def test_urgent_key_asks_once_more_and_then_tells_everybody_above(
    open_desk: OpenDesk, clerk_api: httpx.Client, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    desk = open_desk(
        390, 844, has_touch=True, geolocation={"longitude": lng, "latitude": lat},
        permissions=["geolocation"],
    )  # fmt: skip
    page = open_registers(desk, "worker", "#urgent")
    page.locator("#urgent-key").tap()
    expect(page.locator("#urgent-filed")).to_have_count(0)
    page.screenshot(path=SCREENSHOTS / "registers_urgent_phone.png")
    page.locator("#urgent-key").tap()
    code = page.locator("#urgent-filed .big-code").inner_text()
    case = clerk_api.get(f"/api/cases/{code}").json()
    assert (case["urgent"], case["cell_code"]) == (True, town.codes["ws1"])


def test_urgent_key_without_a_position_asks_for_a_place(
    open_desk: OpenDesk, clerk_api: httpx.Client
) -> None:
    page = open_registers(open_desk(), "clerk", "#urgent")
    page.click("#urgent-key")
    page.click("#urgent-key")
    expect(page.locator("#place-input")).to_be_focused()
    page.keyboard.type("khg")
    page.wait_for_selector("#place-hits [role=option]")
    page.keyboard.press("Enter")
    code = page.locator("#urgent-filed .big-code").inner_text()
    assert clerk_api.get(f"/api/cases/{code}").json()["urgent"] is True
