"""The import page in a browser: a workbook is dropped, agreed on, checked, written, taken back."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from gis_api.actions.imports.work import make_tasks
from gis_api.jobs.queue import WorkerParts, make_queue
from tests.builders import PASSWORD, Town
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk, serve


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def base_url(app_url: str, town: Town, var_dir: Path, engine: Engine) -> Iterator[str]:
    """The service, and a worker beside it for as long as the module runs."""
    parts = WorkerParts(
        url=app_url,
        engine=engine,
        attachments_dir=var_dir,
        session_idle_limit=timedelta(hours=8),
        asked=make_tasks(engine, var_dir / "imports", var_dir / "index", 50_000.0),
    )
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


@pytest.fixture
def file(town: Town, tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["户编号", "家里在哪", "户主姓名", "微网格编码", "东经", "北纬"])
    lng, lat = town.centre_of("ws1")
    for n in range(12):
        sheet.append([f"W{n}", f"合成路{n}号", f"合成户{n}", "", lng + n * 3e-4, lat + n * 2e-4])
    sheet.append(["W12", "合成路12号", "合成户12", "123", None, None])
    book.save(tmp_path / "住户（合成）.xlsx")
    return tmp_path / "住户（合成）.xlsx"


def open_import(desk: Desk, login: str) -> Page:
    page = desk.page
    page.goto(f"{desk.base_url}/import")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    return page


def test_workbook_is_agreed_on_checked_written_and_taken_back(
    open_desk: OpenDesk, town: Town, file: Path, admin_engine: Engine
) -> None:
    desk = open_desk()
    page = open_import(desk, "admin")
    page.select_option("[name=kind]", "household")
    page.set_input_files("#upload [name=file]", file)
    expect(page.locator("#run")).to_have_text("住户（合成）.xlsx")
    page.select_option("[name=field-address]", "家里在哪")
    page.click("#save-mapping")
    row = page.locator("#mapping tbody tr").filter(has_text="地址")
    expect(row).to_contain_text("人选")
    expect(page.locator("#crs .i-picture circle").first).to_be_attached()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "import_agree.png", full_page=True)
    page.locator("#crs input[value='EPSG:4490']").check()
    page.click("#decide")
    expect(page.locator("#crs .notice")).to_contain_text("EPSG:4490")
    page.click("#start")
    expect(page.locator("#findings")).to_be_visible()
    expect(page.locator("#findings")).to_contain_text("网格或村不存在")
    expect(page.locator("#findings .i-picture .i-row")).to_have_count(12)
    page.locator("#findings tr.i-error button").first.click()
    expect(page.locator("#finding-rows")).to_contain_text("14")
    page.screenshot(path=SCREENSHOTS / "import_findings.png", full_page=True)
    for box in page.locator("#commit input[type=checkbox]").all():
        box.check()
    page.fill("[name=reason]", "以后补")
    page.click("#write")
    expect(page.locator("#done")).to_contain_text("已写入")
    with admin_engine.connect() as conn:
        count = text("SELECT count(*) FROM household WHERE external_code LIKE 'W%'")
        assert conn.execute(count).scalar_one() == 12
    page.click("#undo")
    page.click("#undo")
    expect(page.locator("#mine li").first).to_contain_text("住户（合成）.xlsx")
    expect(page.locator("#mine li").first).to_contain_text("已撤销")
    with admin_engine.connect() as conn:
        assert conn.execute(count).scalar_one() == 0


def test_phone_speaks_english_and_a_refusal_is_told_beside_the_button(
    open_desk: OpenDesk, tmp_path: Path
) -> None:
    desk = open_desk(width=390, height=844)
    desk.watch.may_refuse = True
    page = open_import(desk, "admin")
    expect(page.locator("#upload")).to_be_visible()
    page.click("#lang")
    expect(page.locator("#upload h2")).to_have_text("Upload a file")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wrong = tmp_path / "a.xlsx"
    wrong.write_bytes(b"<html><table></table></html>")
    page.set_input_files("#upload [name=file]", wrong)
    expect(page.locator("#upload .problem")).to_contain_text("file.really_is")
    page.screenshot(path=SCREENSHOTS / "import_phone.png", full_page=True)


def test_who_brings_nothing_in_is_told_so(open_desk: OpenDesk, clerk_api: httpx.Client) -> None:
    desk = open_desk()
    desk.watch.may_refuse = True
    page = open_import(desk, "clerk")
    expect(page.locator(".problem")).to_contain_text("permission.denied")
    assert clerk_api.get("/api/imports").status_code == 403


def test_repairs_and_addresses_are_taken_row_by_row(
    open_desk: OpenDesk, town: Town, tmp_path: Path, admin_engine: Engine
) -> None:
    lng, lat = town.centre_of("ws1")
    d = 4e-4
    shapes = [
        [[lng, lat], [lng + d, lat + d], [lng + d, lat], [lng, lat + d], [lng, lat]],
        [[lng, lat - d], [lng + d, lat - d], [lng + d, lat - d / 2], [lng, lat - d]],
    ]
    parcels = tmp_path / "合成地块.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"地块编码": f"990000001201008{n:04d}"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for n, ring in enumerate(shapes)
    ]
    parcels.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    desk = open_desk()
    page = open_import(desk, "admin")
    page.select_option("[name=kind]", "claim")
    page.set_input_files("#upload [name=file]", parcels)
    page.locator("#crs input[value='EPSG:4490']").check()
    page.click("#decide")
    expect(page.locator("#crs .notice")).to_contain_text("EPSG:4490")
    page.click("#start")
    expect(page.locator("#repairs tbody tr")).to_have_count(1)
    page.click("#take-repairs")
    expect(page.locator("#repairs")).to_contain_text("先勾选")
    page.locator("#repairs tbody button").click()
    expect(page.locator("#repair-picture svg")).to_have_count(2)
    page.screenshot(path=SCREENSHOTS / "import_repairs.png", full_page=True)
    page.locator("#repairs tbody input").check()
    page.click("#take-repairs")
    expect(page.locator("#findings")).to_contain_text("采用了修复后的图形")
    expect(page.locator("#repairs")).to_have_count(0)

    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO place_name (name, kind, aliases, pinyin_initials, geom)"
                " VALUES ('柳树湾', 'place', '{}', 'lsw', ST_Point(:lng, :lat, 4490))"
            ),
            {"lng": lng, "lat": lat},
        )
    homes = tmp_path / "合成住户.csv"
    homes.write_text("户编号,住址\nP1,柳树湾1号\nP2,柳树弯坡上\nP3,别处", "utf-8")
    page.goto(f"{desk.base_url}/import")
    page.select_option("[name=kind]", "household")
    page.set_input_files("#upload [name=file]", homes)
    page.click("#start")
    expect(page.locator("#addresses tbody tr")).to_have_count(2)
    page.locator("#addresses [name=address-3]").check()
    page.select_option("#addresses [name=score]", "0.95")
    page.screenshot(path=SCREENSHOTS / "import_addresses.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=SCREENSHOTS / "import_addresses_phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#take-addresses")
    expect(page.locator("#findings")).to_contain_text("2 行按住址放置")
    expect(page.locator("#addresses")).to_have_count(0)
