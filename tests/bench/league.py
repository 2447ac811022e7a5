"""The league demo (合成数据) in a database of its own, kept between benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine

from gis_api.access.store import create_user
from gis_api.db import cluster
from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.migrate import upgrade

VAR = Path(__file__).resolve().parents[2] / "var" / "bench"
LOGIN, PASSWORD = "bench-centre", "bench pass phrase of the league"


def environment(place: str) -> dict[str, str]:
    """Settings of a service on the benchmark's database of a place."""
    return os.environ | {
        "WANGGE_VAR_DIR": str(VAR),
        "WANGGE_DATABASE_NAME": f"wangge_{place}",
        "WANGGE_RATE_LIMIT_FACTOR": "0",
    }


@contextmanager
def open_place(place: str, *, claims: int = 0) -> Iterator[Engine]:
    """The administrator's engine on the loaded demo place; loads it on the first run (minutes).

    ``claims``: how many parcels a place is loaded with; one that is loaded stays as it is.
    """
    address = cluster.open_database(None, f"wangge_{place}", VAR)
    upgrade(address.admin_url)
    admin = create_engine(address.admin_url, connect_args={"prepare_threshold": None})
    try:
        with admin.connect() as conn:
            loaded = conn.exec_driver_sql("SELECT count(*) FROM place_setting").scalar_one()
        if not loaded:
            command = [
                sys.executable, "-m", "gis_api.cli.main", "demo", place, "--claims", str(claims),
                "--commit",
            ]  # fmt: skip
            subprocess.run(command, env=environment(place), check=True, stdout=sys.stderr)
            with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.exec_driver_sql("VACUUM ANALYZE")
        _ensure_user(address.app_url)
        yield admin
    finally:
        admin.dispose()


def _ensure_user(app_url: str) -> None:
    engine = make_engine(app_url, pool_size=1)
    with begin(engine, SYSTEM) as conn:
        known = conn.exec_driver_sql(
            "SELECT count(*) FROM app_user WHERE login = %(login)s", {"login": LOGIN}
        ).scalar_one()
        if not known:
            create_user(conn, LOGIN, PASSWORD, "centre", must_change=False)
    engine.dispose()


@contextmanager
def run_service(place: str, factory: str, *, processes: int = 1) -> Iterator[int]:
    """The service in so many processes on a free loopback port; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1",
        "--port", str(port), "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    if processes > 1:
        command += ["--workers", str(processes)]
    log = (VAR / "service.log").open("ab")
    service = subprocess.Popen(command, env=environment(place), stdout=log, stderr=log)
    try:
        _wait_until_ready(port, service)
        yield port
    finally:
        service.terminate()
        service.wait(timeout=30)
        log.close()


def _wait_until_ready(port: int, service: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if service.poll() is not None:
            raise RuntimeError(f"the service ended with {service.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the service did not get ready in two minutes")
