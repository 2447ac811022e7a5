"""``wangge serve``: the API and its worker, supervised until Ctrl-C."""

from __future__ import annotations

import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_api.db import cluster, migrate
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput, WanggeError

RESTART_WINDOW_S = 600.0
STOP_TIMEOUT_S = 15.0
LONGEST_PAUSE_S = 10.0
POLL_S = 0.25
_SUPERVISED_ENV = "WANGGE_SUPERVISED"


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; other than loopback needs TLS.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate chain, PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Private key, PEM.")] = None,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Also run the worker of long jobs.")
    ] = True,
) -> None:
    """启动服务和后台作业 / Run the service and its worker until Ctrl-C."""
    settings = _settings_with(host=host, port=port, tls_cert=tls_cert, tls_key=tls_key)
    require_safe_listener(settings)
    require_free_port(settings.host, settings.port)
    console = Console(stderr=True)
    database = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=console.print,
        wal_archive=settings.wal_archive_dir,
    )
    migrate.upgrade(database.admin_url)
    children = [Child("api", _api_command(settings))]
    if worker:
        children.append(Child("worker", _own_command("worker")))
    watch = None if settings.external_database_url else _keep_cluster(settings)
    raise typer.Exit(supervise(children, _environment(settings), settings.worker_restarts, watch))


def require_safe_listener(settings: Settings) -> None:
    """Refuse to be reachable from other machines without TLS, and TLS files that are not there.

    Phones give their position and keep offline drafts only in a secure context, and a session
    cookie must not cross the network in the clear.
    """
    for path in (settings.tls_cert, settings.tls_key):
        if path is not None and not path.is_file():
            raise InvalidInput("serve.tls_file_missing", file=str(path))
    if settings.tls_cert is None and not is_loopback(settings.host):
        raise InvalidInput("serve.plain_http_beyond_loopback", host=settings.host)


def require_free_port(host: str, port: int) -> None:
    """Say at once that another program has the port, instead of restarting in vain."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise InvalidInput(
                "serve.cannot_listen", host=host, port=port, reason=error.strerror or str(error)
            ) from error


def is_loopback(host: str) -> bool:
    """True for localhost, 127.0.0.0/8 and ::1."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _settings_with(**given: object) -> Settings:
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _environment(settings: Settings) -> dict[str, str]:
    """The children read the same settings that this command was given."""
    chosen = {
        "WANGGE_HOST": settings.host,
        "WANGGE_PORT": str(settings.port),
        "WANGGE_TLS_CERT": str(settings.tls_cert or ""),
        "WANGGE_TLS_KEY": str(settings.tls_key or ""),
        _SUPERVISED_ENV: "1",
    }
    return {**os.environ, **{name: value for name, value in chosen.items() if value}}


def _own_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gis_api.cli.main", *arguments]


def _api_command(settings: Settings) -> list[str]:
    command = [
        sys.executable, "-m", "uvicorn", "gis_api.app:create_app", "--factory",
        "--host", settings.host, "--port", str(settings.port),
        "--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "5",
    ]  # fmt: skip
    if settings.tls_cert is not None and settings.tls_key is not None:
        command += ["--ssl-certfile", str(settings.tls_cert)]
        command += ["--ssl-keyfile", str(settings.tls_key)]
    return command


def _keep_cluster(settings: Settings) -> Callable[[], None]:
    """A check that brings the private cluster back when its postmaster was killed."""

    def watch() -> None:
        found = cluster.get_status(settings.var_dir)
        if found is not None and found.running:
            return
        print("database: 已停,重新启动 / stopped, starting again", file=sys.stderr)
        try:
            cluster.ensure_running(settings.var_dir, wal_archive=settings.wal_archive_dir)
        except WanggeError as error:
            print(f"database: {error}", file=sys.stderr)

    return watch


@dataclass
class Child:
    """One supervised process and when it was lately started."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: deque[float] = field(default_factory=deque)

    def start(self, environment: dict[str, str]) -> None:
        """Start in a session of its own: Ctrl-C reaches the supervisor, which stops the child."""
        self.started_at.append(time.monotonic())
        self.process = subprocess.Popen(
            [*_dies_with_parent(), *self.command],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def count_recent_starts(self) -> int:
        while self.started_at and time.monotonic() - self.started_at[0] > RESTART_WINDOW_S:
            self.started_at.popleft()
        return len(self.started_at)

    def may_start_again(self) -> bool:
        """At once after a long life; after a short one, later each time (to ten seconds)."""
        starts = self.count_recent_starts()
        if starts == 0:
            return True
        lived_s = time.monotonic() - self.started_at[-1]
        return lived_s >= min(0.25 * 2.0**starts, LONGEST_PAUSE_S)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop_by(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _dies_with_parent() -> list[str]:
    """A prefix that ends the child when the supervisor itself is killed, where it is installed."""
    found = shutil.which("setpriv")
    return [found, "--pdeathsig", "TERM"] if found else []


def supervise(
    children: list[Child],
    environment: dict[str, str],
    restart_limit: int,
    watch: Callable[[], None] | None = None,
) -> int:
    """Run the children until a signal; restart one that dies, up to the limit in ten minutes.

    Returns 0 after a signal, 1 when a child dies too often.  Every child is stopped on the way
    out, also when this function raises.
    """
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    try:
        for child in children:
            child.start(environment)
        while not stopping:
            if watch is not None:
                watch()
            for child in filter(Child.has_ended, children):
                if child.count_recent_starts() > restart_limit:
                    print(
                        f"{child.name}: 反复退出,停止服务 / dies again and again", file=sys.stderr
                    )
                    return 1
                if child.may_start_again():
                    print(f"{child.name}: 重新启动 / starting again", file=sys.stderr)
                    child.start(environment)
            time.sleep(POLL_S)
        return 0
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in children:
            child.stop_by(deadline)
