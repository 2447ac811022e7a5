"""Half an hour of the wall and the desk over the league (合成数据) at sixteen times the event rate.

Thirty minutes then bring the events of eight hours.  The pages move by timers of their own.  Every
half minute the memory of the browser's and the service's processes is read from outside, and heap
and nodes of the pages after a collection.  No driver is attached: one keeps what the pages that it
watches read, and their memory grew by 503 MB an hour with one and by 66 without.  The slope after a
warm-up is a least-squares line; memory moves by some tens of MB from sample to sample, so
that a short run tells little of it.  What eight hours would add at the same pace is extrapolated,
not measured.

WANGGE_SOAK_MINUTES makes it shorter for a trial, never longer than an hour.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.outbox import emit_event
from tests.bench.devtools import Browser, Page, open_chromium
from tests.bench.league import LOGIN, PASSWORD, open_place, run_service
from tests.bench.map import DRAWN, FLAGS, HEAP_GOAL_MB, find_chromium

PLACE, SEED, CLAIMS = "xilingol", 20260101, 100_000
# a busy day of a league: an event every half minute
EVENTS_PER_HOUR, TIMES = 120, 16
FILED_EVERY = 10  # of the events, so that counts and colours change too
SAMPLE_S, DAY_H, MOST_MINUTES = 30.0, 8.0, 60.0
PAGES = {"wall": "/?mode=wall&pitch=1.13&dist=5", "desk": "/#&level=6"}
AWAKE = [
    "--lang=zh-CN", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
]  # fmt: skip
SIGN_IN = """
(([login, password]) => {
  document.querySelector("[name=login]").value = login;
  document.querySelector("[name=password]").value = password;
  document.querySelector("[name=password]").form.requestSubmit();
})(%s)
"""
# What a day brings, twice a minute: the wall drills and comes back, the desk pans to and fro.
MOVES = """
((keys) => {
  window.faults = 0;
  window.addEventListener("error", () => { window.faults += 1; });
  window.addEventListener("unhandledrejection", () => { window.faults += 1; });
  let turn = 0;
  setInterval(() => {
    const key = keys[(turn += 1) %% keys.length];
    const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.body.dispatchEvent(pressed);
  }, 30000);
})(%s)
"""
KEYS = {"wall": ["1", "0"], "desk": ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"]}


def run() -> list[dict[str, Any]]:
    """Slopes and ends of each page's heap, of its process and of the service."""
    minutes = min(MOST_MINUTES, float(os.environ.get("WANGGE_SOAK_MINUTES", "30")))
    with (
        open_place(PLACE, claims=CLAIMS) as admin,
        run_service(PLACE, "tests.bench.locate_service:create_app") as port,
        open_chromium(find_chromium(), [*FLAGS, *AWAKE]) as browser,
    ):
        version = browser.send("Browser.getVersion", {})["product"]
        pages = _open_pages(browser, f"http://127.0.0.1:{port}")
        engine = make_engine(admin.url.render_as_string(hide_password=False), pool_size=2)
        try:
            rows = _soak(engine, port, pages, minutes)
        finally:
            engine.dispose()
    return [row | {"versions": {"chromium": version}} for row in rows]


def _open_pages(browser: Browser, base_url: str) -> dict[str, Page]:
    pages = {name: browser.open_page(1920, 1080) for name in PAGES}
    first = next(iter(pages.values()))
    first.go_to(base_url + "/")
    first.wait_for("Boolean(document.querySelector('[name=login]'))")
    first.evaluate(SIGN_IN % json.dumps([LOGIN, PASSWORD]))
    first.wait_for(f"Boolean(({DRAWN})())")
    for name, page in pages.items():
        page.go_to(base_url + PAGES[name])
        page.wait_for(f"Boolean(({DRAWN})())")
        page.evaluate(MOVES % json.dumps(KEYS[name]))
    return pages


def _look(pages: dict[str, Page]) -> tuple[dict[str, float], int]:
    """Heap and nodes of each page after a collection, and faults of the pages so far."""
    found: dict[str, float] = {}
    faults = 0
    for name, page in pages.items():
        memory = page.measure()
        found |= {
            f"{name} heap_MB": memory.page_mb + memory.workers_mb,
            f"of it {name} workers_MB": memory.workers_mb,
            f"{name} nodes": float(memory.nodes),
        }
        faults += int(page.evaluate("window.faults"))
    return found, faults


def _soak(
    engine: Engine, port: int, pages: dict[str, Page], minutes: float
) -> list[dict[str, Any]]:
    with engine.connect() as conn:
        places = conn.exec_driver_sql(
            "SELECT v.code, ST_X(p), ST_Y(p) FROM cell_version v, ST_PointOnSurface(v.geom) p"
            " WHERE v.rank = (SELECT max(rank) FROM grid_level) AND v.valid @> today()"
            " ORDER BY v.code LIMIT 2000"
        ).all()
    began_s = time.monotonic()
    samples: list[tuple[float, dict[str, float]]] = []
    sent = filed = faults = 0
    with _clerk(port) as file_case:
        while (now_s := time.monotonic() - began_s) < minutes * 60:
            code, lng, lat = places[(sent * 37) % len(places)]
            if sent % FILED_EVERY == 0:
                filed += file_case(lng, lat, f"soak-{began_s}-{sent}")
            else:
                with begin(engine, SYSTEM) as conn:
                    emit_event(conn, "case.step", code, None, "0")
            sent += 1
            if now_s >= len(samples) * SAMPLE_S:
                memory = _read_processes()
                found, faults = _look(pages)
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
    return rows + _slopes(samples)


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
