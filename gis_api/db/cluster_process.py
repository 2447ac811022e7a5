"""Starting and stopping the postmaster, also after it was killed.

A killed postmaster stays a zombie for about 1.5 s and its children may live a little longer;
PostgreSQL refuses to start in that window, so the start waits for the old process first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from gis_api.db.cluster_places import ClusterPlaces, ClusterUnusable

START_TIMEOUT_S = 120
_OLD_PROCESS_TIMEOUT_S = 30.0
_STILL_LEAVING = ("is still in use", "already exists", "in progress", "being shut down")


@dataclass(frozen=True)
class Postmaster:
    """What the pid file and the process table say."""

    pid: int | None
    running: bool


def find_postmaster(data: Path) -> Postmaster:
    """The postmaster named by the pid file; ``running`` is False for a zombie."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text("utf-8").splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return Postmaster(None, running=False)
    return Postmaster(pid, running=_is_postgres(pid, data))


def _is_postgres(pid: int, data: Path) -> bool:
    try:
        state = (Path("/proc") / str(pid) / "stat").read_text("utf-8").rpartition(")")[2].split()[0]
        folder = (Path("/proc") / str(pid) / "cwd").resolve()
    except (FileNotFoundError, ProcessLookupError, PermissionError, IndexError):
        return False
    return state != "Z" and folder == data.resolve()


def start_postmaster(places: ClusterPlaces) -> None:
    """Start and wait until connections are accepted; recovery after a crash may take a while."""
    _wait_for_old_process(places.data)
    deadline = time.monotonic() + _OLD_PROCESS_TIMEOUT_S
    while True:
        _forget(places.start_log)
        done = places.run(
            places.bin_dir / "pg_ctl", "start", "-w", "-t", str(START_TIMEOUT_S),
            "-D", places.data, "-l", places.start_log, "-s", check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        reason = _read_reason(places) or done.stderr.strip()
        leaving = any(phrase in reason for phrase in _STILL_LEAVING)
        if not leaving or time.monotonic() > deadline:
            raise ClusterUnusable("cluster.start_failed", output=reason[-2000:])
        time.sleep(0.3)


def stop_postmaster(places: ClusterPlaces) -> bool:
    """Stop, rolling back open transactions; False when nothing ran."""
    if not find_postmaster(places.data).running:
        return False
    places.run(
        places.bin_dir / "pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", places.data, "-s"
    )
    return True


def _wait_for_old_process(data: Path) -> None:
    deadline = time.monotonic() + _OLD_PROCESS_TIMEOUT_S
    while time.monotonic() < deadline:
        found = find_postmaster(data)
        if found.pid is None or not (Path("/proc") / str(found.pid)).exists():
            return
        if not found.running and not _is_zombie(found.pid):
            return  # the number was given to an unrelated program
        time.sleep(0.1)


def _is_zombie(pid: int) -> bool:
    try:
        stat = (Path("/proc") / str(pid) / "stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]


def _read_reason(places: ClusterPlaces) -> str:
    """What the server said in this attempt: its start log, and its own log once that took over."""
    texts = [places.start_log] if places.start_log.exists() else []
    collected = sorted(places.log_dir.glob("postgresql-*.log"), key=lambda p: p.stat().st_mtime)
    texts += collected[-1:]
    return "\n".join(path.read_text("utf-8", errors="replace")[-1500:] for path in texts)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)
