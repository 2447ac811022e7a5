"""Every page by axe-core against WCAG 2.2 A and AA, in both sizes; and at 200 % text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.builders import PASSWORD, Town, add_user
from tests.db.members.people import add_party
from tests.web.conftest import OpenDesk
from web_map.plain_pages import TITLES

AXE = Path(__file__).resolve().parents[2] / "web_map" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DRAWN = "#view > :not(.loading)"
# Page → (login, what says that it stands); every plain page is here, which a test below demands.
PAGES: dict[str, tuple[str, str]] = {
    "/": ("clerk", "#case-count"),
    "/?mode=wall": ("chief", "#figures > *"),
    "/members": ("ls", "main"),
    "/audit": ("controller", "main"),
    "/account": ("clerk", "#me"),
    "/upkeep": ("admin", "#view .p-card"),
    "/case": ("clerk", "#view form, #view .p-card, #view .empty"),
    "/import": ("admin", "#view .p-card"),
    "/desk": ("clerk", "#intake"),
    "/onsite": ("worker", "#onsite"),
    "/registers": ("clerk", DRAWN),
    "/reports": ("clerk", DRAWN),
    "/queue": ("clerk", DRAWN),
    "/risk": ("chief", DRAWN),
    "/land": ("surveyor", DRAWN),
    "/land-field": ("surveyor", DRAWN),
    "/trace": ("drawer", DRAWN),
    "/redraw": ("drawer", DRAWN),
}
SIZES = {"desk": (1366, 768), "phone": (390, 844)}


@cache
def axe_source() -> str:
    return AXE.read_text("utf-8")


@pytest.fixture(scope="module")
def people(admin_engine: Engine, town: Town) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "chief", "centre")
        add_party(conn, town)
        add_user(conn, town, "controller", "auditor")
        add_user(conn, town, "surveyor", "investigator")
        add_user(conn, town, "drawer", "planner")


def opened(open_desk: OpenDesk, path: str, size: str) -> Page:
    width, height = SIZES[size]
    desk = open_desk(width=width, height=height)
    login, stands = PAGES[path]
    page = desk.page
    page.goto(f"{desk.base_url}{path}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#signin", state="detached")
    page.wait_for_selector(stands)
    page.wait_for_timeout(300)
    return page


def violations(page: Page) -> list[str]:
    page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", LEVELS
    )
    return [
        f"{item['id']} ({item['impact']}): {node['target']} {node['html'][:140]}"
        for item in found["violations"]
        for node in item["nodes"]
    ]


def test_every_plain_page_is_looked_at() -> None:
    assert {f"/{name.replace('_', '-')}" for name in TITLES} <= set(PAGES)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_barrier_that_axe_finds(open_desk: OpenDesk, path: str, size: str) -> None:
    if path == "/?mode=wall" and size == "phone":
        path = "/"  # a wall is no phone; the phone's map is looked at instead
    assert violations(opened(open_desk, path, size)) == []


def test_sign_in_has_no_barrier_that_axe_finds(open_desk: OpenDesk) -> None:
    desk = open_desk()
    desk.page.goto(desk.base_url)
    desk.page.wait_for_selector("#signin")
    assert violations(desk.page) == []


def test_axe_sees_a_barrier(open_desk: OpenDesk) -> None:
    """The check itself can fail: a picture without words and grey on grey are found."""
    page = open_desk().page
    page.goto("about:blank")
    page.set_content(
        "<html lang='zh-CN'><title>合成</title><main><img src='data:,'>"
        "<p style='color:#aaa;background:#bbb'>合成文字</p></main></html>"
    )
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "color-contrast" in found


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("path", [path for path in PAGES if path != "/" and "wall" not in path])
def test_page_can_be_read_at_twice_the_text_size(open_desk: OpenDesk, path: str) -> None:
    page = opened(open_desk, path, "desk")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(200)
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll("body *")]
          .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
          .map((node) => node.outerHTML.slice(0, 100))"""
    )
    assert wide == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll("button, a, label, h1, h2")]
          .filter((node) => node.offsetParent && getComputedStyle(node).overflow === "hidden"
            && node.scrollHeight > node.clientHeight + 2 && !node.classList.contains("unseen"))
          .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert cut == []


@pytest.mark.usefixtures("people")
def test_desk_can_be_read_at_twice_the_text_size(open_desk: OpenDesk, town: Town) -> None:
    """With the panel open too, nothing of bar, list or panel leaves a window of 1366 × 768."""
    desk = open_desk()
    page = desk.sign_in()
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    outside = """() => [...document.querySelectorAll(".bar *, .side *, .panel *, .levels *")]
      .filter((node) => node.checkVisibility() && !node.closest(".unseen, .skip"))
      .filter((node) => { const box = node.getBoundingClientRect();
        return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1); })
      .map((node) => node.outerHTML.slice(0, 100))"""
    page.wait_for_timeout(300)
    assert page.evaluate(outside) == []
    bar = page.locator(".bar").bounding_box()
    assert bar
    assert bar["height"] < 768 / 3
    lng, lat = town.centre_of("ws1")
    desk.ask_at(lng, lat)
    page.wait_for_timeout(300)
    assert page.evaluate(outside) == []
    expect(page.locator("#file-here")).to_be_visible()
    expect(page.locator("#sign-out")).to_be_in_viewport()


@pytest.mark.usefixtures("people")
def test_map_can_be_used_at_twice_the_size(open_desk: OpenDesk) -> None:
    """The browser's zoom of 200 % on a window of 1366 × 768."""
    desk = open_desk(width=683, height=384, device_scale_factor=2)
    page = desk.sign_in()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#case-count")).to_be_visible()
