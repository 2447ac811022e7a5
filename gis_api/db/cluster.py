"""The private PostGIS cluster in ``var/``: unix socket only, data checksums, durable.

``ensure_running`` makes it on the first call (2-5 s) and is cheap afterwards.  Where
``WANGGE_DATABASE_URL`` names an existing server this module is not used at all; see
``cluster_databases.external_address``.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from gis_api.db import cluster_recovery
from gis_api.db.cluster_conf import (
    HBA_TEXT,
    INCLUDE_LINE,
    plan_size,
    read_memory_bytes,
    render_conf,
)
from gis_api.db.cluster_databases import (
    DatabaseAddress,
    ServerAddress,
    ensure_database,
    external_address,
    find_database_name,
    private_address,
)
from gis_api.db.cluster_places import (
    ClusterPlaces,
    ClusterUnusable,
    Say,
    find_places,
    read_places,
    require_private,
)
from gis_api.db.cluster_process import (
    START_TIMEOUT_S,
    find_postmaster,
    start_postmaster,
    stop_postmaster,
)

SUPERUSER = "postgres"
_REQUIRED = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
}


@dataclass(frozen=True)
class ClusterStatus:
    """What ``wangge cluster status`` shows."""

    home: Path
    socket_dir: Path
    pid: int | None
    running: bool


def _silent(_line: str) -> None:
    pass


def ensure_running(
    var_dir: Path,
    *,
    say: Say = _silent,
    wal_archive: Path | None = None,
    archive: bool = True,
    small: bool = False,
) -> ServerAddress:
    """Make, start and check the cluster of ``var_dir``; returns how to connect.

    Two calls at once are safe: one works, the other waits.  After a crash it waits for the old
    process to leave.  Raises ClusterUnusable when PostgreSQL or PostGIS is missing, the place
    cannot be used, or a durability setting is not what it must be.
    """
    var_dir.mkdir(parents=True, exist_ok=True)
    with _locked(var_dir):
        places = find_places(var_dir, say=say, wal_archive=wal_archive)
        address = private_address(places.socket_dir, SUPERUSER)
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            if not find_postmaster(places.data).running:
                _prepare(places, archive=archive, small=small, say=say)
                start_postmaster(places)
            if _is_ready(address):
                return address
            # Starting up, replaying, or shutting down on somebody else's behalf: it ends.
            if time.monotonic() > deadline:
                raise ClusterUnusable("cluster.start_failed", output="not ready in time")
            time.sleep(0.2)


def open_database(
    database_url: str | None,
    database_name: str,
    var_dir: Path,
    *,
    say: Say = _silent,
    wal_archive: Path | None = None,
) -> DatabaseAddress:
    """The product's database, reachable and with its extensions; not migrated here.

    ``database_url`` None: the private cluster of ``var_dir``, made and started if need be.
    Otherwise the server it names; a database in the URL wins over ``database_name``.
    """
    if database_url is None:
        server = ensure_running(var_dir, say=say, wal_archive=wal_archive)
        name = database_name
    else:
        server = external_address(database_url)
        name = find_database_name(database_url) or database_name
    ensure_database(server, name)
    return DatabaseAddress(server=server, name=name)


def stop(var_dir: Path) -> bool:
    """Stop the cluster; False when it was not running."""
    if not var_dir.is_dir():
        return False
    with _locked(var_dir):
        places = read_places(var_dir)
        return places is not None and stop_postmaster(places)


def take_base_backup(var_dir: Path, *, wal_archive: Path | None = None) -> Path:
    """Copy the running cluster beside its archived log, and drop what is then not needed."""
    return cluster_recovery.take_base_backup(_made_places(var_dir, wal_archive), SUPERUSER)


def is_base_backup_due(
    var_dir: Path, interval: timedelta, *, wal_archive: Path | None = None
) -> bool:
    """True when the newest base backup is older than ``interval``, or there is none."""
    places = _made_places(var_dir, wal_archive)
    return cluster_recovery.is_base_backup_due(places, datetime.now(UTC), interval)


def recover(
    var_dir: Path, *, until: datetime | None, wal_archive: Path | None = None
) -> Path | None:
    """Rebuild the stopped cluster from base backup and archive, start it, and wait until it is up.

    Returns where the old data folder is kept (None when there was none).
    """
    with _locked(var_dir):
        kept = cluster_recovery.recover_cluster(_made_places(var_dir, wal_archive), until=until)
    ensure_running(var_dir, wal_archive=wal_archive)
    return kept


def _made_places(var_dir: Path, wal_archive: Path | None) -> ClusterPlaces:
    places = read_places(var_dir, wal_archive=wal_archive)
    if places is None:
        raise ClusterUnusable("cluster.not_running")
    return places


def get_status(var_dir: Path) -> ClusterStatus | None:
    """Where the cluster is and whether it runs; starts nothing.  None when it was never made."""
    places = read_places(var_dir)
    if places is None:
        return None
    found = find_postmaster(places.data)
    return ClusterStatus(
        home=places.home,
        socket_dir=places.socket_dir,
        pid=found.pid if found.running else None,
        running=found.running,
    )


@contextmanager
def _locked(var_dir: Path) -> Iterator[None]:
    with (var_dir / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(places: ClusterPlaces, *, archive: bool, small: bool, say: Say) -> None:
    places.make_dir(places.log_dir)
    places.make_dir(places.socket_dir)
    require_private(places)
    if archive:
        places.make_dir(places.wal_archive)
    if not (places.data / "PG_VERSION").exists():
        say("建立数据库 / making the database cluster …")
        _make_cluster(places)
    text = render_conf(
        plan_size(read_memory_bytes(), small=small),
        socket_dir=places.socket_dir,
        log_dir=places.log_dir,
        archive_dir=places.wal_archive if archive else None,
    )
    _write(places, places.data / "wangge.conf", text)
    _write(places, places.data / "pg_hba.conf", HBA_TEXT)
    main = places.data / "postgresql.conf"
    if INCLUDE_LINE not in main.read_text("utf-8"):
        _write(places, main, main.read_text("utf-8") + f"\n{INCLUDE_LINE}\n")


def _make_cluster(places: ClusterPlaces) -> None:
    """initdb beside the final place and rename, so that a killed first run leaves nothing half."""
    unfinished = places.home / "data.making"
    places.run("rm", "-rf", unfinished)
    places.run(
        places.bin_dir / "initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust",
        "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8",
    )  # fmt: skip
    unfinished.rename(places.data)


def _write(places: ClusterPlaces, path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    places.give(path, 0o600)


def _is_ready(address: ServerAddress) -> bool:
    """True when it accepts writes; raises ClusterUnusable when it would not keep them."""
    try:
        with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
            row = connection.execute("SELECT NOT pg_is_in_recovery()").fetchone()
            _require_durable(connection)
    except psycopg.OperationalError:
        return False
    return row == (True,)


def _require_durable(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for name, wanted in _REQUIRED.items():
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        if row is None or row[0] != wanted:
            raise ClusterUnusable("cluster.not_durable", setting=name, needs=wanted)
