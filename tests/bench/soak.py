"""Half an hour of the wall and the desk over the league (合成数据) at sixteen times the event rate.

Thirty minutes then bring the events of eight hours.  The pages move by timers of their own.  Every
half minute the memory of the browser's and the service's processes is read from outside, and heap
and nodes of the pages after a collection.  The driver stays attached: each time it attaches anew,
every page keeps about 0.16 MB.  The slope after a warm-up is a least-squares line; memory moves by
some tens of MB from sample to sample, so that a short run tells little of it.  What eight hours
would add at the same pace is extrapolated, not measured.

WANGGE_SOAK_MINUTES makes it shorter for a trial, never longer than an hour.
WANGGE_SOAK_LET_GO=1 lets the driver go after the first half: whether memory falls then tells
whether it was the driver's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.outbox import emit_event
from tests.bench.league import LOGIN, PASSWORD, open_place, run_service
from tests.bench.map import DRAWN, FLAGS, HEAP_GOAL_MB, find_chromium, read_heap, sign_in

PLACE, SEED, CLAIMS = "xilingol", 20260101, 100_000
# a busy day of a league: an event every half minute
EVENTS_PER_HOUR, TIMES = 120, 16
FILED_EVERY = 10  # of the events, so that counts and colours change too
SAMPLE_S, DAY_H, MOST_MINUTES = 30.0, 8.0, 60.0
PAGES = {"wall": "/?mode=wall&pitch=1.13&dist=5", "desk": "/#&level=6"}
# What a day brings, twice a minute: the wall drills and comes back, the desk pans to and fro.
MOVES = """
(keys) => {
  window.faults = 0;
  window.addEventListener("error", () => { window.faults += 1; });
  window.addEventListener("unhandledrejection", () => { window.faults += 1; });
  let turn = 0;
  setInterval(() => {
    const key = keys[(turn += 1) % keys.length];
    const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.body.dispatchEvent(pressed);
  }, 30000);
}
"""
KEYS = {"wall": ["1", "0"], "desk": ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]}


def run() -> list[dict[str, Any]]:
    """Slopes and ends of each page's heap, of its process and of the service."""
    minutes = min(MOST_MINUTES, float(os.environ.get("WANGGE_SOAK_MINUTES", "30")))
    with (
        open_place(PLACE, claims=CLAIMS) as admin,
        run_service(PLACE, "tests.bench.locate_service:create_app") as port,
        sync_playwright() as playwright,
        _run_chromium() as endpoint,
    ):
        viewer = _Viewer(playwright, endpoint, f"http://127.0.0.1:{port}")
        viewer.open_pages()
        engine = make_engine(admin.url.render_as_string(hide_password=False), pool_size=2)
        try:
            rows = _soak(engine, port, viewer, minutes)
        finally:
            engine.dispose()
    return [row | {"versions": {"chromium": viewer.version}} for row in rows]


class _Viewer:
    """Looks at the browser's pages; until it lets go it stays attached."""

    def __init__(self, playwright: Playwright, endpoint: str, base_url: str) -> None:
        self._playwright, self._endpoint, self._base_url = playwright, endpoint, base_url
        self.stays = True
        self.lets_go = os.environ.get("WANGGE_SOAK_LET_GO") == "1"
        self.version = ""
        self._held: Browser | None = None

    def let_go(self) -> None:
        """Detach for good: whatever the browser kept for the driver is given back."""
        self.stays = False
        if self._held is not None:
            self._held.close()
            self._held = None

    @contextmanager
    def attached(self) -> Iterator[Browser]:
        browser = self._held or self._playwright.chromium.connect_over_cdp(self._endpoint)
        yield browser
        if self.stays:
            self._held = browser
        else:
            browser.close()

    def open_pages(self) -> None:
        with self.attached() as browser:
            self.version = browser.version
            context = browser.contexts[0]
            first = context.pages[0] if context.pages else context.new_page()
            sign_in(first, self._base_url)
            for name, path in PAGES.items():
                page = first if name == "wall" else context.new_page()
                page.set_viewport_size({"width": 1920, "height": 1080})
                page.goto("about:blank")
                page.goto(self._base_url + path)
                page.wait_for_function(DRAWN, timeout=120_000)
                page.evaluate(MOVES, KEYS[name])

    def measure(self) -> tuple[dict[str, float], int]:
        """Heap and nodes of each page after a collection, and faults of the pages so far."""
        found: dict[str, float] = {}
        faults = 0
        with self.attached() as browser:
            for page in browser.contexts[0].pages:
                name = "wall" if "mode=wall" in page.url else "desk"
                found |= _read_page(page, name)
                faults += int(page.evaluate("() => window.faults"))
        return found, faults


def _read_page(page: Page, name: str) -> dict[str, float]:
    heap = read_heap(page)
    client = page.context.new_cdp_session(page)
    nodes = float(client.send("Memory.getDOMCounters")["nodes"])
    client.detach()
    return {
        f"{name} heap_MB": heap.page_mb + heap.workers_mb,
        f"of it {name} workers_MB": heap.workers_mb,
        f"{name} nodes": nodes,
    }


@contextmanager
def _run_chromium() -> Iterator[str]:
    """A browser that belongs to nobody; yields where a driver may attach."""
    with tempfile.TemporaryDirectory() as profile:
        command = [
            find_chromium(), *FLAGS, "--headless=new", "--remote-debugging-port=0",
            f"--user-data-dir={profile}", "--window-size=1920,1080", "--lang=zh-CN",
            "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows", "about:blank",
        ]  # fmt: skip
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield f"http://127.0.0.1:{_wait_for_port(Path(profile) / 'DevToolsActivePort')}"
        finally:
            browser.terminate()
            browser.wait(timeout=30)


def _wait_for_port(file: Path) -> int:
    for _ in range(240):
        if file.is_file() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.25)
    raise RuntimeError("the browser did not start in a minute")


def _soak(engine: Engine, port: int, viewer: _Viewer, minutes: float) -> list[dict[str, Any]]:
    with engine.connect() as conn:
        places = conn.exec_driver_sql(
            "SELECT v.code, ST_X(p), ST_Y(p) FROM cell_version v, ST_PointOnSurface(v.geom) p"
            " WHERE v.rank = (SELECT max(rank) FROM grid_level) AND v.valid @> today()"
            " ORDER BY v.code LIMIT 2000"
        ).all()
    began_s = time.monotonic()
    samples: list[tuple[float, dict[str, float]]] = []
    sent = filed = faults = 0
    let_go_s: float | None = None
    with _clerk(port) as file_case:
        while (now_s := time.monotonic() - began_s) < minutes * 60:
            code, lng, lat = places[(sent * 37) % len(places)]
            if sent % FILED_EVERY == 0:
                filed += file_case(lng, lat, f"soak-{began_s}-{sent}")
            else:
                with begin(engine, SYSTEM) as conn:
                    emit_event(conn, "case.step", code, None, "0")
            sent += 1
            if viewer.lets_go and viewer.stays and now_s >= minutes * 30:
                viewer.let_go()
                let_go_s = now_s
            if now_s >= len(samples) * SAMPLE_S:
                memory = _read_processes()
                found, faults = viewer.measure()
                samples.append((now_s, found | memory))
                print(json.dumps([round(now_s), samples[-1][1]]), file=sys.stderr, flush=True)
            due_s = began_s + sent * 3600 / (EVENTS_PER_HOUR * TIMES)
            time.sleep(max(0.0, due_s - time.monotonic()))
    rows = [
        _row("events", "sent", sent, n=sent),
        _row("events", "of them cases filed", filed, n=sent),
        _row("events", "hours of a busy day", sent / EVENTS_PER_HOUR, n=sent),
        _row("page errors", "count", faults, goal=0, ok=not faults, n=sent),
    ]
    return rows + (_slopes(samples) if let_go_s is None else _halves(samples, let_go_s))


def _halves(samples: list[tuple[float, dict[str, float]]], let_go_s: float) -> list[dict[str, Any]]:
    """Memory of the browser while the driver was attached, and after it had let go."""
    rows = []
    for case, kept in (
        ("driver attached", [one for one in samples if one[0] < let_go_s][1:]),
        ("driver gone", [one for one in samples if one[0] >= let_go_s]),
    ):
        hours = np.array([at_s for at_s, _ in kept]) / 3600
        for name in ("browser memory_MB", "of it renderer memory_MB"):
            values = np.array([figures[name] for _, figures in kept])
            slope = float(np.polyfit(hours, values, 1)[0])
            rows += [
                _row(f"{case}, {name}", "first", values[0], n=len(values)),
                _row(f"{case}, {name}", "last", values[-1], n=len(values)),
                _row(f"{case}, {name}", "slope per hour", slope, n=len(values)),
            ]
    return rows


def _slopes(samples: list[tuple[float, dict[str, float]]]) -> list[dict[str, Any]]:
    """Slope and end of each figure; the first sixth is warm-up."""
    kept = samples[len(samples) // 6 :]
    hours = np.array([at_s for at_s, _ in kept]) / 3600
    rows = []
    for name in kept[0][1]:
        values = np.array([figures[name] for _, figures in kept])
        slope, start = (float(part) for part in np.polyfit(hours, values, 1))
        after = start + slope * (float(hours[0]) + DAY_H)
        is_heap = name.endswith("heap_MB")
        rows += [
            _row(name, "first after warm-up", values[0], n=len(values)),
            _row(name, "last", values[-1], n=len(values)),
            _row(name, "slope per hour", slope, n=len(values)),
            _row(name, "after 8 h, extrapolated", after, n=len(values),
                 **({"goal": HEAP_GOAL_MB, "ok": after <= HEAP_GOAL_MB} if is_heap else {})),
        ]  # fmt: skip
    return rows


def _read_processes() -> dict[str, float]:
    """Memory of the browser's processes by what they do, and of the service."""
    found = {"browser memory_MB": sum(_list_memory_mb(lambda line: "chromium" in line))}
    for kind in ("renderer", "gpu-process"):
        mine = sum(_list_memory_mb(lambda line, kind=kind: f"--type={kind}" in line))
        found[f"of it {kind} memory_MB"] = mine
    found["service memory_MB"] = sum(
        _list_memory_mb(lambda line: "locate_service:create_app" in line)
    )
    return found


def _list_memory_mb(is_it: Callable[[str], bool]) -> Iterator[float]:
    """Memory of the processes below this one whose command line fits, shared pages split."""
    parents, lines = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            lines[int(folder.name)] = (folder / "cmdline").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(stat[1])
    for pid, line in lines.items():
        above = pid
        while above > 1 and above != os.getpid():
            above = parents.get(above, 0)
        if above == os.getpid() and pid != above and is_it(line):
            yield _read_pss_mb(pid)


def _read_pss_mb(pid: int) -> float:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(row.split()[1]) / 1000 for row in rows if row.startswith("Pss:")), 0.0)


@contextmanager
def _clerk(port: int) -> Iterator[Callable[[float, float, str], int]]:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as api:
        answer = api.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
        api.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf_token"]

        def file_case(lng: float, lat: float, key: str) -> int:
            filed = api.post(
                "/api/cases",
                headers={"Idempotency-Key": key},
                json={"kind": "land", "text": "合成数据", "source": "visit",
                      "place": {"lng": lng, "lat": lat}},
            )  # fmt: skip
            return int(filed.status_code == 201)

        yield file_case


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 3), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
