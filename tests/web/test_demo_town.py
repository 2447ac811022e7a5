"""The demo town 纳日松 (合成数据) as people see it; each view is kept in var/screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from gis_api.actions.load_demo import SignIn, load_demo
from layers.demo.generate import generate
from layers.demo.places import get_place
from layers.demo.town import DemoTown
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, serve
from tests.web.test_map_page import overlaps

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Demo:
    """The town as generated, and who may sign in."""

    town: DemoTown
    sign_ins: list[SignIn]

    def account(self, role: str) -> SignIn:
        return next(one for one in self.sign_ins if one.role == role)


@pytest.fixture(scope="module")
def demo(admin_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Narisong in the module's own database, by the loader that ``wangge demo`` uses."""
    place = get_place("narisong")
    town = generate(place)
    loaded = load_demo(
        admin_engine, town, village_rank=place.village_rank,
        var_dir=tmp_path_factory.mktemp("demo"),
    )  # fmt: skip
    return Demo(town, loaded.sign_ins)


@pytest.fixture(scope="module")
def base_url(app_url: str, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on the demo town instead of the small one."""
    with serve(app_url, tmp_path_factory.mktemp("var")) as address:
        yield address


def picture(page: Page, name: str) -> None:
    """Keep a picture of the view; it must not be empty."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    assert len(page.screenshot(path=path)) > 20_000


def sign_in(desk: Desk, demo: Demo, role: str = "clerk", hash_: str = "") -> Page:
    account = demo.account(role)
    page = desk.sign_in(account.login, hash_, account.password)
    page.wait_for_selector(".case-table")
    desk.settle()
    return page


def quiet_spot(demo: Demo) -> tuple[str, str, float, float]:
    """(code, name, lng, lat) of the micro grid whose inside is farthest from any case."""
    cells = demo.town.cells[demo.town.cells["rank"] == 4]
    cases = shapely.MultiPoint(demo.town.cases[["lng", "lat"]].dropna().to_numpy())
    spots = [
        (shapely.distance(shapely.point_on_surface(cell.geom), cases), cell.code, cell.geom)
        for cell in cells.itertuples()
    ]
    _, code, geom = max(spots, key=lambda spot: (spot[0], spot[1]))
    point = shapely.point_on_surface(geom)
    name = str(cells.loc[cells["code"] == code, "name"].iloc[0])
    return code, name, point.x, point.y


def test_the_story_on_a_desk_of_1920(open_desk: OpenDesk, demo: Demo) -> None:
    desk = open_desk(1920, 1080)
    desk.page.goto(desk.base_url + "/")
    desk.page.wait_for_selector("#signin")
    picture(desk.page, "1-sign-in-1920")
    page = sign_in(desk, demo)
    located = int(demo.town.cases["lng"].notna().sum())
    assert int(page.locator("#case-count").inner_text()) == located
    picture(page, "2-desk-1920")

    code, name, lng, lat = quiet_spot(demo)
    desk.ask_at(lng, lat)
    expect(page.locator("#path dd span").first).to_have_text(name)
    expect(page.locator("#path dd code").first).to_have_text(code)
    expect(page.locator("#lead .lead-name")).not_to_be_empty()
    desk.settle()
    picture(page, "3-who-is-responsible-1920")

    page.click("#file-here")
    page.fill("#case-text", "两户草场围栏互相越界约三米（合成数据）")
    picture(page, "4-file-a-case-1920")
    page.click("#file-case")
    page.wait_for_selector("#filed")
    filed = page.locator("#filed .big-code").inner_text()
    expect(page.locator(f"tr[data-code='{filed}']")).to_contain_text(name)
    desk.settle()
    picture(page, "5-filed-1920")


def test_a_laptop_of_1366_in_both_languages(open_desk: OpenDesk, demo: Demo) -> None:
    desk = open_desk(1366, 768)
    page = sign_in(desk, demo, hash_="#&level=4")
    picture(page, "6-micro-grids-1366")
    page.locator(".code-button").nth(2).click()
    page.wait_for_selector("#history")
    desk.settle()
    picture(page, "7-case-1366")
    page.click("#lang")
    desk.settle()
    picture(page, "8-case-english-1366")
    for level in ("2", "3", "4"):
        page.click(f"#levels [data-level='{level}']")
        desk.settle()
        boxes = page.evaluate(
            "[...document.querySelectorAll('.cell-label')].map((n) => n.getBoundingClientRect())"
            ".map((b) => [b.left, b.top, b.right, b.bottom])"
        )
        assert len(boxes) >= 10
        assert list(overlaps(boxes)) == []


def test_a_phone_in_the_field(open_desk: OpenDesk, demo: Demo) -> None:
    desk = open_desk(390, 844, has_touch=True, is_mobile=True, device_scale_factor=2)
    page = sign_in(desk, demo)
    picture(page, "9-phone-list-390")
    page.tap("[data-tab-to=map]")
    desk.settle()
    picture(page, "10-phone-map-390")
    _, name, lng, lat = quiet_spot(demo)
    page.touchscreen.tap(*desk.pixel_of(lng, lat))
    expect(page.locator("#path dd span").first).to_have_text(name)
    picture(page, "11-phone-answer-390")
    page.tap("#file-here")
    desk.settle()
    picture(page, "12-phone-form-390")


def test_the_printed_page_has_the_map_the_legend_and_what_it_is_worth(
    open_desk: OpenDesk, demo: Demo, tmp_path: Path
) -> None:
    desk = open_desk(1366, 768)
    page = sign_in(desk, demo)
    page.click("[data-only=open]")
    desk.settle()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#print-foot")).to_contain_text("边界仅供示意")
    expect(page.locator("#print-foot")).to_contain_text("合成数据")
    desk.settle()
    picture(page, "13-print-top")
    pdf = page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")


def test_a_village_leader_starts_with_the_own_village(open_desk: OpenDesk, demo: Demo) -> None:
    page = sign_in(open_desk(1366, 768), demo, role="village_leader")
    everything = int(demo.town.cases["lng"].notna().sum())
    assert 0 < int(page.locator("#case-count").inner_text()) < everything


def test_the_wall_from_the_town_down_to_a_micro_grid(open_desk: OpenDesk, demo: Demo) -> None:
    desk = open_desk(1920, 1080)
    page = desk.page
    account = demo.account("centre")
    page.goto(f"{desk.base_url}/?mode=wall&pitch=1.13&dist=5")
    page.fill("[name=login]", account.login)
    page.fill("[name=password]", account.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready=yes]")
    desk.settle()
    picture(page, "wall-1-town-1920")
    known = int(page.locator("[data-figure=open] .w-number").inner_text())
    for level in (2, 3, 4):
        before = page.locator(".w-path button").count()
        page.keyboard.press("1")
        expect(page.locator(".w-path button")).to_have_count(before + 1)
        below = int(page.locator("[data-figure=open] .w-number").inner_text())
        assert 0 < below <= known
        known = below
        desk.settle()
        picture(page, f"wall-{level}-1920")
    expect(page.locator("#chosen [data-case]")).to_have_count(min(known, 9))
