"""The page behind an invitation, on a phone: choose a password, and sign in with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine

from gis_api.actions.invite import Wanted, invite
from gis_api.db.engine import SYSTEM
from tests.builders import Town
from tests.web.conftest import SCREENSHOTS, OpenDesk

CHOSEN = "a phrase of my own"


@pytest.fixture(scope="module")
def link(engine: Engine, town: Town) -> str:
    wanted = Wanted("synthetic.invited", "clerk", town.codes["w"])
    return invite(engine, SYSTEM, wanted).link


def test_password_is_chosen_once_and_the_secret_leaves_the_address_bar(
    open_desk: OpenDesk, link: str
) -> None:
    desk = open_desk(width=390, height=844)
    desk.watch.may_refuse = True
    page = desk.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(desk.base_url + link)
    expect(page.locator("#password")).to_be_visible()
    secret = link.split("#")[1]
    assert page.url == f"{desk.base_url}/invitation"
    page.fill("#password", CHOSEN)
    page.fill("#again", "something else")
    page.click("button")
    expect(page.locator("#told")).to_contain_text("不一样")
    page.fill("#password", "aaaaaaaaaaaa")
    page.fill("#again", "aaaaaaaaaaaa")
    page.click("button")
    expect(page.locator("#told")).not_to_contain_text("不一样")
    expect(page.locator("#choose")).to_be_visible()
    page.fill("#password", CHOSEN)
    page.fill("#again", CHOSEN)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "invitation-390.png")
    page.click("button")
    expect(page.locator("#told")).to_contain_text("synthetic.invited")
    expect(page.locator("#choose")).to_be_hidden()
    assert not any(secret in url for url in asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.sign_in("synthetic.invited", password=CHOSEN)

    page.goto(desk.base_url + link)
    page.fill("#password", CHOSEN)
    page.fill("#again", CHOSEN)
    page.click("button")
    expect(page.locator("#choose")).to_be_hidden()
    expect(page.locator("#told")).to_contain_text("72")


def test_link_without_its_secret_says_so(open_desk: OpenDesk) -> None:
    desk = open_desk(width=390, height=844)
    desk.page.goto(f"{desk.base_url}/invitation")
    expect(desk.page.locator("#told")).to_contain_text("完整的邀请链接")
    expect(desk.page.locator("#choose")).to_be_hidden()
