"""Base backups and point-in-time recovery of the private cluster.

The write-ahead log is archived whenever a segment is full, and at least every five minutes while
there is work; a base backup plus the archive after it rebuild the cluster at any moment since.
``wangge backup`` is the portable copy for every day; this is what bounds the loss after the disk
of the database dies, so the archive belongs on another disk (``WANGGE_WAL_ARCHIVE_DIR``).
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gis_api.db.cluster_conf import render_restore_command
from gis_api.db.cluster_places import ClusterPlaces, ClusterUnusable
from gis_api.db.cluster_process import find_postmaster

KEEP_BASE_BACKUPS = 2
_SEGMENT = re.compile(r"^[0-9A-F]{24}")
_START_WAL = re.compile(r"START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)")


def base_backup_dir(places: ClusterPlaces) -> Path:
    """Beside the archived log, because one is useless without the other."""
    return places.wal_archive / "base"


def list_base_backups(places: ClusterPlaces) -> list[Path]:
    """Finished base backups, oldest first."""
    return sorted(base_backup_dir(places).glob("[0-9]*Z"))


def take_base_backup(places: ClusterPlaces, superuser: str) -> Path:
    """Copy the running cluster, then drop older copies and the log that only they needed.

    Raises ClusterUnusable when the cluster does not run or the copy fails; an unfinished copy
    never has the name of a finished one.
    """
    if not find_postmaster(places.data).running:
        raise ClusterUnusable("cluster.not_running")
    folder = base_backup_dir(places)
    places.make_dir(folder)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    unfinished = folder / f".making-{stamp}"
    try:
        places.run(
            places.bin_dir / "pg_basebackup", "--host", places.socket_dir, "--username", superuser,
            "--pgdata", unfinished, "--checkpoint", "fast", "--wal-method", "none",
            "--no-password", "--no-manifest",
        )  # fmt: skip
        finished = unfinished.rename(folder / stamp)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _prune(places)
    return finished


def _prune(places: ClusterPlaces) -> None:
    for old in list_base_backups(places)[:-KEEP_BASE_BACKUPS]:
        shutil.rmtree(old)
    oldest = list_base_backups(places)[0]
    needed_from = _read_first_segment(oldest)
    for path in places.wal_archive.glob("*.gz"):
        # Timelines differ in the first eight digits; the rest orders the log (as in PostgreSQL's
        # own pg_archivecleanup).
        if _SEGMENT.match(path.name) and path.name[8:24] < needed_from[8:24]:
            path.unlink()


def _read_first_segment(base: Path) -> str:
    found = _START_WAL.search((base / "backup_label").read_text("utf-8"))
    if found is None:
        raise ClusterUnusable("cluster.base_backup_unreadable", path=str(base))
    return found[1]


def is_base_backup_due(places: ClusterPlaces, now: datetime, interval: timedelta) -> bool:
    """True when there is none, or the newest is older than ``interval``."""
    found = list_base_backups(places)
    return not found or _read_made_at(found[-1]) < now - interval


def recover_cluster(places: ClusterPlaces, *, until: datetime | None) -> Path | None:
    """Put the last fitting base backup in place; the next start replays the log up to ``until``.

    ``until`` None means to the end of the archive.  The present data folder is kept under another
    name, which is returned (None when there was none).  Raises ClusterUnusable when the cluster
    runs or no base backup is old enough.
    """
    if find_postmaster(places.data).running:
        raise ClusterUnusable("cluster.still_running")
    fitting = [path for path in list_base_backups(places) if _is_before(path, until)]
    if not fitting:
        raise ClusterUnusable("cluster.no_base_backup", folder=str(base_backup_dir(places)))
    staging = places.home / "data.recovering"
    shutil.rmtree(staging, ignore_errors=True)
    places.run("cp", "-a", fitting[-1], staging)
    settings = [
        render_restore_command(places.wal_archive),
        "recovery_target_action = 'promote'",
    ]
    if until is not None:
        settings.append(f"recovery_target_time = '{until.astimezone(UTC).isoformat(sep=' ')}'")
    auto = staging / "postgresql.auto.conf"
    text = auto.read_text("utf-8") + "\n".join(["", *settings, ""])
    auto.write_text(text, "utf-8")
    places.give(auto, 0o600)
    (staging / "recovery.signal").touch()
    places.give(staging / "recovery.signal", 0o600)
    kept = _set_aside(places)
    staging.rename(places.data)
    return kept


def _is_before(base: Path, until: datetime | None) -> bool:
    return until is None or _read_made_at(base) <= until


def _read_made_at(base: Path) -> datetime:
    return datetime.strptime(base.name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _set_aside(places: ClusterPlaces) -> Path | None:
    if not places.data.exists():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return places.data.rename(places.home / f"data.before-{stamp}")
