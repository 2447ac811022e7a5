"""Vector tiles of the league (合成数据): ours against TiPG on the same database, and the memory.

TiPG serves a table that holds nothing but id and border of today's micro units with its own GiST
index - the easiest case for it.  Ours is asked for another day each time, so that no tile comes
from memory; both answer over HTTP to one caller, turn by turn.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db import cluster
from tests.bench.http_load import get_requests, measure_load
from tests.bench.league import LOGIN, PASSWORD, VAR, open_place, run_service

PLACE, SEED = "xilingol", 20260101
GOALS = {8: 0.4, 10: 0.4, 12: 0.6, 14: 0.6}
TILES = {8: 12, 10: 30, 12: 40, 14: 40}
CACHED_GOAL, CONNECTIONS, SECONDS, ROUNDS = 0.5, 16, 4.0, 3
PEER = "TiPG"
Tile = tuple[int, int, int]


def run() -> list[dict[str, Any]]:
    """Rows of every zoom, then of tiles from memory; every ratio is taken within this run."""
    with open_place(PLACE) as engine:
        rank, first_day = _prepare(engine)
        with engine.connect() as conn:
            chosen = {zoom: _choose_tiles(conn, rank, zoom, count) for zoom, count in TILES.items()}
            versions = {
                "postgis": conn.exec_driver_sql("SELECT postgis_lib_version()").scalar_one()
            }
        with (
            run_service(PLACE, "tests.bench.locate_service:create_app") as port,
            _run_tipg() as (peer_port, peer_version),
        ):
            rows = _against_tipg(port, peer_port, rank, chosen, first_day)
            rows += _from_memory(port, rank, chosen[12])
    return [row | {"versions": versions | {"tipg": peer_version}} for row in rows]


def _prepare(engine: Engine) -> tuple[int, date]:
    """The peer's table of today's micro units; their rank and the first day of the plan."""
    with engine.begin() as conn:
        rank, first_day = conn.exec_driver_sql(
            "SELECT max(rank), max(lower(valid)) FROM cell_version WHERE valid @> today()"
        ).one()
        conn.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS bench")
        conn.exec_driver_sql("DROP TABLE IF EXISTS bench.micro")
        conn.exec_driver_sql(
            "CREATE TABLE bench.micro AS SELECT cell_id, geom FROM cell_version"
            " WHERE rank = %(rank)s AND valid @> today()",
            {"rank": rank},
        )
        conn.exec_driver_sql("ALTER TABLE bench.micro ADD PRIMARY KEY (cell_id)")
        conn.exec_driver_sql("CREATE INDEX ON bench.micro USING gist (geom)")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE bench.micro")
    return int(rank), first_day


def _choose_tiles(conn: Connection, rank: int, zoom: int, count: int) -> list[Tile]:
    """Tiles that hold the middle of some unit, drawn without replacement."""
    half, across = 20037508.342789244, 2**zoom
    found = conn.exec_driver_sql(
        "SELECT DISTINCT floor((ST_X(p) + %(half)s) / (2 * %(half)s) * %(n)s)::int,"
        " floor((%(half)s - ST_Y(p)) / (2 * %(half)s) * %(n)s)::int"
        " FROM cell_version v, ST_PointOnSurface(v.geom_3857) p"
        " WHERE v.rank = %(rank)s AND v.valid @> today() ORDER BY 1, 2",
        {"half": half, "n": across, "rank": rank},
    ).all()
    tiles = [(zoom, x, y) for x, y in found]
    return random.Random(SEED).sample(tiles, min(count, len(tiles)))


def _against_tipg(
    port: int, peer_port: int, rank: int, chosen: dict[int, list[Tile]], first_day: date
) -> list[dict[str, Any]]:
    ours, theirs = _Asker(port, sign_in(port)), _Asker(peer_port, "")
    days = (first_day + timedelta(days=k) for k in range(1, 1_000_000))

    def our_path(tile: Tile) -> str:
        z, x, y = tile
        return f"/tiles/level-{rank}/{z}/{x}/{y}.mvt?on={next(days).isoformat()}"

    def peer_path(tile: Tile) -> str:
        z, x, y = tile
        return f"/collections/bench.micro/tiles/WebMercatorQuad/{z}/{x}/{y}?f=mvt"

    rows = []
    for zoom, tiles in chosen.items():
        began = time.perf_counter()
        mine, its = _turn_by_turn(ours, theirs, tiles, our_path, peer_path)
        ratio = median(m / t for (m, _), (t, _) in zip(mine, its, strict=True))
        more = {"peer": PEER, "n": len(tiles), "wall_s": round(time.perf_counter() - began, 2)}
        rows += [
            _row(f"z{zoom}", "median_ms", median(ms for ms, _ in mine), n=len(tiles)),
            _row(f"z{zoom}", "peer_median_ms", median(ms for ms, _ in its), **more),
            _row(f"z{zoom}", "ratio", ratio, goal=GOALS[zoom], ok=ratio <= GOALS[zoom], **more),
            _row(f"z{zoom}", "kB", median(size for _, size in mine) / 1000, n=len(tiles)),
            _row(f"z{zoom}", "peer_kB", median(size for _, size in its) / 1000, **more),
        ]
    return rows


def _turn_by_turn(
    ours: _Asker,
    theirs: _Asker,
    tiles: list[Tile],
    our_path: Callable[[Tile], str],
    peer_path: Callable[[Tile], str],
) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """Milliseconds and bytes of each tile, best of three, after one round to warm up."""
    mine: list[list[tuple[float, int]]] = [[] for _ in tiles]
    its: list[list[tuple[float, int]]] = [[] for _ in tiles]
    for round_no in range(ROUNDS + 1):
        for k, tile in enumerate(tiles):
            answers = ours.ask(our_path(tile)), theirs.ask(peer_path(tile))
            if round_no:
                mine[k].append(answers[0])
                its[k].append(answers[1])
    return [min(found) for found in mine], [min(found) for found in its]


class _Asker:
    """One keep-alive connection to a service on loopback."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {})

    def ask(self, path: str) -> tuple[float, int]:
        """Milliseconds until the whole answer is there, and its size on the wire."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        took_ms = (time.perf_counter() - began) * 1000
        if answer.status not in {200, 204}:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:200]!r}")
        return took_ms, len(body)


def _from_memory(port: int, rank: int, tiles: list[Tile]) -> list[dict[str, Any]]:
    """Answers per second of kept tiles beside those of a route that does nothing."""
    cookie = sign_in(port)
    paths = [f"/tiles/level-{rank}/{z}/{x}/{y}.mvt" for z, x, y in tiles]
    asker = _Asker(port, cookie)
    for path in paths:
        asker.ask(path)
    routes = {"kept tile": paths, "empty": ["/bench/empty"]}
    best = dict.fromkeys(routes, 0.0)
    failures = 0
    for _ in range(ROUNDS):
        for name, asked in routes.items():
            requests = get_requests("127.0.0.1", port, asked, cookie)
            report = measure_load(
                "127.0.0.1", port, requests, connections=CONNECTIONS, seconds=SECONDS
            )
            best[name] = max(best[name], report.per_second)
            failures += report.failures
    ratio = best["kept tile"] / best["empty"]
    return [
        _row("kept tile", "per_s", best["kept tile"], n=len(paths)),
        _row("kept tile", "of an empty handler", ratio, peer="empty handler", goal=CACHED_GOAL,
             ok=ratio >= CACHED_GOAL and failures == 0),
    ]  # fmt: skip


def sign_in(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"login": LOGIN, "password": PASSWORD})
    connection.request("POST", "/api/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"sign-in answered {answer.status}")
    return str(answer.getheader("set-cookie")).split(";", 1)[0]


@contextmanager
def _run_tipg() -> Iterator[tuple[int, str]]:
    """TiPG with its own environment and one worker; yields port and version."""
    python = os.environ["WANGGE_BENCH_PYTHON"]
    version = subprocess.run(
        [python, "-c", "from importlib.metadata import version; print(version('tipg'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    address = cluster.open_database(None, f"wangge_{PLACE}", VAR)
    # its settings want a host; a socket's folder is one, escaped
    plain, _, folder = address.admin_url.partition("?host=")
    url = plain.replace("postgresql+psycopg://", "postgresql://").replace("@/", f"@{folder}/")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = os.environ | {
        "DATABASE_URL": url,
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_DB_EXCLUDE_FUNCTION_SCHEMAS": '["public"]',
        "TIPG_MAX_FEATURES_PER_TILE": "100000",
        "TIPG_DB_MIN_CONN_SIZE": "2",
    }
    command = [
        python, "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    with (VAR / "tipg.log").open("ab") as log:
        service = subprocess.Popen(command, env=settings, stdout=log, stderr=log, cwd=VAR)
        try:
            _wait_for(port, service)
            yield port, version
        finally:
            service.terminate()
            service.wait(timeout=30)


def _wait_for(port: int, service: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        if service.poll() is not None:
            raise RuntimeError(f"TiPG ended with {service.returncode}; see {VAR / 'tipg.log'}")
        try:
            _Asker(port, "").ask("/collections/bench.micro")
            return
        except (OSError, http.client.HTTPException, RuntimeError):
            time.sleep(0.5)
    raise RuntimeError("TiPG did not get ready in a minute")


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 4), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
