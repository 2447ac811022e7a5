"""``wangge serve``: the API and its worker, supervised until Ctrl-C."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console

from gis_api.cli.supervisor import Child, supervise
from gis_api.db import cluster
from gis_api.settings import Settings
from grid_boundaries.errors import InvalidInput, WanggeError

FIRST_BASE_BACKUP_S = 60.0
BASE_BACKUP_LOOK_S = 3600.0
BASE_BACKUP_INTERVAL = timedelta(hours=24)
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
    log: Annotated[
        Path | None, typer.Option(help="Append the log lines to this file; default: to stderr.")
    ] = None,
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
    database.migrate()
    with contextlib.ExitStack() as closing:
        output = None if log is None else closing.enter_context(open_log(log))
        children = [Child("api", _api_command(settings), output)]
        if worker:
            children.append(Child("worker", _own_command("worker"), output))
        watches = [Announcement(settings, console, log).watch]
        if settings.external_database_url is None:
            watches.append(ClusterKeeper(settings).watch)
        code = supervise(children, _environment(settings), settings.worker_restarts, watches)
    raise typer.Exit(code)


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
    if settings.api_processes > 1:
        command += ["--workers", str(settings.api_processes)]
    if settings.tls_cert is not None and settings.tls_key is not None:
        command += ["--ssl-certfile", str(settings.tls_cert)]
        command += ["--ssl-keyfile", str(settings.tls_key)]
    return command


def open_log(file: Path) -> IO[bytes]:
    """The log to append to, readable by its owner only, also where it was made more widely."""
    output = file.open("ab")
    file.chmod(0o600)
    return output


@dataclass
class Announcement:
    """Tells the address once, when the service really answers there."""

    settings: Settings
    console: Console
    log: Path | None
    is_made: bool = False

    def watch(self) -> None:
        """Look once whether the port answers yet."""
        if self.is_made or not _answers(self.settings):
            return
        self.is_made = True
        scheme = "https" if self.settings.secure else "http"
        address = f"{scheme}://{_shown_host(self.settings.host)}:{self.settings.port}"
        self.console.print(f"\n网格已启动 / wangge is up: [bold]{address}[/bold]", soft_wrap=True)
        if self.log is not None:
            self.console.print(f"日志 / log: {self.log}", soft_wrap=True)
        self.console.print("按 Ctrl-C 停止 / Ctrl-C stops it")


def _answers(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104
    try:
        with socket.create_connection((host.strip("[]"), settings.port), timeout=0.2):
            return True
    except OSError:
        return False


def _shown_host(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


@dataclass
class ClusterKeeper:
    """Revives a killed postmaster, and has a base backup made each day beside the service."""

    settings: Settings
    next_look_at: float = field(default_factory=lambda: time.monotonic() + FIRST_BASE_BACKUP_S)
    chore: subprocess.Popen[bytes] | None = None

    def watch(self) -> None:
        """Look once; never raises for a database that cannot be started yet."""
        found = cluster.get_status(self.settings.var_dir)
        if found is None or not found.running:
            self._revive()
        elif time.monotonic() > self.next_look_at and not self._is_busy():
            self.next_look_at = time.monotonic() + BASE_BACKUP_LOOK_S
            self._start_base_backup_if_due()

    def _revive(self) -> None:
        print("database: 已停，重新启动 / stopped, starting again", file=sys.stderr)
        try:
            cluster.ensure_running(self.settings.var_dir, wal_archive=self.settings.wal_archive_dir)
        except WanggeError as error:
            print(f"database: {error}", file=sys.stderr)

    def _is_busy(self) -> bool:
        return self.chore is not None and self.chore.poll() is None

    def _start_base_backup_if_due(self) -> None:
        archive = self.settings.wal_archive_dir
        if cluster.is_base_backup_due(
            self.settings.var_dir, BASE_BACKUP_INTERVAL, wal_archive=archive
        ):
            self.chore = subprocess.Popen(
                _own_command("cluster", "base-backup"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
