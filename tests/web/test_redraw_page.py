"""The planner's page in a browser: propose, drag a border, undo, see moves, publish, look back."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from gis_api.actions.redraw.edit import do_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.propose import TASK, run_proposals
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import read_plan
from gis_api.db.engine import SYSTEM, set_actor
from gis_api.jobs.queue import WorkerParts, make_queue
from tests.builders import PASSWORD
from tests.db.redraw.places import PLANNER, VILLAGES, Place, build_place
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, serve


@pytest.fixture(scope="module")
def place(admin_engine: Engine) -> Place:
    with admin_engine.begin() as conn:
        made = build_place(conn)
        for login, role in (("planner", "planner"), ("publisher", "publisher")):
            conn.execute(
                text("INSERT INTO app_user (login, password_hash, role, must_change_password)"
                     " VALUES (:login, :hash, :role, false)"),
                {"login": login, "hash": _hash(), "role": role},
            )  # fmt: skip
        conn.execute(
            text("INSERT INTO case_kind (kind, name_zh, name_en) VALUES ('land', '土地', 'land')")
        )
        conn.execute(
            text(
                'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                " how, geom, grid_version_id, cell_version_id, cell_id, scope_key, access_key, why)"
                " SELECT '2026-' || h.household_id, 'land', 'visit', today(), 0, 'point', 'inside',"
                " h.geom, 1, v.cell_version_id, h.cell_id, h.scope_key, h.scope_key, '{}'"
                " FROM household h JOIN cell_version v USING (cell_id)"
            )
        )
        set_actor(conn, SYSTEM)
    return made


def _hash() -> str:
    from gis_api.access.passwords import hash_password

    return hash_password(PASSWORD)


@pytest.fixture(scope="module")
def base_url(
    app_url: str, place: Place, engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The service, and a worker beside it for as long as the module runs."""
    var_dir: Path = tmp_path_factory.mktemp("var")
    parts = WorkerParts(
        url=app_url, engine=engine, attachments_dir=var_dir,
        session_idle_limit=timedelta(hours=8), asked={TASK: partial(run_proposals, engine)},
    )  # fmt: skip
    stop = threading.Event()

    async def work() -> None:
        queue = make_queue(parts)
        async with queue.open_async():
            while not stop.is_set():
                await queue.run_worker_async(
                    wait=False, listen_notify=False, install_signal_handlers=False
                )
                await asyncio.sleep(0.1)

    worker = threading.Thread(target=lambda: asyncio.run(work()))
    worker.start()
    try:
        with serve(app_url, var_dir) as address:
            yield address
    finally:
        stop.set()
        worker.join()


# the machine of a check may be busy
expect.set_options(timeout=20_000)


def enter(desk: Desk, login: str, hash_: str = "") -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/redraw{hash_}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    return page


def shoot(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"redraw_{name}.png", full_page=True)


def sizes(page: Page) -> dict[str, int]:
    rows = page.locator("#grids tbody tr").all()
    return {row.locator("td").nth(0).locator("button").inner_text():
            int(row.locator("td").nth(1).locator("b").inner_text()) for row in rows}  # fmt: skip


def find_border(desk: Desk) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two places on the board, inside two large atoms on either side of a border of grids."""
    plan = desk.page.url.rsplit("#", 1)[1]
    answer = desk.page.request.get(f"{desk.base_url}/api/redraw/plans/{plan}/atoms")
    features = answer.json()["features"]
    atoms = [shapely.geometry.shape(one["geometry"]) for one in features]
    grids = [one["properties"]["grid"] for one in features]
    one, other = shapely.STRtree(atoms).query(atoms, predicate="touches")
    pairs = [
        (a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)
        if grids[a] != grids[b] and atoms[a].intersection(atoms[b]).length > 0
    ]  # fmt: skip
    a, b = max(pairs, key=lambda pair: min(atoms[pair[0]].area, atoms[pair[1]].area))
    west, south, east, north = shapely.total_bounds(atoms)
    board = desk.page.locator("#board").bounding_box()
    assert board
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = 0.92 * min(
        board["width"] / ((east - west) * squeeze), board["height"] / (north - south)
    )

    def at(atom: int) -> tuple[float, float]:
        point = atoms[atom].representative_point()
        return (
            board["x"] + board["width"] / 2 + (point.x - (west + east) / 2) * squeeze * scale,
            board["y"] + board["height"] / 2 - (point.y - (south + north) / 2) * scale,
        )

    return at(a), at(b)


def test_propose_drag_undo_see_moves_publish_and_look_back(
    open_desk: OpenDesk, place: Place, admin_engine: Engine, engine: Engine
) -> None:
    desk = open_desk(1920, 1080)
    page = enter(desk, "planner")
    expect(page.locator("#plans")).to_contain_text("还没有方案")
    late = start_plan(engine, PLANNER, NewPlan("后来", (VILLAGES[0],)))
    grid = read_plan(engine, PLANNER, late).parts[0].grids[0].grid
    do_step(engine, PLANNER, late, VILLAGES[0], Intent("rename", (grid,), text="新名"), 1)
    page.fill("#new [name=name]", "西村调整")
    page.locator(f"#new [name=parent][value='{VILLAGES[0]}']").check()
    page.fill("#new [name=low]", "20")
    page.fill("#new [name=high]", "30")
    shoot(page, "list")
    page.click("#begin")
    expect(page.locator("#plan-name")).to_have_text("西村调整")
    assert sum(sizes(page).values()) == 180

    page.click("#see-propose")
    page.locator("#propose [name=from_scratch]").check()
    page.click("#run")
    expect(page.locator("#proposals li")).to_have_count(3, timeout=60_000)
    shoot(page, "proposals")
    page.locator("#proposals li[data-goal=compactness] button").click()
    expect(page.locator("#plan-name")).to_contain_text("紧凑")
    before = sizes(page)
    assert all(20 <= n <= 30 for n in before.values())

    page.wait_for_timeout(400)
    start, end = find_border(desk)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=12)
    expect(page.locator("#live .rd-live")).to_have_count(2)  # both sides, while dragging
    shoot(page, "dragging")
    page.mouse.up()
    expect(page.locator("#told")).to_contain_text("划单元")
    dragged = sizes(page)
    assert dragged != before
    assert sum(dragged.values()) == 180
    page.keyboard.press("Control+z")
    expect(page.locator("#history li").first).to_contain_text("已撤销")
    assert sizes(page) == before
    page.reload()
    expect(page.locator("#plan-name")).to_be_visible()
    page.click("#redo")  # what was undone is there after a reload
    expect(page.locator("#told")).to_contain_text("划单元")
    assert sizes(page) == dragged

    page.click("#see-moves")
    expect(page.locator("#moves-sum")).to_contain_text("件在办事项换网格")
    expect(page.locator("#flows a").first).to_be_visible()
    shoot(page, "moves")
    page.click("#check")
    expect(page.locator("#findings")).to_be_visible()
    for mend in page.locator("#findings li[data-code='redraw.no_code'] button").all():
        mend.click()
        expect(page.locator("#findings li[data-code='redraw.no_code']")).to_have_count(0)
    for box in page.locator("#findings input[name=accept]").all():
        box.check()
    shoot(page, "findings")
    page.fill("#hand-over [name=reason]", "合成")
    page.fill("#hand-over [name=request]", "请批准")
    page.click("#submit")
    expect(page.locator("#plan-state")).to_have_text("已提交")
    plan = page.url.rsplit("#", 1)[1]

    other = open_desk(1920, 1080)
    seen = enter(other, "publisher", f"#{plan}")
    seen.fill("#hand-over [name=minutes]", "〔2026〕3 号")
    seen.click("#approve")
    expect(seen.locator("#plan-state")).to_have_text("已批准")
    seen.click("#publish")
    seen.click("#publish")
    expect(seen.locator("#published")).to_contain_text("已发布")
    shoot(seen, "published")

    seen.goto(f"{other.base_url}/redraw")
    left, right = (seen.locator(f".rd-side-{n} canvas") for n in (0, 1))
    expect(left).to_have_attribute("data-ref", "v1")
    expect(right).to_have_attribute("data-ref", "v2")
    expect(seen.locator("#difference-sum")).to_contain_text("户换格")
    slider = seen.locator("[name=as-of-1]")
    slider.focus()
    slider.press("ArrowLeft")
    expect(right).to_have_attribute("data-ref", "v1")
    expect(seen.locator("#difference-sum")).to_contain_text("0 处不同")
    slider.press("ArrowRight")
    expect(right).to_have_attribute("data-ref", "v2")
    seen.locator("[name=swipe]").check()
    shoot(seen, "sides")
    # the plan that came too late begins again, step by step
    page.goto(f"{desk.base_url}/redraw#{late}")
    page.reload()
    expect(page.locator(".rd-stale")).to_contain_text("已发布别的方案")
    page.locator(".rd-stale button").click()
    expect(page.locator("#replayed")).to_contain_text("步已重做")
    shoot(page, "replayed")
    page.locator("#replayed button").click()
    expect(page.locator("#plan-name")).to_have_text("后来 · 重做")
    with admin_engine.connect() as conn:
        moved = "SELECT count(*) FROM case_history WHERE act = 'moved_with_grid'"
        assert conn.execute(text(moved)).scalar_one() > 0


def test_keyboard_phone_and_the_stale_page(open_desk: OpenDesk, place: Place) -> None:
    desk = open_desk(390, 844, has_touch=True)
    page = enter(desk, "planner")
    page.fill("#new [name=name]", "东村")
    page.locator(f"#new [name=parent][value='{VILLAGES[1]}']").check()
    page.click("#begin")
    expect(page.locator("#plan-name")).to_have_text("东村")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator(".rd-tools button").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 47
    shoot(page, "phone")
    plan = page.url.rsplit("#", 1)[1]
    # keys alone: choose a grid in the table, walk to an atom of another, give it
    page.locator("#grids tbody tr").first.locator("td button").first.click()
    board = page.locator("#board")
    board.focus()
    first = page.locator("#grids tbody tr.rd-chosen button").first.inner_text()
    before = sizes(page)
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        if first not in page.locator("#live").inner_text():
            break
    else:
        for _ in range(60):
            page.keyboard.press("ArrowDown")
            if first not in page.locator("#live").inner_text():
                break
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("划单元")
    assert sizes(page)[first] == before[first] + 1
    # somebody else changes the plan meanwhile: this page is told and shows the newest
    other = open_desk()
    desk.watch.may_refuse = True
    twin = enter(other, "planner", f"#{plan}")
    lock = twin.locator("#grids tbody tr").first.get_by_role("button", name="锁定")
    lock.click()
    expect(twin.locator("#told")).to_contain_text("锁定")
    page.locator("#grids tbody tr").last.get_by_role("button", name="锁定").click()
    expect(page.locator("#told")).to_contain_text("方案已被改动")


def test_a_parent_that_cannot_be_cut_is_named_with_the_reason(
    open_desk: OpenDesk, place: Place
) -> None:
    desk = open_desk()
    page = enter(desk, "planner")
    page.fill("#new [name=name]", "不行")
    page.locator(f"#new [name=parent][value='{VILLAGES[1]}']").check()
    page.fill("#new [name=low]", "100")
    page.fill("#new [name=high]", "110")
    page.click("#begin")
    expect(page.locator(".rd-infeasible")).to_contain_text("介于两种格数之间")
    page.locator("#lang").click()
    expect(page.locator(".rd-infeasible")).to_contain_text("between two numbers of grids")
    shoot(page, "english")


def test_a_plan_with_a_river_and_a_village_that_a_proposal_leaves(
    open_desk: OpenDesk, place: Place, admin_engine: Engine, tmp_path: Path
) -> None:
    west, south, east, north = place.villages[0].bounds
    river = tmp_path / "river.geojson"
    river.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [
            [(west + east) / 2, south], [(west + east) / 2, north]]}}]}))  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO zone (kind, name, geom) VALUES ('compound', '合成大院', ST_SetSRID("
                 "ST_GeomFromWKB(:g), 4490))"), {"g": shapely.to_wkb(place.villages[1])},
        )  # fmt: skip
    desk = open_desk()
    page = enter(desk, "planner")
    page.fill("#new [name=name]", "有河")
    for village in VILLAGES:
        page.locator(f"#new [name=parent][value='{village}']").check()
    page.fill("#new [name=low]", "20")
    page.fill("#new [name=high]", "30")
    page.locator("#new summary").click()
    page.set_input_files("#new [name=barriers]", river)
    shoot(page, "new_river")
    page.click("#begin")
    page.click("#see-propose")
    page.select_option("#propose [name=keep_whole]", "compound")
    page.click("#run")
    expect(page.locator(".rd-left")).to_contain_text("有一个单元比上限还大")
    expect(page.locator("#propose [data-goal]")).to_have_count(3)
    shoot(page, "left")
