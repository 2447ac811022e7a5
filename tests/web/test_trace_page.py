"""The tracing page in a browser: a scan is laid, traced, fitted, kept as a draft or published."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from tests.builders import PASSWORD, Town, add_user
from tests.web.conftest import SCREENSHOTS, Desk, OpenDesk


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn map (合成数据): a frame and a line in its middle."""
    image = Image.new("RGB", (1000, 800), "#f3eedd")
    draw = ImageDraw.Draw(image)
    draw.rectangle((50, 50, 950, 750), outline="#7a5a2a", width=6)
    draw.line((500, 50, 500, 750), fill="#7a5a2a", width=4)
    sink = io.BytesIO()
    image.save(sink, "PNG")
    path = tmp_path_factory.mktemp("scan") / "scan.png"
    path.write_bytes(sink.getvalue())
    return path


def press(page: Page, x: float, y: float) -> None:
    """Press the picture at a pixel of the scan."""
    at = page.locator("#canvas").evaluate(
        "(svg, [x, y]) => { svg.scrollIntoView({ block: 'center' });"
        " const p = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());"
        " return [p.x, p.y]; }",
        [x, y],
    )
    page.mouse.click(*at)


def trace_halves(
    desk: Desk,
    admin: Engine,
    town: Town,
    scan: Path,
    *,
    login: str,
    parent: str,
    rank: int,
    code: str,
) -> Page:
    """Lay the scan over a parent, trace it in two halves and have them checked."""
    with admin.connect() as conn:
        west, south, east, north = conn.execute(
            text(
                "SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)"
                " FROM cell_version WHERE cell_id = :cell"
            ),
            {"cell": town.cells[parent]},
        ).one()
    page = desk.page
    page.goto(f"{desk.base_url}/trace")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.set_input_files("#scan-card [name=scan]", scan)
    expect(page.locator("#canvas image")).to_be_attached()
    for (x, y), (lng, lat) in zip(
        [(50, 50), (950, 50), (950, 750), (50, 750)],
        [(west, north), (east, north), (east, south), (west, south)],
        strict=True,
    ):
        press(page, x, y)
        page.fill("#points [name=lng]", f"{lng:.7f}")
        page.fill("#points [name=lat]", f"{lat:.7f}")
        page.click("#add-point")
    page.click("#lay")
    expect(page.locator("#rms")).to_contain_text("中误差")
    # the deepest level stands there already; another one is drawn anew before anything is pressed
    if page.input_value("#draw [name=rank]") != str(rank):
        page.select_option("#draw [name=rank]", str(rank))
        page.fill("#draw [name=level]", "院")
    for number, corners in enumerate(
        (
            [(54, 47), (503, 52), (498, 752), (47, 748)],
            [(497, 48), (952, 53), (948, 747), (502, 748)],
        )
    ):
        for corner in corners:
            press(page, *corner)
        expect(page.locator("#corners")).to_contain_text("4")
        page.fill("#draw [name=code]", f"{code}{number}")
        page.fill("#draw [name=name]", f"合成{code}{number}")
        page.fill("#draw [name=parent]", town.codes[parent])
        page.click("#close-ring")
    page.fill("#check [name=tolerance]", "60")
    page.click("#check-now")
    expect(page.locator("#check")).to_contain_text("角点最多移动")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return page


def deepest(admin: Engine) -> int:
    with admin.connect() as conn:
        return int(conn.execute(text("SELECT max(rank) FROM grid_level")).scalar_one())


def test_planner_keeps_what_was_traced_as_a_draft_for_somebody_else(
    open_desk: OpenDesk, town: Town, scan: Path, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "sketcher", "planner", area="t")
    page = trace_halves(
        open_desk(), admin_engine, town, scan, login="sketcher", parent="ws",
        rank=deepest(admin_engine), code="96",
    )  # fmt: skip
    expect(page.locator("#publish")).to_have_count(0)
    page.fill("[name=draft-name]", "照旧图描的（合成数据）")
    page.click("#keep-draft")
    expect(page.locator("#drafted")).to_contain_text("已存为草案")
    page.screenshot(path=SCREENSHOTS / "trace_draft.png", full_page=True)
    page.click("#drafted a")
    expect(page.locator("body")).to_contain_text("照旧图描的")
    with admin_engine.connect() as conn:
        plan, published = conn.execute(
            text(
                "SELECT (SELECT count(*) FROM redraw_plan WHERE name ~ '^照旧图'),"
                " (SELECT count(*) FROM cell_version WHERE code ~ '^96')"
            )
        ).one()
    assert (plan, published) == (1, 0)


def test_halves_are_traced_over_a_scan_fitted_and_published(
    open_desk: OpenDesk, town: Town, scan: Path, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "tracer", "publisher", area="t")
    page = trace_halves(
        open_desk(), admin_engine, town, scan, login="tracer", parent="ws1",
        rank=deepest(admin_engine) + 1, code="97",
    )  # fmt: skip
    expect(page.locator("#keep-draft")).to_have_count(0)
    page.screenshot(path=SCREENSHOTS / "trace.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=SCREENSHOTS / "trace_phone.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})
    for box in page.locator("#check input[type=checkbox]").all():
        box.check()
    if page.locator("#check [name=reason]").count():
        page.fill("#check [name=reason]", "先描一个")
    page.click("#publish")
    page.click("#publish")
    expect(page.locator("#published")).to_contain_text("已发布")
    with admin_engine.connect() as conn:
        stored = conn.execute(
            text("SELECT count(*), bool_and(ST_IsValid(geom)) FROM cell_version WHERE code ~ '^97'")
        ).one()
    assert tuple(stored) == (2, True)
