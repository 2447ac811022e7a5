"""The ten-minute tour of docs/guides/十分钟导览.md over the five demo places, walked step by step.

Xilingol is made here with its real counties, towns and villages but fewer micro units and
households than the league has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from gis_api.actions.load_demo import SignIn, load_demo
from gis_api.actions.risk_look import AskedLook, look
from gis_api.db.cluster_databases import ServerAddress, clone_database, drop_database
from gis_api.db.engine import SYSTEM, Actor, Scope, make_engine
from layers.demo.generate import generate
from layers.demo.places import DemoPlace, get_place
from layers.demo.town import DemoTown
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, serve

pytestmark = pytest.mark.browser

PLACES: dict[str, DemoPlace] = {
    "narisong": replace(get_place("narisong"), households=2000),
    "dalu": replace(get_place("dalu"), households=2000),
    "hongshaba": replace(get_place("hongshaba"), households=2000),
    "guannan": replace(get_place("guannan"), households=6000),
    "xilingol": replace(
        get_place("xilingol"), numbered=(1300, 2600), leaves=9000, households=6000,
        party_groups=1200, cases=500,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One demo place, served."""

    place: DemoPlace
    town: DemoTown
    base_url: str
    sign_ins: list[SignIn]
    app_url: str
    admin_url: str

    def account(self, role: str) -> SignIn:
        return next(one for one in self.sign_ins if one.role == role)

    def middle_of(self, code: str) -> tuple[float, float]:
        row = self.town.cells.loc[self.town.cells["code"] == code].iloc[0]
        point = shapely.point_on_surface(row.geom)
        return point.x, point.y


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, server: ServerAddress, template_database: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Visit]:  # fmt: skip
    """A demo place in a database of its own, by the loader that ``wangge demo`` uses."""
    place = PLACES[request.param]
    name = f"wangge_t{os.getpid()}_tour_{place.id}"
    clone_database(server, template_database, name)
    town = generate(place)
    admin = create_engine(server.admin_url(name), connect_args={"prepare_threshold": None})
    var = tmp_path_factory.mktemp(place.id)
    loaded = load_demo(admin, town, village_rank=place.village_rank, var_dir=var)
    admin.dispose()
    with serve(server.app_url(name), var) as address:
        yield Visit(
            place, town, address, loaded.sign_ins, server.app_url(name), server.admin_url(name)
        )
    drop_database(server, name)


@pytest.fixture
def base_url(visit: Visit) -> str:
    """The windows of a step close before its place does."""
    return visit.base_url


def enter(open_desk: OpenDesk, visit: Visit, role: str, path: str = "/") -> Desk:
    desk = open_desk(1920, 1080)
    account = visit.account(role)
    page = desk.page
    page.goto(visit.base_url + path)
    page.fill("[name=login]", account.login)
    page.fill("[name=password]", account.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#signin", state="detached")
    return desk


def on_map(open_desk: OpenDesk, visit: Visit) -> Desk:
    desk = enter(open_desk, visit, "clerk")
    desk.page.wait_for_selector(".case-table")
    desk.settle()
    return desk


def keep(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"tour-{name}.png")


def ask_in(desk: Desk, visit: Visit, rank: int) -> None:
    """Click the middle of the largest cell of a level; its officer and the reason are told."""
    cells = visit.town.cells[visit.town.cells["rank"] == rank]
    code = cells.loc[cells["geom"].map(shapely.area).idxmax(), "code"]
    desk.ask_at(*visit.middle_of(code))
    page = desk.page
    expect(page.locator("#path dd code", has_text=code)).to_have_count(1)
    expect(page.locator("#lead")).not_to_be_empty()
    expect(page.locator("#why")).not_to_be_empty()


@pytest.mark.parametrize("visit", ["narisong"], indirect=True)
def test_step_1_mining_town_who_is_responsible_and_a_case_filed(
    open_desk: OpenDesk, visit: Visit
) -> None:
    desk = on_map(open_desk, visit)
    page = desk.page
    ask_in(desk, visit, 4)
    keep(page, "1-narisong")
    page.click("#file-here")
    page.fill("#case-text", "运煤道路扬尘（合成数据）")
    page.click("#file-case")
    code = page.locator("#filed .big-code").inner_text()
    expect(page.locator(f"tr[data-code='{code}']")).to_be_visible()


@pytest.mark.parametrize("visit", ["dalu"], indirect=True)
def test_step_2_dalu_levels_1_15_146_then_officer_and_why(
    open_desk: OpenDesk, visit: Visit
) -> None:
    desk = on_map(open_desk, visit)
    page = desk.page
    for rank, count in ((1, 1), (2, 15), (3, 146)):
        assert int((visit.town.cells["rank"] == rank).sum()) == count
        button = page.locator(f"#levels [data-level='{rank}']")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_contain_text(str(count))
    ask_in(desk, visit, 3)
    keep(page, "2-dalu")


@pytest.mark.parametrize("visit", ["hongshaba"], indirect=True)
def test_step_3_hongshaba_open_cases_and_one_of_them(open_desk: OpenDesk, visit: Visit) -> None:
    desk = on_map(open_desk, visit)
    page = desk.page
    page.click("[data-only=open]")
    desk.settle()
    page.locator(".code-button").first.click()
    page.wait_for_selector("#history")
    keep(page, "3-hongshaba")


@pytest.mark.parametrize("visit", ["guannan"], indirect=True)
def test_step_4_guannan_a_case_on_the_map(open_desk: OpenDesk, visit: Visit) -> None:
    desk = on_map(open_desk, visit)
    page = desk.page
    button = page.locator(".code-button").first
    code = button.inner_text()
    button.click()
    page.wait_for_selector("#history")
    assert f"sel=case:{code}" in page.url
    keep(page, "4-guannan")


@pytest.mark.parametrize("visit", ["xilingol"], indirect=True)
def test_step_5_xilingol_wall_banner_village_micro_unit(open_desk: OpenDesk, visit: Visit) -> None:
    desk = enter(open_desk, visit, "centre", "/?mode=wall")
    page = desk.page
    page.wait_for_selector("body[data-ready=yes]")
    expect(page.locator(".w-path button")).to_have_count(1)
    keep(page, "5a-league")
    names = {row.code: row.name for row in visit.town.cells.itertuples()}
    for depth, rank in enumerate((2, 3, 4, 5, 6), start=2):
        page.keyboard.press("1")
        expect(page.locator(".w-path button")).to_have_count(depth)
        code = page.evaluate(
            "new URLSearchParams(location.hash.split('&').slice(1).join('&')).get('cell')"
        )
        assert int(visit.town.cells.loc[visit.town.cells["code"] == code, "rank"].iloc[0]) == rank
        expect(page.locator(".w-path button").last).to_have_text(names[code])
        desk.settle()
        keep(page, f"5{'abcdef'[depth - 1]}-rank-{rank}")
    page.keyboard.press("Escape")
    expect(page.locator(".w-path button")).to_have_count(5)
    page.keyboard.press("0")
    expect(page.locator(".w-path button")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.locator(".w-path button")).to_have_count(2)
    county = page.evaluate("/cell=([^&]+)/.exec(location.hash)[1]")
    walk_risk(page, plant_a_hot_spot(visit, county))


def plant_a_hot_spot(visit: Visit, county: str) -> str:
    """As many households in a county as the league has, forty more cases of the last months in its
    fullest base grid, then a look as at night; the name of the grid."""
    cells = visit.town.cells.set_index("key")
    grids = cells["parent_key"].loc[visit.town.households["micro_key"]].to_numpy()
    inside = cells["code"].loc[grids].str.startswith(county).to_numpy()
    fullest = int(pd.Series(grids[inside]).mode().iloc[0])
    homes = visit.town.households.loc[grids == fullest, ["lng", "lat"]]
    points = pd.concat([homes] * 40).head(40)
    admin = create_engine(visit.admin_url, connect_args={"prepare_threshold": None})
    with admin.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO household (geom, cell_id, scope_key) SELECT h.geom, h.cell_id,"
                " h.scope_key FROM household h JOIN cell_version v USING (cell_id),"
                " generate_series(1, 20) WHERE starts_with(v.code, :county)"
            ),
            {"county": county},
        )
        for number, point in enumerate(points.itertuples(index=False)):
            conn.execute(
                text(
                    'INSERT INTO "case" (code, kind, source, happened_on, registered_at,'
                    " registered_by, place_kind, how, geom, accuracy_m, grid_version_id, scope_key,"
                    " access_key, why) SELECT :code, 'land', 'visit', today() - 70,"
                    " now() - interval '65 days', 0, 'point', 'inside',"
                    " ST_SetSRID(ST_MakePoint(:lng, :lat), 4490), 20, (SELECT max(grid_version_id)"
                    " FROM grid_version), scope_key,"
                    " scope_key, '{}' FROM cell_version WHERE code = :cell"
                ),
                {
                    "code": f"TOUR-{number}", "lng": point.lng + number * 1e-6, "lat": point.lat,
                    "cell": cells.loc[fullest, "code"],
                },
            )  # fmt: skip
    engine = make_engine(visit.app_url)
    whole = Actor(SYSTEM.user_id, SYSTEM.role, Scope.whole())
    asked = AskedLook(area=county, groups=("all",), scales=("base",), months=(12,), maps=199)
    look(engine, whole, asked)
    engine.dispose()
    # what is asked for and what is drawn at night differ in what stands beside the maps
    with admin.begin() as conn:
        conn.execute(text("UPDATE risk_run SET purpose = 'nightly'"))
    admin.dispose()
    return str(cells.loc[fullest, "name"])


def walk_risk(page: Page, hot: str) -> None:
    """Wall → hot spot → counts → shuffle → "cannot tell"."""
    page.click("#risk-open")
    expect(page.locator("#risk-title")).to_contain_text("基础网格")
    expect(page.locator("[data-spot='0']")).to_have_text(hot)
    keep(page, "5g-risk")
    page.keyboard.press("1")
    told = page.locator("#risk-told")
    expect(told).to_contain_text("推算应有")
    expect(told).to_contain_text("明显高于户数所能解释")
    keep(page, "5h-hot-spot")
    page.keyboard.press("x")
    expect(page.locator("#risk-title")).to_contain_text("随机图 1")
    expect(told).to_contain_text("张随机图里有")
    keep(page, "5i-shuffle")
    page.keyboard.press("Escape")
    expect(told.locator(".w-cannot")).to_contain_text("无法判断：不等于没有问题")
    assert int(page.locator("[data-risk=cannot_tell] .w-number").inner_text()) > 0
    assert "risk=all.12" in page.url
    keep(page, "5j-cannot-tell")
