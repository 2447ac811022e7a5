"""The ten-minute tour of docs/guides/十分钟导览.md over five demo places at full size (合成数据).

Each place is a database of its own, loaded on the first run (minutes).  What is timed of a place is
what somebody who shows it does and waits for: sign-in, the page, every click of the guide, without
the talking.  The steps are those that tests/web/test_tour.py walks.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import Engine

from gis_api.access.store import create_user
from gis_api.db.engine import SYSTEM, begin, make_engine
from tests.bench.league import LOGIN, PASSWORD, open_place, run_service
from tests.bench.map import FLAGS, find_chromium
from tests.web.conftest import Desk, Watch
from tests.web.tour import STEPS, Ground, GroundCell, Step

CLERK, MOST_MINUTES = "bench-clerk", 10.0
CLAIMS = {"xilingol": 100_000}


def run() -> list[dict[str, Any]]:
    """Seconds of each place and of the whole, and what the pages did that they must not do."""
    rows: list[dict[str, Any]] = []
    for place, step in STEPS.items():
        with open_place(place, claims=CLAIMS.get(place, 0)) as admin:
            _ensure_clerk(admin)
            ground = _read_ground(admin)
            with run_service(place, "gis_api.app:create_app") as port:
                walked = _walk(port, step, ground)
        more = {"seed": 20260101, "versions": {"chromium": walked.chromium}}
        rows += [
            _row(place, "cells", len(ground.cells), **more),
            _row(place, "sign-in to map_s", walked.open_s, **more),
            _row(place, "steps_s", walked.steps_s, goal=step.minutes * 60,
                 ok=walked.steps_s + walked.open_s <= step.minutes * 60, **more),
            _row(place, "faults", len(walked.faults), goal=0, ok=not walked.faults, **more),
        ]  # fmt: skip
    total_s = sum(row["value"] for row in rows if row["metric"].endswith("_s"))
    return [
        *rows,
        _row("whole tour", "seconds", total_s, goal=MOST_MINUTES * 60,
             ok=total_s <= MOST_MINUTES * 60, n=len(STEPS)),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Walked:
    open_s: float
    steps_s: float
    faults: list[str]
    chromium: str


def _walk(port: int, step: Step, ground: Ground) -> _Walked:
    base_url = f"http://127.0.0.1:{port}"
    watch = Watch(base_url)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        context.set_default_timeout(60_000)
        context.on("page", watch.follow)
        desk = Desk(context.new_page(), watch, base_url)
        began = time.perf_counter()
        _enter(desk.page, base_url, step)
        opened = time.perf_counter()
        step.walk(desk, ground, lambda _name: None)
        ended = time.perf_counter()
        version = browser.version
        browser.close()
    return _Walked(opened - began, ended - opened, watch.faults, version)


def _enter(page: Page, base_url: str, step: Step) -> None:
    page.goto(base_url + step.path)
    page.fill("[name=login]", LOGIN if step.role == "centre" else CLERK)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#signin", state="detached")
    page.wait_for_selector(step.stands)
    page.wait_for_timeout(450)


def _ensure_clerk(admin: Engine) -> None:
    engine = make_engine(admin.url.render_as_string(hide_password=False), pool_size=1)
    with begin(engine, SYSTEM) as conn:
        known = conn.exec_driver_sql(
            "SELECT count(*) FROM app_user WHERE login = %(login)s", {"login": CLERK}
        ).scalar_one()
        if not known:
            create_user(conn, CLERK, PASSWORD, "clerk", must_change=False)
    engine.dispose()


def _read_ground(admin: Engine) -> Ground:
    with admin.connect() as conn:
        found = conn.exec_driver_sql(
            "SELECT v.rank, v.code, v.name, ST_X(p) AS lng, ST_Y(p) AS lat, ST_Area(v.geom) AS size"
            " FROM cell_version v, ST_PointOnSurface(v.geom) p WHERE v.valid @> today()"
        ).mappings()
        return Ground.of(GroundCell(**row) for row in found)


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 3), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": 20260101, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
