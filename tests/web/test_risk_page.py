"""The risk page in Chromium: hot spot → counts → shuffle → "cannot tell", on a small stand-in."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from gis_api.actions.risk_look import AskedLook, look
from gis_api.db.engine import Actor, Scope
from tests.builders import MICRO_CELLS, SIDE, Town, add_user
from tests.web.conftest import SCREENSHOTS, Desk

# lattice of the stand-in: cases by micro grid; the south west has more than its households explain
CASES = {"ws1": 22, "ws2": 18, "wn1": 3, "en1": 2, "es2": 2}


@pytest.fixture(scope="module")
def looked(town: Town, engine: Engine, admin_engine: Engine) -> Town:
    """Households and cases of a year, looked at as every night."""
    lot = random.Random(3)

    def near(cell: str) -> dict[str, float]:
        x, y = town.centre_of(cell)
        return {"x": x + lot.uniform(-0.4, 0.4) * SIDE, "y": y + lot.uniform(-0.4, 0.4) * SIDE}

    with admin_engine.begin() as conn:
        add_user(conn, town, "centre", "centre")
        for cell in MICRO_CELLS:
            for _ in range(30):
                conn.execute(
                    text("INSERT INTO household (geom, cell_id, scope_key) VALUES"
                         " (ST_SetSRID(ST_MakePoint(:x, :y), 4490), :cell, :key)"),
                    near(cell) | {"cell": town.cells[cell], "key": town.scope_keys[cell]},
                )  # fmt: skip
        for cell, count in CASES.items():
            for number in range(count):
                conn.execute(
                    text(
                        'INSERT INTO "case" (code, kind, source, happened_on, registered_at,'
                        " registered_by, place_kind, how, geom, accuracy_m, grid_version_id,"
                        " scope_key, access_key, why) VALUES (:code, 'land', 'visit',"
                        " today() - 100, now() - interval '95 days', 0, 'point', 'inside',"
                        " ST_SetSRID(ST_MakePoint(:x, :y), 4490), 20, :version, :key, :key, '{}')"
                    ),
                    near(cell) | {
                        "code": f"R-{cell}-{number}", "version": town.grid_version_id,
                        "key": town.scope_keys[cell],
                    },
                )  # fmt: skip
    asked = AskedLook(groups=("all", "mining_land"), maps=199, months=(12,))
    look(engine, Actor(town.users["clerk"], "centre", Scope.whole()), asked, purpose="nightly")
    return town


def open_risk(desk: Desk, mode: str = "") -> None:
    desk.page.goto(f"{desk.base_url}/risk{mode}")
    desk.page.fill("[name=login]", "centre")
    desk.page.fill("[name=password]", "synthetic pass phrase")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("#map-card .rk-picture")


def test_from_the_hot_spot_to_counts_shuffle_and_cannot_tell(
    looked: Town, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk()
    page = desk.page
    open_risk(desk)
    hot = looked.codes["ws"]
    assert "rk-clearly_higher" in (page.get_attribute(f'[data-code="{hot}"]', "class") or "")
    # what cannot be told stands in the same list and as a sentence of its own
    assert page.inner_text(".rk-cannot b").startswith("4 个网格中有")
    assert "截至" in page.inner_text("#as-of")
    page.keyboard.press("Tab")
    page.click(f'[data-cell="{hot}"]')
    told = page.inner_text("#told")
    assert "12 个月内 40 件；按户数 64 推算应有" in told
    assert "倍（90 % 区间）" in told
    assert page.evaluate("document.activeElement.id") == "told"
    page.click("#back")
    page.click("#shuffle-go")
    page.wait_for_selector(".rk-chance")
    assert page.locator(".rk-chance").count() == 5
    assert "张随机图里有" in page.inner_text("#shuffle")
    page.click('[data-pick="scale-h3"]')
    page.wait_for_selector('[data-pick="scale-h3"][aria-pressed="true"]')
    assert page.locator("#map-card .rk-cell").count() > 6
    page.click('[data-pick="scale-base"]')
    page.wait_for_selector('[data-pick="scale-base"][aria-pressed="true"]')
    page.check("#public")
    page.wait_for_function("() => document.querySelector('#public')?.checked")
    page.click(f'#map-card [data-code="{looked.codes["en"]}"]')
    assert "公开版不显示少于 5 件的数" in page.inner_text("#told")


@pytest.mark.parametrize("form", ["pdf", "xlsx", "html", "json"])
def test_the_map_is_carried_away_in_every_form(
    looked: Town, open_desk: Callable[..., Desk], form: str
) -> None:
    desk = open_desk()
    open_risk(desk)
    with desk.page.expect_download() as saved:
        desk.page.click(f"#take-{form}")
    assert saved.value.suggested_filename.endswith(f".{form}")
    head = {"pdf": b"%PDF", "xlsx": b"PK", "html": b"<!", "json": b"{"}[form]
    assert saved.value.path().read_bytes().lstrip().startswith(head)


@pytest.mark.parametrize(("name", "width", "height"), [("desk", 1920, 1080), ("phone", 390, 844)])
def test_nothing_sticks_out_and_every_cell_is_reached_by_keyboard(
    looked: Town, open_desk: Callable[..., Desk], name: str, width: int, height: int
) -> None:
    desk = open_desk(width=width, height=height)
    page = desk.page
    open_risk(desk)
    page.click("#shuffle-go")
    page.wait_for_selector(".rk-chance")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"risk-{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("details.p-wide summary")
    page.focus(f'[data-row="{looked.codes["en"]}"]')
    page.keyboard.press("Enter")
    assert "无法判断" in page.inner_text("#told")
    assert page.evaluate("document.activeElement.id") == "told"
    page.screenshot(path=SCREENSHOTS / f"risk-{name}-cell.png")


def open_wall(desk: Desk, rest: str = "") -> None:
    desk.page.goto(f"{desk.base_url}/?mode=wall&pitch=1.13&dist=5{rest}")
    desk.page.fill("[name=login]", "centre")
    desk.page.fill("[name=password]", "synthetic pass phrase")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("body[data-ready=yes]")


def test_the_wall_tells_risk_hot_spot_by_hot_spot(
    looked: Town, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(width=1920, height=1080)
    page = desk.page
    open_wall(desk)
    page.keyboard.press("r")
    page.wait_for_selector("#risk .rk-picture")
    assert page.inner_text("[data-risk=clearly_higher] .w-number") == "1"
    assert "4 个网格中有" in page.inner_text("#risk-told .w-cannot")
    assert "截至" in page.inner_text("#risk-as-of")
    sizes = page.evaluate(
        "[...document.querySelectorAll('#risk *')].filter((n) => n.getClientRects().length &&"
        " [...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim()))"
        ".map((n) => parseFloat(getComputedStyle(n).fontSize))"
    )
    assert len(sizes) > 20
    assert min(sizes) >= 16 * 5000 * 0.000290888 / 1.13 - 0.1
    page.screenshot(path=SCREENSHOTS / "risk-wall.png")
    page.keyboard.press("1")
    told = page.inner_text("#risk-told")
    assert "12 个月内 40 件；按户数 64 推算应有" in told
    assert "199 张随机图里，有这样强聚集的：不到 1 张" in told
    page.screenshot(path=SCREENSHOTS / "risk-wall-spot.png")
    page.keyboard.press("x")
    page.wait_for_function(
        "() => document.querySelector('#risk-title').textContent.startsWith('随机图')"
    )
    page.screenshot(path=SCREENSHOTS / "risk-wall-chance.png")
    page.keyboard.press("e")
    page.wait_for_function(
        "() => document.querySelector('#risk-title').textContent.startsWith('Chance')"
    )
    page.keyboard.press("e")
    page.keyboard.press("g")
    page.wait_for_function("() => location.hash.includes('risk=mining_land.12')")
    address = page.url[page.url.index("#") :]
    page.keyboard.press("Escape")
    page.wait_for_selector("#figures .w-number")
    assert "risk=" not in page.url
    other = open_desk(width=1920, height=1080)
    open_wall(other, address)
    other.page.wait_for_selector("#risk .rk-picture")
    assert "近 12 个月" in other.page.inner_text("#risk-title")


def test_the_tour_of_the_wall_goes_over_hot_spots_chance_and_cannot_tell(
    looked: Town, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(width=1920, height=1080)
    page = desk.page
    page.clock.install()
    open_wall(desk)
    page.click("#risk-open")
    page.wait_for_selector("#risk .rk-picture")
    page.keyboard.press("t")
    heads = []
    spots = page.locator("[data-spot]").count()
    for _ in range(spots + 2):
        page.wait_for_timeout(150)
        heads.append(page.inner_text("#risk-told h2 >> nth=0"))
        page.clock.run_for(12_000)
    assert heads[0] == page.locator("[data-spot='0']").inner_text()
    assert heads[spots:] == ["碰运气会是什么样", "一共 47 件"]
    page.keyboard.press("q")
    assert "巡览" not in page.inner_text("#risk-as-of")


def test_a_visitor_has_no_risk_on_the_wall(looked: Town, open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(width=1920, height=1080)
    open_wall(desk, "&visitor=true")
    desk.page.keyboard.press("r")
    assert not desk.page.is_visible("#risk-open")
    assert not desk.page.is_visible("#risk")


def test_before_the_first_look_the_page_says_so(open_desk: Callable[..., Desk], looked: Town,
                                                admin_engine: Engine) -> None:  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM risk_run"))
    desk = open_desk()
    desk.page.goto(f"{desk.base_url}/risk")
    desk.page.fill("[name=login]", "centre")
    desk.page.fill("[name=password]", "synthetic pass phrase")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("#no-look")
    assert desk.page.is_visible("#look-now")
