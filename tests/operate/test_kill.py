"""kill -9 of API and of PostgreSQL under four writers: nothing acknowledged is lost or halved."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import create_engine

from gis_api.db import cluster
from gis_api.db.cluster_databases import DatabaseAddress
from tests.builders import PASSWORD, build_town

ROOT = Path(__file__).resolve().parents[2]
WRITERS = 4
ROUNDS = 5
PATIENCE_S = 60.0

HALVES = """
SELECT 'case without text' AS half, count(*) FROM "case" c
  WHERE NOT EXISTS (SELECT FROM case_text t WHERE t.case_id = c.case_id)
UNION ALL SELECT 'case without history', count(*) FROM "case" c
  WHERE NOT EXISTS (SELECT FROM case_history h WHERE h.case_id = c.case_id)
UNION ALL SELECT 'case without its key', count(*) FROM "case" c
  WHERE NOT EXISTS (SELECT FROM idempotency_key k WHERE k.case_id = c.case_id)
UNION ALL SELECT 'key without its case', count(*) FROM idempotency_key WHERE case_id IS NULL
UNION ALL SELECT 'case without its event', count(*) FROM "case" c
  WHERE NOT EXISTS (SELECT FROM event_outbox e WHERE e.code = c.code)
UNION ALL SELECT 'one key, two cases', count(*) - count(DISTINCT case_id) FROM idempotency_key
"""


@dataclass
class Service:
    """A running ``wangge serve`` on a cluster of its own."""

    var_dir: Path
    database: DatabaseAddress
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def find_api_pid(self) -> int | None:
        """The supervised API process, a child of ``wangge serve``."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in path.read_text("ascii").split():
            command = Path(f"/proc/{pid}/cmdline")
            if command.exists() and b"gis_api.app:create_app" in command.read_bytes():
                return int(pid)
        return None

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError((self.var_dir / "serve.log").read_text("utf-8")[-3000:])


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    var_dir = ROOT / "var" / f"test-kill-{os.getpid()}"
    database = cluster.open_database(None, "wangge", var_dir)
    database.migrate()
    engine = create_engine(database.admin_url)
    with engine.begin() as connection:
        build_town(connection)
    engine.dispose()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    outside = {k: v for k, v in os.environ.items() if not k.startswith("WANGGE_")}
    with (var_dir / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gis_api.cli.main", "serve", "--no-worker", "--port", str(port)],
            env={**outside, "WANGGE_VAR_DIR": str(var_dir)},
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    running = Service(var_dir, database, port, process)
    try:
        running.wait_until_ready()
        yield running
    finally:
        process.terminate()
        process.wait(30)
        cluster.stop(var_dir)
        found = cluster.get_status(var_dir)
        assert found is not None
        shutil.rmtree(found.home)
        shutil.rmtree(var_dir, ignore_errors=True)


@dataclass
class Writer:
    """One clerk who files cases and, like a good client, repeats with the same key until told."""

    url: str
    number: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unheard: int = 0

    def run(self, stopping: threading.Event) -> None:
        with httpx.Client(base_url=self.url, timeout=10, trust_env=False) as client:
            answer = client.post("/api/session", json={"login": "clerk", "password": PASSWORD})
            client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
            while not stopping.is_set():
                self._file(client, uuid.uuid4().hex)

    def _file(self, client: httpx.Client, key: str) -> None:
        body = {
            "kind": "neighbour",
            "text": f"合成数据 {self.number} {key}",
            "source": "visit",
            "place": {"lng": 110.505 + 0.01 * (self.number - 1), "lat": 39.405},
        }
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                answer = client.post("/api/cases", json=body, headers={"Idempotency-Key": key})
            except httpx.HTTPError:
                self.unheard += 1
                time.sleep(0.05)
                continue
            if answer.status_code in {200, 201}:
                self.acknowledged[key] = answer.json()["code"]
                return
            if answer.status_code < 500:
                self.refused.append(f"{answer.status_code} {answer.text[:300]}")
                return
            time.sleep(0.05)
        self.refused.append("no answer in time")


def _count(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def _wait_for_more(writers: list[Writer], more: int) -> None:
    wanted, deadline = _count(writers) + more, time.monotonic() + PATIENCE_S
    while _count(writers) < wanted:
        assert time.monotonic() < deadline, [writer.refused[-3:] for writer in writers]
        time.sleep(0.05)


def _kill_api(service: Service) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (pid := service.find_api_pid()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def _kill_database(service: Service) -> None:
    found = cluster.get_status(service.var_dir)
    assert found is not None
    assert found.pid is not None
    os.kill(found.pid, signal.SIGKILL)


@pytest.mark.slow
def test_no_acknowledged_case_is_lost_or_halved_by_killing_api_and_database(
    service: Service,
) -> None:
    stopping = threading.Event()
    writers = [Writer(service.url, number) for number in range(1, WRITERS + 1)]
    threads = [threading.Thread(target=writer.run, args=(stopping,)) for writer in writers]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        _wait_for_more(writers, 20)
        _kill_api(service)
        _wait_for_more(writers, 20)
        _kill_database(service)
    _wait_for_more(writers, 20)
    stopping.set()
    for thread in threads:
        thread.join(PATIENCE_S * 2)
    assert [thread.is_alive() for thread in threads] == [False] * WRITERS

    acknowledged = {key: code for writer in writers for key, code in writer.acknowledged.items()}
    with psycopg.connect(service.database.conninfo) as connection:
        stored = connection.execute(
            'SELECT k.key, c.code FROM idempotency_key k JOIN "case" c USING (case_id)'
        ).fetchall()
        halves = connection.execute(HALVES).fetchall()
        total = connection.execute('SELECT count(*) FROM "case"').fetchone()
    assert [writer.refused for writer in writers] == [[]] * WRITERS
    assert dict(stored) == acknowledged
    assert total == (len(acknowledged),)
    assert {name: count for name, count in halves if count} == {}
    assert sum(writer.unheard for writer in writers) > 0  # the kills did hit somebody
    print(f"{len(acknowledged)} acknowledged, {ROUNDS} rounds")


def test_ctrl_c_ends_every_process_of_the_service(service: Service) -> None:
    service.wait_until_ready()
    api = service.find_api_pid()
    assert api is not None
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(30) == 0
    deadline = time.monotonic() + 10
    while Path(f"/proc/{api}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{api}").exists()
