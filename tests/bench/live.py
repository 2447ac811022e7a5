"""200 live map walls on the production hub: every event, how late, after a cut, and when slow.

The service is the real one with one worker; the walls are connections on loopback in a process
beside it, so that their work does not count as the service's. An event is late by the time from
just before its transaction commits until its frame is read.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.outbox import emit_event
from tests.bench.league import open_place, run_service
from tests.bench.tiles import sign_in

PLACE, SEED = "narisong", 20260101
CLIENTS, CUT, EVENTS, EVENTS_PER_S, FLOOD = 200, 20, 100, 10.0, 40_000
P99_GOAL_MS = 50.0
_READ_BYTES = 65536


@dataclass(slots=True)
class Heard:
    """What one wall read: codes in order, when each was there, gaps, its last id."""

    codes: list[str] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)
    gaps: int = 0
    last_id: str = ""


class _Wall:
    """One stream; ``quiet`` means that it does not read for now."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self.heard = Heard()
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, *, last_id: str = "", small: bool = False) -> None:
        sock = socket.socket()
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self._port))
        self._reader, self._writer = await asyncio.open_connection(sock=sock, limit=8192)
        back = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self._writer.write(
            f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Cookie: {self._cookie}\r\n{back}\r\n".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"the stream answered {head[:60]!r}")

    def listen(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._read())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._writer is not None:
            self._writer.close()
        await asyncio.sleep(0)

    async def _read(self) -> None:
        rest = b""
        while data := await self._reader.read(_READ_BYTES):
            now_s = time.monotonic()
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._take(line.strip(), now_s)

    def _take(self, line: bytes, now_s: float) -> None:
        if line.startswith(b"id: "):
            self.heard.last_id = line[4:].decode()
        elif line == b"event: gap":
            self.heard.gaps += 1
        elif line.startswith(b'data: {"id"'):
            self.heard.codes.append(json.loads(line[6:])["code"])
            self.heard.at_s.append(now_s)


def run() -> list[dict[str, Any]]:
    """Latency and loss of 200 walls, 20 of them cut and back, then one that does not read."""
    with (
        open_place(PLACE) as admin,
        run_service(PLACE, "tests.bench.locate_service:create_app") as port,
    ):
        engine = make_engine(str(admin.url.render_as_string(hide_password=False)), pool_size=2)
        try:
            return _measure(engine, port)
        finally:
            engine.dispose()


def _measure(engine: Engine, port: int) -> list[dict[str, Any]]:
    cookie = sign_in(port)
    began_s = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(1) as beside:
        asked = beside.apply_async(_watch, (port, cookie, CLIENTS, CUT))
        time.sleep(8.0)
        sent: dict[str, float] = {}
        for number in range(EVENTS):
            due_s = time.monotonic() + 1 / EVENTS_PER_S
            code = f"bench-{number}"
            with begin(engine, SYSTEM) as conn:
                emit_event(conn, "case.registered", None, code, "0")
                sent[code] = time.monotonic()
            time.sleep(max(0.0, due_s - time.monotonic()))
        heard: list[Heard] = asked.get(timeout=60)
    rows = _judge(heard, list(sent), sent)
    rows[0]["wall_s"] = round(time.perf_counter() - began_s, 1)
    return rows + asyncio.run(_let_one_fall_behind(engine, port, cookie))


def _judge(heard: list[Heard], codes: list[str], sent: dict[str, float]) -> list[dict[str, Any]]:
    steady, cut = heard[CUT:], heard[:CUT]
    late_ms = np.array(
        [
            (at - sent[code]) * 1000
            for one in steady
            for code, at in zip(one.codes, one.at_s, strict=True)
        ]
    )
    got = sum(len(set(one.codes)) for one in steady)
    whole = sum(one.codes == codes for one in steady)
    back = sum(one.codes == codes and not one.gaps for one in cut)
    p50, p99 = float(np.percentile(late_ms, 50)), float(np.percentile(late_ms, 99))
    case = f"{CLIENTS} walls"
    return [
        _row(case, "p50_ms", p50, n=len(late_ms)),
        _row(case, "p99_ms", p99, goal=P99_GOAL_MS, ok=p99 < P99_GOAL_MS, n=len(late_ms)),
        _row(case, "worst_ms", float(late_ms.max()), n=len(late_ms)),
        _row(case, "events lost", len(steady) * len(codes) - got, goal=0,
             ok=got == len(steady) * len(codes), n=len(steady) * len(codes)),
        _row(case, "walls with all in order, none twice", whole, goal=len(steady),
             ok=whole == len(steady), n=len(steady)),
        _row("cut and back by Last-Event-ID", "walls with all in order, none twice, no gap", back,
             goal=CUT, ok=back == CUT, n=CUT),
    ]  # fmt: skip


def _watch(port: int, cookie: str, clients: int, cut: int) -> list[Heard]:
    """In a process of its own: the walls until all is heard, at most forty seconds."""
    return asyncio.run(_watch_all(port, cookie, clients, cut))


async def _watch_all(port: int, cookie: str, clients: int, cut: int) -> list[Heard]:
    walls = [_Wall(port, cookie) for _ in range(clients)]
    for wall in walls:
        await wall.open()
        wall.listen()
    deadline_s = time.monotonic() + 40.0
    was_cut = False
    while time.monotonic() < deadline_s and any(len(w.heard.codes) < EVENTS for w in walls):
        await asyncio.sleep(0.05)
        if not was_cut and len(walls[0].heard.codes) >= EVENTS // 3:
            was_cut = True
            for wall in walls[:cut]:
                await wall.close()
            await asyncio.sleep(2.0)
            for wall in walls[:cut]:
                await wall.open(last_id=wall.heard.last_id)
                wall.listen()
    for wall in walls:
        await wall.close()
    return [wall.heard for wall in walls]


async def _let_one_fall_behind(engine: Engine, port: int, cookie: str) -> list[dict[str, Any]]:
    """A wall that does not read while 40,000 events pass: it is told of a gap, then goes on."""
    slow = _Wall(port, cookie)
    await slow.open(small=True)
    await asyncio.sleep(0.5)
    with begin(engine, SYSTEM) as conn:
        conn.exec_driver_sql(
            "INSERT INTO event_outbox (kind, code, access_key)"
            " SELECT 'case.registered', 'flood-' || n, '0' FROM generate_series(1, %(n)s) n",
            {"n": FLOOD},
        )
    await asyncio.sleep(8.0)
    slow.listen()
    await asyncio.sleep(6.0)
    with begin(engine, SYSTEM) as conn:
        emit_event(conn, "case.registered", None, "after-flood", "0")
    await asyncio.sleep(3.0)
    await slow.close()
    heard = slow.heard
    numbers = [int(code.split("-")[1]) for code in heard.codes if code.startswith("flood-")]
    breaks = sum(b != a + 1 for a, b in pairwise(numbers))
    breaks += bool(numbers) and numbers[-1] != FLOOD
    told = heard.gaps >= 1 and breaks <= heard.gaps and heard.codes[-1] == "after-flood"
    return [
        _row("one that does not read", "gaps told", heard.gaps, goal=1, ok=told, n=FLOOD),
        _row("one that does not read", "places where events are missing", breaks, n=FLOOD),
    ]


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 3), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
