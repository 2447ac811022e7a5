"""The map page and the wall in Chromium at 1080p over the league (合成数据): load, pan, memory.

The finest level - 21,275 micro units - is drawn over the whole league, then at a banner's size.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.bench.league import LOGIN, PASSWORD, open_place, run_service

PLACE, SEED, CLAIMS = "xilingol", 20260101, 100_000
LOAD_GOAL_S, PAN_P95_GOAL_MS, PAN_MAX_GOAL_MS, HEAP_GOAL_MB = 8.0, 35.0, 200.0, 150.0
DRAGS, STEPS = 6, 40
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-precise-memory-info",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
# Frames while something is dragged: the time between two calls before a paint.
WATCH_FRAMES = """
() => {
  window.frames_ms = [];
  let last = performance.now();
  const tick = (now) => {
    window.frames_ms.push(now - last);
    last = now;
    window.frame_watch = requestAnimationFrame(tick);
  };
  window.frame_watch = requestAnimationFrame(tick);
}
"""
DRAWN = """
() => {
  const tiles = [...document.querySelectorAll("#map canvas.leaflet-tile")];
  return tiles.length > 0 && tiles.every((t) => t.classList.contains("leaflet-tile-loaded"))
    && (document.querySelector("#case-count") || document.body.dataset.ready === "yes");
}
"""
VIEWS = {
    "desk, whole league, micro units": "/#&level=6",
    "desk, zoom 10, micro units": "/#10/43.93/116.07&level=6",
    "wall, whole league": "/?mode=wall&pitch=1.13&dist=5",
}


def run() -> list[dict[str, Any]]:
    """Load, pan and heap of each view."""
    rows: list[dict[str, Any]] = []
    with (
        open_place(PLACE, claims=CLAIMS) as engine,
        run_service(PLACE, "tests.bench.locate_service:create_app") as port,
        open_browser(port) as (page, version),
    ):
        with engine.connect() as conn:
            cells = int(conn.exec_driver_sql("SELECT count(*) FROM cell").scalar_one())
        rows.append(_row("league", "cells", cells))
        for name, address in VIEWS.items():
            rows += _look(page, f"http://127.0.0.1:{port}{address}", name)
    return [row | {"versions": {"chromium": version}} for row in rows]


def find_chromium() -> str:
    """Debian's Chromium; RuntimeError where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed; script/setup --dev installs it")
    return path


@contextmanager
def open_browser(port: int) -> Iterator[tuple[Page, str]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        context.set_default_timeout(120_000)
        page = context.new_page()
        sign_in(page, f"http://127.0.0.1:{port}")
        yield page, browser.version
        browser.close()


def sign_in(page: Page, base_url: str) -> None:
    """As the centre, until the map stands."""
    page.goto(f"{base_url}/")
    page.fill("[name=login]", LOGIN)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_function(DRAWN)


def _look(page: Page, url: str, name: str) -> list[dict[str, Any]]:
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_function(DRAWN)
    load_s = time.perf_counter() - began
    page.wait_for_timeout(1500)
    frames = _drag(page)
    heap = read_heap(page)
    heap_mb = heap.page_mb + heap.workers_mb
    p95, worst = float(np.percentile(frames, 95)), float(frames.max())
    return [
        _row(name, "load_s", load_s, goal=LOAD_GOAL_S, ok=load_s <= LOAD_GOAL_S),
        _row(name, "pan p95_ms", p95, goal=PAN_P95_GOAL_MS, ok=p95 <= PAN_P95_GOAL_MS,
             n=len(frames)),
        _row(name, "pan max_ms", worst, goal=PAN_MAX_GOAL_MS, ok=worst <= PAN_MAX_GOAL_MS,
             n=len(frames)),
        _row(name, "heap_MB", heap_mb, goal=HEAP_GOAL_MB, ok=heap_mb <= HEAP_GOAL_MB),
        _row(name, "of it workers_MB", heap.workers_mb, n=heap.workers),
    ]  # fmt: skip


@dataclass(frozen=True)
class Heap:
    """JS heaps after a collection."""

    page_mb: float
    workers_mb: float
    workers: int


def read_heap(page: Page) -> Heap:
    """The heap of a page and of its workers, each after a collection."""
    client = page.context.new_cdp_session(page)
    workers: list[str] = []
    told: list[dict[str, Any]] = []
    client.on("Target.attachedToTarget", lambda found: workers.append(found["sessionId"]))
    client.on(
        "Target.receivedMessageFromTarget", lambda one: told.append(json.loads(one["message"]))
    )
    client.send(
        "Target.setAutoAttach",
        {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False},
    )
    page.wait_for_timeout(200)
    for worker in workers:
        for number, method in enumerate(("HeapProfiler.collectGarbage", "Runtime.getHeapUsage")):
            message = json.dumps({"id": number, "method": method})
            client.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
    client.send("HeapProfiler.collectGarbage")
    page_mb = client.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    for _ in range(100):
        used = [one["result"]["usedSize"] for one in told if one.get("id") == 1]
        if len(used) == len(workers):
            break
        page.wait_for_timeout(50)
    client.detach()
    if len(used) != len(workers):
        raise RuntimeError(f"{len(workers)} workers, {len(used)} told their heap")
    return Heap(page_mb, sum(used) / 1e6, len(workers))


def _drag(page: Page) -> np.ndarray:
    """Milliseconds of each frame while the map is dragged to and fro."""
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.evaluate(WATCH_FRAMES)
    for number in range(DRAGS):
        way = -1 if number % 2 else 1
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, STEPS + 1):
            page.mouse.move(x + way * step * 8, y + way * step * 4)
            page.wait_for_timeout(16)
        page.mouse.up()
        page.wait_for_timeout(400)
    found = page.evaluate("() => { cancelAnimationFrame(frame_watch); return frames_ms; }")
    return np.array(found[1:])


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 3), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
