"""My account in a browser: password, leave, tokens, signing out everywhere; outside sign-in."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.builders import PASSWORD, Town, add_user
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, Watch, serve

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_PASSWORD = "另一句 合成 的长话 7"


def open_account(desk: Desk, login: str, password: str = PASSWORD) -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/account")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#me")
    return page


def can_sign_in(base_url: str, login: str, password: str) -> bool:
    answer = httpx.post(f"{base_url}/api/session", json={"login": login, "password": password})
    return answer.status_code == 200


@pytest.fixture(scope="module")
def people(admin_engine: Engine, town: Town) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "newword", "clerk")
        add_user(conn, town, "guest", "visitor")
        add_user(conn, town, "group", "party_leader")


@pytest.mark.usefixtures("people")
def test_password_is_changed_with_the_old_one_only(desk: Desk) -> None:
    desk.watch.may_refuse = True
    page = open_account(desk, "newword")
    form = page.locator("#password")

    def change(old: str, new: str, again: str) -> None:
        form.locator("[name=old]").fill(old)
        form.locator("[name=new]").fill(new)
        form.locator("[name=again]").fill(again)
        page.keyboard.press("Enter")

    change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x")
    expect(form.locator(".notice")).to_contain_text("不一样")
    change("not the old one", NEW_PASSWORD, NEW_PASSWORD)
    expect(form.locator(".problem")).to_contain_text("session.wrong_password")
    assert page.locator("#gate").is_hidden(), "a wrong old password is no end of the session"
    change(PASSWORD, NEW_PASSWORD, NEW_PASSWORD)
    expect(form.locator(".notice.good")).to_be_visible()
    assert can_sign_in(desk.base_url, "newword", NEW_PASSWORD)
    assert not can_sign_in(desk.base_url, "newword", PASSWORD)


def test_own_leave_is_taken_and_taken_back_by_keyboard(desk: Desk) -> None:
    page = open_account(desk, "worker")
    section = page.locator("#leave-own")
    first = datetime.datetime.now(SHANGHAI).date() + datetime.timedelta(days=30)
    last = first + datetime.timedelta(days=2)
    section.locator("[name=from]").fill(first.isoformat())
    section.locator("[name=to]").fill(last.isoformat())
    section.locator("[name=to]").press("Enter")
    row = section.locator(".p-list li")
    expect(row).to_contain_text(f"{first} 至 {last}")
    button = row.locator("button")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_contain_text("再按一次")
    page.keyboard.press("Enter")
    expect(section.locator(".empty")).to_be_visible()


def test_token_text_is_shown_once_copied_and_revoked(open_desk: OpenDesk) -> None:
    desk = open_desk(permissions=["clipboard-read", "clipboard-write"])
    page = open_account(desk, "admin")
    page.click("#make-token summary")
    page.fill("[name=token-name]", "合成对接程序")
    page.check("[name=verb][value='case.list']")
    page.click("#make-token button")
    secret = page.locator("#new-token").inner_text()
    page.click("#new-token-copy")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    program = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{desk.base_url}/api/cases", headers=program).status_code == 200
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "account_desk.png", full_page=True)
    page.reload()
    row = page.locator("#tokens li", has_text="合成对接程序")
    expect(row).to_contain_text("有效")
    assert secret not in page.content()
    row.locator("button").click()
    row.locator("button").click()
    expect(row).to_contain_text("已作废")
    expect(row.locator("button")).to_have_count(0)
    answer = httpx.get(f"{desk.base_url}/api/cases", headers=program)
    if answer.status_code == 200:  # a read may be answered from memory for a second
        page.wait_for_timeout(1100)
        answer = httpx.get(f"{desk.base_url}/api/cases", headers=program)
    assert answer.json()["code"] == "token.not_valid"


def test_signing_out_everywhere_ends_the_other_window_too(open_desk: OpenDesk) -> None:
    other = open_desk()
    other.watch.may_refuse = True
    elsewhere = open_account(other, "east")
    here = open_desk()
    page = open_account(here, "east")
    page.click("#sign-out-everywhere")
    page.click("#sign-out-everywhere")
    page.wait_for_selector("#signin")
    elsewhere.locator("#leave-own [name=to]").press("Enter")  # a write is refused at once
    elsewhere.wait_for_selector("#signin")


@pytest.mark.usefixtures("people")
def test_one_sign_in_is_ended_from_another_window(open_desk: OpenDesk) -> None:
    other = open_desk()
    other.watch.may_refuse = True
    elsewhere = open_account(other, "guest")
    page = open_account(open_desk(width=390, height=844), "guest")
    rows = page.locator("#sessions li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("这里")
    expect(rows.first.locator("button")).to_have_count(0)
    page.screenshot(path=SCREENSHOTS / "account_sessions_phone.png", full_page=True)
    button = rows.last.locator("button")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    elsewhere.locator("#password [name=old]").fill(PASSWORD)
    elsewhere.locator("#password [name=new]").fill(NEW_PASSWORD)
    elsewhere.locator("#password [name=again]").fill(NEW_PASSWORD)
    elsewhere.keyboard.press("Enter")  # a write is refused at once
    elsewhere.wait_for_selector("#signin")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("login", "sections"),
    [
        ("guest", {"me", "password", "sessions"}),
        ("group", {"me", "password", "sessions", "leave-own", "tokens"}),
        ("clerk", {"me", "password", "sessions", "leave-own", "tokens"}),
    ],
)
def test_every_role_has_the_page_with_what_it_may(
    open_desk: OpenDesk, login: str, sections: set[str]
) -> None:
    page = open_account(open_desk(), login)
    found = page.locator(".p-card").evaluate_all("cards => cards.map((card) => card.id)")
    assert set(found) == sections
    assert page.locator("#make-token").count() == 0


def test_phone_has_wide_targets_and_both_languages(open_desk: OpenDesk) -> None:
    page = open_account(open_desk(width=390, height=844), "worker")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "account_phone.png", full_page=True)
    small = page.locator("#view button, #view input, .p-nav a, .p-end button").evaluate_all(
        "nodes => nodes.filter((n) => n.offsetParent && n.getBoundingClientRect().height < 44)"
        ".map((n) => n.outerHTML)"
    )
    assert small == []
    page.click("#lang")
    expect(page.locator("#title")).to_have_text("My account")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_books_of_the_plain_pages_agree(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base_url}/account")
    app = Path(__file__).resolve().parents[2] / "web_map" / "static" / "app" / "pages"
    for path in sorted(app.glob("*_words.js")):
        books: dict[str, dict[str, str]] = page.evaluate(
            f"import('/static/app/pages/{path.name}').then((m) => m.books ?? m.words)"
        )
        assert books["zh"].keys() == books["en"].keys(), path.name
        gaps = {
            key: [set(gap_names(books[lang][key])) for lang in ("zh", "en")] for key in books["zh"]
        }
        assert [key for key, (zh, en) in gaps.items() if zh != en] == [], path.name
        assert [k for lang in books for k, text in books[lang].items() if not text.strip()] == []


def gap_names(text: str) -> Iterator[str]:
    for part in text.split("{")[1:]:
        yield part.split("}")[0]


def test_outside_sign_in_is_offered_where_it_is_set_up_and_leads_to_the_map(
    app_url: str, town: Town, tmp_path_factory: pytest.TempPathFactory, iam_server: Any,
    browser: Any,
) -> None:  # fmt: skip
    provider = {
        "oidc_issuer": iam_server.url.rstrip("/"),
        "oidc_client_id": "wangge-page",
        "oidc_client_secret": "synthetic client secret",
    }
    with serve(app_url, tmp_path_factory.mktemp("var"), **provider) as address:
        with iam_server.app.app_context():
            made = iam_server.models.Client(
                client_id="wangge-page", client_secret="synthetic client secret",
                client_name="wangge",
                client_id_issued_at=datetime.datetime.now(datetime.UTC),
                redirect_uris=[f"{address}/api/oidc/callback"], response_types=["code"],
                grant_types=["authorization_code"],
                token_endpoint_auth_method="client_secret_basic",
                scope=["openid", "profile", "email"],
            )  # fmt: skip
            iam_server.backend.save(made)
            made.audience = [made]
            iam_server.backend.save(made)
        user = iam_server.random_user(user_name="clerk", display_name="clerk")
        iam_server.login(user)
        iam_server.consent(user)
        # a browser may keep a spare connection open: the provider must still answer others
        spare = socket.create_connection(("127.0.0.1", iam_server.port))
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        watch = Watch(address, also=(iam_server.url.rstrip("/"),))
        watch.follow(page)
        page.goto(f"{address}/")
        expect(page.locator("#signin-oidc")).to_have_text("用统一身份认证登录")
        page.click("#signin-oidc")
        page.wait_for_selector("#case-count")
        expect(page.locator("#user .login")).to_have_text("clerk")
        context.close()
        spare.close()
        assert watch.faults == []
