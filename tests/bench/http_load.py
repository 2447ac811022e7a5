"""A bounded HTTP load on loopback: keep-alive connections, one request at a time on each.

A protocol in plain asyncio, because a client library would cost more than the server under test.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from dataclasses import dataclass
from itertools import cycle

import numpy as np

_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Answers per second, latencies in ms, and how many answers were neither 200 nor 201."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int


class _Connection(asyncio.Protocol):
    def __init__(self, requests: list[bytes], offset: int, deadline_s: float) -> None:
        self.requests = cycle(requests[offset:] + requests[:offset])
        self.deadline_s = deadline_s
        self.took_s: list[float] = []
        self.failures = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def _ask(self) -> None:
        self.asked_s = time.perf_counter()
        if self.asked_s >= self.deadline_s:
            self.transport.close()
            return
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.buffer[:head_end].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < head_end + 4 + length:
            return
        self.took_s.append(time.perf_counter() - self.asked_s)
        self.failures += not head.startswith((b"http/1.1 200", b"http/1.1 201"))
        self.buffer = b""
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self.failures += 1
        if not self.done.done():
            self.done.set_result(None)


def measure_load(
    host: str, port: int, requests: list[bytes], *, connections: int, seconds: float
) -> LoadReport:
    """Send for at most ``seconds`` (≤ 60) over at most 64 connections; loopback only."""
    if not ipaddress.ip_address(host).is_loopback or connections > 64 or seconds > 60:
        raise ValueError("loads are bounded and address loopback only")
    return asyncio.run(_measure(host, port, requests, connections, seconds))


async def _measure(
    host: str, port: int, requests: list[bytes], connections: int, seconds: float
) -> LoadReport:
    loop = asyncio.get_running_loop()
    started_s = time.perf_counter()
    step = max(len(requests) // connections, 1)
    protocols = [
        (await loop.create_connection(
            lambda i=i: _Connection(requests, i * step, started_s + seconds), host, port
        ))[1]
        for i in range(connections)
    ]  # fmt: skip
    await asyncio.gather(*(protocol.done for protocol in protocols))
    took_s = time.perf_counter() - started_s
    latencies_ms = np.concatenate([p.took_s for p in protocols]) * 1000
    return LoadReport(
        requests=len(latencies_ms),
        per_second=len(latencies_ms) / took_s,
        p50_ms=float(np.percentile(latencies_ms, 50)),
        p99_ms=float(np.percentile(latencies_ms, 99)),
        failures=sum(p.failures for p in protocols),
    )


def get_requests(host: str, port: int, paths: list[str], cookie: str) -> list[bytes]:
    """GET requests as they go over the wire."""
    return [
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
        for path in paths
    ]


def post_requests(
    host: str, port: int, path: str, bodies: list[bytes], cookie: str, csrf_token: str
) -> list[bytes]:
    """POST requests with JSON bodies as they go over the wire."""
    return [
        (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n"
            f"X-CSRF-Token: {csrf_token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body
        for body in bodies
    ]
