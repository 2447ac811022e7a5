"""On the spot: a draft waits without a network and arrives once; nothing readable stays."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk
from tests.web.line import Line, line_to

MARK = "合成标记事由甲乙丙"
PHONE = {"width": 390, "height": 844, "has_touch": True}


@pytest.fixture
def line(base_url: str) -> Iterator[Line]:
    with line_to(base_url) as made:
        yield made


@pytest.fixture
def at_the_spot(open_desk: OpenDesk, town: Town) -> Callable[..., Page]:
    """A phone signed in on the page, standing in the micro grid ws1, its frame kept."""

    def opened(address: str, login: str = "worker", **options: Any) -> Page:
        lng, lat = town.centre_of("ws1")
        desk = open_desk(
            **PHONE, permissions=["geolocation"], **options,
            geolocation={"longitude": lng, "latitude": lat, "accuracy": 12.4},
        )  # fmt: skip
        desk.watch.base_url = address
        desk.watch.may_refuse = True
        sign_in(Desk(desk.page, desk.watch, address), login)
        desk.page.wait_for_selector("body[data-shell=kept]")
        return desk.page

    return opened


def sign_in(desk: Desk, login: str) -> None:
    page = desk.page
    page.goto(f"{desk.base_url}/onsite")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#onsite")


def photo() -> dict[str, Any]:
    """A synthetic picture that says where it was taken."""
    picture = Image.effect_noise((2400, 1800), 60).convert("RGB")
    exif = picture.getexif()
    exif[0x010F] = "synthetic camera"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def write(page: Page, what: str, *, with_photo: bool = True) -> None:
    page.click("#here")
    expect(page.locator("#at")).to_contain_text("误差约 13 米")
    page.fill("[name=text]", what)
    if with_photo:
        page.set_input_files("#photo", photo())
        page.wait_for_selector("#photos img")
    page.click("#send")


def filed(engine: Engine, what: str) -> list[tuple[str, int]]:
    """(code, photos) of the cases with this text."""
    query = (
        "SELECT c.code, (SELECT count(*) FROM attachment a WHERE a.case_id = c.case_id)"
        ' FROM "case" c'
        " JOIN case_text t USING (case_id) WHERE t.body = :what"
    )
    with engine.connect() as conn:
        return [(str(code), int(n)) for code, n in conn.execute(text(query), {"what": what})]


def test_draft_written_without_a_network_arrives_once(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    write(page, MARK + "一")
    row = page.locator("#outbox li")
    expect(row).to_have_attribute("data-state", "waiting")
    expect(page.locator("#net")).to_contain_text("没有网络")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "onsite_offline_phone.png", full_page=True)
    assert filed(admin_engine, MARK + "一") == []
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row).to_have_attribute("data-state", "sent")
    expect(row.locator("a")).to_have_text(filed(admin_engine, MARK + "一")[0][0])
    page.evaluate("dispatchEvent(new Event('online'))")
    page.reload()
    page.wait_for_selector("#outbox")
    assert [n for _, n in filed(admin_engine, MARK + "一")] == [1]
    page.screenshot(path=SCREENSHOTS / "onsite_sent_phone.png", full_page=True)


def test_button_pressed_twice_files_one_case(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    page.click("#here")
    page.fill("[name=text]", MARK + "双")
    # two presses before the page has had time for anything
    page.evaluate(
        "() => { const form = document.querySelector('#onsite form');"
        " for (let i = 0; i < 2; i += 1)"
        " form.dispatchEvent(new Event('submit', { cancelable: true })); }"
    )
    expect(page.locator("#outbox li")).to_have_attribute("data-state", "sent")
    assert len(filed(admin_engine, MARK + "双")) == 1


def test_lost_answer_files_no_second_case_and_no_second_photo(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    what = MARK + "二"
    page.click("#here")
    page.fill("[name=text]", what)
    page.set_input_files("#photo", photo())
    page.wait_for_selector("#photos img")
    # the case and the photo arrive; whatever the server says to the photo is lost
    page.route("**/attachments", lambda route: (route.fetch(), route.abort())[1])
    page.click("#send")
    row = page.locator("#outbox li")
    expect(row.locator("a")).to_be_visible()
    expect(row).to_have_attribute("data-state", "waiting")
    assert [n for _, n in filed(admin_engine, what)] == [1]
    page.unroute("**/attachments")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(row).to_have_attribute("data-state", "sent")
    assert [n for _, n in filed(admin_engine, what)] == [1]
    # and once more with the answer to the case itself lost on the line
    line.loses_answers = True
    write(page, what + "又", with_photo=False)
    deadline = time.monotonic() + 15
    while not filed(admin_engine, what + "又") and time.monotonic() < deadline:
        page.wait_for_timeout(100)
        if page.locator("#outbox li[data-state=waiting]").count():
            break
    line.cut()
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox li[data-state=sent]")).to_have_count(2)
    assert len(filed(admin_engine, what + "又")) == 1


def test_page_opens_without_a_network_and_keeps_what_was_written(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    write(page, MARK + "三", with_photo=False)
    page.wait_for_selector("#outbox li[data-state=waiting]")
    page.reload()
    page.wait_for_selector("#onsite")
    expect(page.locator("#net")).to_contain_text("没有网络")
    expect(page.locator("#outbox li")).to_contain_text(MARK + "三")
    write(page, MARK + "四", with_photo=False)
    expect(page.locator("#outbox li")).to_have_count(2)
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outbox li[data-state=sent]")).to_have_count(2)
    assert len(filed(admin_engine, MARK + "三")) == len(filed(admin_engine, MARK + "四")) == 1


KEPT_FILES = """async () => (await (await caches.open("wangge-shell-1")).keys())
  .map((request) => new URL(request.url).pathname)"""
STORED = """async () => {
  const settled = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await settled(indexedDB.open(name));
    const rows = await settled(db.transaction("items").objectStore("items").getAll());
    const key = await settled(db.transaction("keys").objectStore("keys").get("key"));
    db.close();
    const decode = (bytes) => new TextDecoder("utf-8", { fatal: false }).decode(bytes);
    found.push({ name, extractable: key.extractable, ids: rows.map((r) => r.id),
      text: rows.map((r) => decode(r.sealed)).join() });
  }
  return found;
}"""


def test_nothing_readable_is_stored_and_sign_out_asks_then_wipes(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    write(page, MARK + "五", with_photo=False)
    page.wait_for_selector("#outbox li[data-state=waiting]")
    [vault] = page.evaluate(STORED)
    assert vault["extractable"] is False
    assert any(name.startswith("case-draft/") for name in vault["ids"])
    assert not any(part in vault["text"] for part in (MARK, "worker", "land", "text"))
    assert "worker" not in vault["name"]
    assert MARK not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    kept = page.evaluate(KEPT_FILES)
    assert kept
    assert all(path.startswith("/static/") or path == "/onsite" for path in kept)
    line.mend()
    page.route("**/api/cases", lambda route: route.abort())
    page.click("#leave")
    expect(page.locator("#unsent")).to_contain_text("还有 1 件登记没有送出")
    page.screenshot(path=SCREENSHOTS / "onsite_leave_phone.png")
    page.keyboard.press("Escape")
    assert page.locator("#outbox li").count() == 1
    page.click("#leave")
    page.click("#drop-unsent")
    page.wait_for_selector("#signin")
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == []
    assert filed(admin_engine, MARK + "五") == []


def test_what_is_over_its_time_is_gone(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    page.clock.install()
    write(page, MARK + "六", with_photo=False)
    page.wait_for_selector("#outbox li[data-state=waiting]")
    page.clock.set_fixed_time(page.evaluate("Date.now() + 7 * 86400000 + 1000"))
    page.evaluate(
        """async () => {
          const { openLastVault } = await import('/static/app/data/offline.js');
          (await openLastVault()).close();
        }"""
    )
    [vault] = page.evaluate(STORED)
    assert vault["ids"] == []


def test_refused_draft_says_why_and_stays(
    at_the_spot: Callable[..., Page], line: Line, admin_engine: Engine
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    write(page, MARK + "七" + "长" * 10, with_photo=False)
    page.wait_for_selector("#outbox li[data-state=waiting]")
    # as a phone with a wrong clock might have left it: of a day that is still to come
    page.evaluate(
        """async () => {
          const { openLastVault } = await import('/static/app/data/offline.js');
          const vault = await openLastVault();
          const [draft] = await vault.list('case-draft');
          draft.body.happened_on = '2999-01-01';
          await vault.put('case-draft', draft.key, draft, 7);
          vault.close();
        }"""
    )
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    row = page.locator("#outbox li")
    expect(row).to_have_attribute("data-state", "refused")
    expect(row.locator(".problem")).to_be_visible()
    assert filed(admin_engine, MARK + "七" + "长" * 10) == []


def test_account_that_follows_on_the_same_phone_sees_none_of_it(
    at_the_spot: Callable[..., Page], line: Line, open_desk: OpenDesk
) -> None:
    page = at_the_spot(line.base_url)
    line.cut()
    write(page, MARK + "八", with_photo=False)
    page.wait_for_selector("#outbox li[data-state=waiting]")
    line.mend()
    page.context.clear_cookies()  # the session is over, nobody signed out
    page.route("**/api/cases", lambda route: route.abort())
    page.reload()
    page.wait_for_selector("#signin")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#onsite")
    expect(page.locator("#outbox")).to_have_count(0)
    assert MARK not in page.content()


def test_targets_languages_and_keyboard(at_the_spot: Callable[..., Page], base_url: str) -> None:
    page = at_the_spot(base_url)
    expect(page.locator("#who-here .lead")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator("#view button, #view select, #view label.button, .p-nav a").evaluate_all(
        "nodes => nodes.filter((n) => n.offsetParent && n.getBoundingClientRect().height < 47.5)"
        ".map((n) => n.outerHTML)"
    )
    assert small == []
    page.screenshot(path=SCREENSHOTS / "onsite_phone.png", full_page=True)
    page.focus("#cross-map")
    before = page.locator("#at").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#at")).not_to_have_text(before)
    page.click("#lang")
    expect(page.locator("#title")).to_have_text("On the spot")


def test_service_worker_is_plain_and_serves_no_rows() -> None:
    worker = Path(__file__).resolve().parents[2] / "web_map" / "static" / "sw.js"
    source = worker.read_text("utf-8")
    assert "/api" not in source.split("const SHELL")[1]
