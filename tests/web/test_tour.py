"""The ten-minute tour of docs/guides/十分钟导览.md over the five demo places, walked step by step.

Xilingol is made here with its real counties, towns and villages but fewer micro units and
households than the league has.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
from tests.web.tour import STEPS, Ground, GroundCell, Keep, Step

pytestmark = pytest.mark.browser

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "十分钟导览.md"

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
    ground: Ground
    base_url: str
    sign_ins: list[SignIn]
    app_url: str
    admin_url: str

    def account(self, role: str) -> SignIn:
        return next(one for one in self.sign_ins if one.role == role)


def ground_of(town: DemoTown) -> Ground:
    """The cells as they were generated."""

    def cell(row: Any) -> GroundCell:
        inside = shapely.point_on_surface(row.geom)
        return GroundCell(int(row.rank), row.code, row.name, inside.x, inside.y, row.geom.area)

    columns = town.cells[["rank", "code", "name", "geom"]]
    return Ground.of(cell(row) for row in columns.itertuples(index=False, name="Row"))


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
            place, town, ground_of(town), address, loaded.sign_ins,
            server.app_url(name), server.admin_url(name),
        )  # fmt: skip
    drop_database(server, name)


@pytest.fixture
def base_url(visit: Visit) -> str:
    """The windows of a step close before its place does."""
    return visit.base_url


def enter(open_desk: OpenDesk, visit: Visit, step: Step) -> Desk:
    desk = open_desk(1920, 1080)
    account = visit.account(step.role)
    page = desk.page
    page.goto(visit.base_url + step.path)
    page.fill("[name=login]", account.login)
    page.fill("[name=password]", account.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#signin", state="detached")
    page.wait_for_selector(step.stands)
    desk.settle()
    return desk


@pytest.mark.parametrize("visit", STEPS, indirect=True)
def test_the_tour_goes_as_its_guide_says(open_desk: OpenDesk, visit: Visit) -> None:
    step = STEPS[visit.place.id]
    desk = enter(open_desk, visit, step)

    def keep(name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        desk.page.screenshot(path=SCREENSHOTS / f"tour-{name}.png")

    step.walk(desk, visit.ground, keep)
    if visit.place.id == "xilingol":
        page = desk.page
        page.keyboard.press("0")
        expect(page.locator(".w-path button")).to_have_count(1)
        page.keyboard.press("1")
        expect(page.locator(".w-path button")).to_have_count(2)
        county = page.evaluate("/cell=([^&]+)/.exec(location.hash)[1]")
        walk_risk(page, plant_a_hot_spot(visit, county), keep)


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


def walk_risk(page: Page, hot: str, keep: Keep) -> None:
    """Wall → hot spot → counts → shuffle → "cannot tell"."""
    page.click("#risk-open")
    expect(page.locator("#risk-title")).to_contain_text("基础网格")
    expect(page.locator("[data-spot='0']")).to_have_text(hot)
    keep("5g-risk")
    page.keyboard.press("1")
    told = page.locator("#risk-told")
    expect(told).to_contain_text("推算应有")
    expect(told).to_contain_text("明显高于户数所能解释")
    keep("5h-hot-spot")
    page.keyboard.press("x")
    expect(page.locator("#risk-title")).to_contain_text("随机图 1")
    expect(told).to_contain_text("张随机图里有")
    keep("5i-shuffle")
    page.keyboard.press("Escape")
    expect(told.locator(".w-cannot")).to_contain_text("无法判断：不等于没有问题")
    assert int(page.locator("[data-risk=cannot_tell] .w-number").inner_text()) > 0
    assert "risk=all.12" in page.url
    keep("5j-cannot-tell")


def test_the_guide_gives_every_step_its_minutes_and_no_more_than_ten() -> None:
    assert set(STEPS) == set(PLACES)
    assert sum(step.minutes for step in STEPS.values()) == 10
    table = GUIDE.read_text("utf-8")
    spans = re.findall(r"^\| (\d+)–(\d+) \| (\S+) \|", table, re.MULTILINE)
    told: dict[str, int] = {}
    for begin, end, place in spans:
        told[place] = told.get(place, 0) + int(end) - int(begin)
    assert list(told.values()) == [step.minutes for step in STEPS.values()]
