"""``script/bench cases``: a county's hotline in bulk, and intake over HTTP (合成数据).

The demo county is loaded once and cloned for each run, so that a run leaves nothing behind.
WANGGE_BENCH_ROWS asks for fewer orders than the county's 180,302 while developing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import Engine, create_engine, text

from gis_api.db import cluster
from gis_api.db.cluster_databases import clone_database, drop_database
from layers.demo.generate import generate
from layers.demo.hotline_export import hotline_rows, write_csv
from layers.demo.places import get_place
from tests.bench import league
from tests.bench.http_load import measure_load, post_requests

PLACE, SEED = "guannan", 20
RUN = f"{PLACE}_run"
BAD_SHARE = 0.01
CONNECTIONS, SECONDS = 16, 15.0
# The least that meets the goal is what ``WANGGE_API_PROCESSES`` should be where so many register.
PROCESSES = int(os.environ.get("WANGGE_BENCH_PROCESSES", "2"))
Row = dict[str, Any]


def run() -> list[Row]:
    """Rows for the bulk file, its second run, and intake."""
    with league.open_place(PLACE):
        pass  # loaded, and nobody connected: a database in use cannot be cloned
    with _clone() as admin:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "hotline.csv"
            count = _write_orders(file)
            rows = [*_measure_bulk(admin, file, count)]
        _rest(admin)
        rows += _measure_intake()
    return rows


@contextmanager
def _clone() -> Iterator[Engine]:
    address = cluster.open_database(None, f"wangge_{PLACE}", league.VAR)
    drop_database(address.server, f"wangge_{RUN}")
    clone_database(address.server, f"wangge_{PLACE}", f"wangge_{RUN}")
    admin = create_engine(
        address.server.admin_url(f"wangge_{RUN}"), connect_args={"prepare_threshold": None}
    )
    try:
        yield admin
    finally:
        admin.dispose()
        drop_database(address.server, f"wangge_{RUN}")


def _rest(admin: Engine) -> None:
    """The register as on any morning: what the bulk file left is cleaned up and on disk, and no
    cleaner works beside the intake."""
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE")
        conn.exec_driver_sql("CHECKPOINT")


def _write_orders(file: Path) -> int:
    town = generate(get_place(PLACE), hotline=True)
    orders = town.cases[town.cases["source"] == "hotline"]
    orders = orders.tail(int(os.environ.get("WANGGE_BENCH_ROWS", "0")) or len(orders))
    made, _ = hotline_rows(orders.reset_index(drop=True), SEED, bad_share=BAD_SHARE)
    write_csv(file, made)
    return len(made)


def _measure_bulk(admin: Engine, file: Path, count: int) -> Iterator[Row]:
    first, wall_s, cpu_s = _import(file)
    whole = first["cases_added"] + first["rows_known"] + first["rows_queued"]
    yield _row("hotline", "wall s", wall_s, 90.0, count, cpu_s, wall_s, lower=True)
    yield _row("hotline", "rows unaccounted for", count - whole, 0, count, cpu_s, wall_s,
               lower=True)  # fmt: skip
    before = _fingerprint(admin)
    again, wall_s, cpu_s = _import(file)
    changed = int(_fingerprint(admin) != before) + int(not again["was_done"])
    yield _row("hotline again", "tables changed", changed, 0, count, cpu_s, wall_s, lower=True)


def _import(file: Path) -> tuple[Row, float, float]:
    command = [
        sys.executable, "-m", "gis_api.cli.main", "import", "cases", str(file), "--commit",
        "--json",
    ]  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    started_s = time.perf_counter()
    done = subprocess.run(command, env=league.environment(RUN), check=True, stdout=subprocess.PIPE)
    wall_s = time.perf_counter() - started_s
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return json.loads(done.stdout), wall_s, cpu_s


def _fingerprint(admin: Engine) -> list[tuple[Any, ...]]:
    """Rows and newest row versions of everything that an import writes."""
    tables = ("case", "case_text", "case_party", "case_history", "case_grant", "case_source_ref",
              "case_import", "case_import_queue", "notification")  # fmt: skip
    with admin.connect() as conn:
        return [
            tuple(
                conn.execute(text(f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"')).one()
            )
            for table in tables
        ]


def _measure_intake() -> list[Row]:
    rng = np.random.default_rng(SEED)
    app = "gis_api.app:create_app"
    with league.run_service(RUN, app, processes=PROCESSES) as port, _worker():
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, timeout=30) as client:
            answer = client.post(
                "/api/session", json={"login": league.LOGIN, "password": league.PASSWORD}
            )
            answer.raise_for_status()
            token = answer.json()["csrf_token"]
            cookie = f"wangge_session={client.cookies['wangge_session']}"
            home = client.get("/api/cells?rank=2").json()["features"]
        points = _points_in(home, rng, 9600)
        bodies = [
            json.dumps(
                {
                    "kind": str(rng.choice(["land", "neighbour", "family", "traffic"])),
                    "text": "窗口登记（合成数据）",
                    "source": "visit",
                    "place": {"lng": lng, "lat": lat},
                },
                ensure_ascii=False,
            ).encode()
            for lng, lat in points
        ]
        # every filing with a key of its own, as the pages send it
        requests = [
            one.replace(b"Content-Type", f"Idempotency-Key: bench-{n}\r\nContent-Type".encode(), 1)
            for n, one in enumerate(
                post_requests("127.0.0.1", port, "/api/cases", bodies, cookie, token)
            )
        ]
        warm, requests = requests[:1600], requests[1600:]
        measure_load("127.0.0.1", port, warm, connections=16, seconds=4.0)
        report = measure_load("127.0.0.1", port, requests, connections=CONNECTIONS, seconds=SECONDS)
    common = (report.requests, 0.0, SECONDS)
    return [
        _row("intake", "API processes", PROCESSES, None, *common),
        _row("intake", "load of the machine", os.getloadavg()[0], None, *common, lower=True),
        _row("intake", "requests/s", report.per_second, 150.0, *common),
        _row("intake", "p99 ms", report.p99_ms, None, *common, lower=True),
        _row("intake", "errors", report.failures, 0, *common, lower=True),
    ]


@contextmanager
def _worker() -> Iterator[None]:
    """The process that seals the audit each second."""
    log = (league.VAR / "worker.log").open("ab")
    worker = subprocess.Popen(
        [sys.executable, "-m", "gis_api.cli.main", "worker"],
        env=league.environment(RUN), stdout=log, stderr=log,
    )  # fmt: skip
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=30)
        log.close()


def _points_in(
    features: list[Row], rng: np.random.Generator, count: int
) -> list[tuple[float, float]]:
    """Points in the middle of cells, jittered a little."""
    import shapely

    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    chosen = rng.integers(len(shapes), size=count)
    inner = [shapely.point_on_surface(shape) for shape in shapes]
    jitter = rng.normal(0, 0.002, (count, 2))
    return [
        (round(inner[at].x + dx, 6), round(inner[at].y + dy, 6))
        for at, (dx, dy) in zip(chosen.tolist(), jitter.tolist(), strict=True)
    ]


def _row(
    case: str,
    metric: str,
    value: float,
    goal: float | None,
    n: int,
    cpu_s: float,
    wall_s: float,
    *,
    lower: bool = False,
) -> Row:
    ok = None if goal is None else (value <= goal if lower else value >= goal)
    return {
        "case": case, "metric": metric, "value": round(float(value), 3), "peer": None,
        "goal": goal, "ok": ok, "n": n, "seed": SEED, "versions": {},
        "cpu_s": round(cpu_s, 2), "wall_s": round(wall_s, 2),
    }  # fmt: skip
