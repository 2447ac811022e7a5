"""The archived log rebuilds the cluster at a chosen moment; only what is not needed is dropped."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from gis_api.db import cluster
from gis_api.db.cluster_conf import ARCHIVE_TIMEOUT_S
from gis_api.db.cluster_databases import ServerAddress, ensure_database
from gis_api.db.cluster_places import ClusterUnusable

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "recovery_test"


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """A cluster of its own, with archiving, where the cluster's user can reach it."""
    path = ROOT / "var" / f"test-recovery-{os.getpid()}"
    yield path
    cluster.stop(path)
    found = cluster.get_status(path)
    assert found is not None
    shutil.rmtree(found.home)
    shutil.rmtree(path, ignore_errors=True)


def _add(address: ServerAddress, n: int) -> datetime:
    """Commit one row; the server's time after it."""
    with psycopg.connect(address.conninfo(DATABASE), autocommit=True) as connection:
        connection.execute("INSERT INTO acknowledged VALUES (%s)", (n,))
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    return row[0]


def _archive_now(address: ServerAddress) -> None:
    """What archive_timeout does by itself: close the segment and wait until it is archived."""
    with psycopg.connect(address.conninfo("postgres"), autocommit=True) as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            done = connection.execute(
                "SELECT last_archived_wal >= %s FROM pg_stat_archiver", (row[0],)
            ).fetchone()
            if done == (True,):
                return
            time.sleep(0.1)
    raise AssertionError("the segment was not archived")


def _read(address: ServerAddress) -> list[int]:
    with psycopg.connect(address.conninfo(DATABASE)) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM acknowledged ORDER BY n")]


def _start(var_dir: Path) -> ServerAddress:
    return cluster.ensure_running(var_dir, small=True)


def test_cluster_is_rebuilt_after_its_disk_died_and_at_a_moment_before_a_mistake(
    var_dir: Path,
) -> None:
    address = _start(var_dir)
    ensure_database(address, DATABASE)
    with psycopg.connect(address.conninfo(DATABASE), autocommit=True) as connection:
        connection.execute("CREATE TABLE acknowledged (n integer)")
        assert connection.execute("SHOW archive_timeout").fetchone() == ("5min",)
    _add(address, 1)
    base = cluster.take_base_backup(var_dir)
    good_moment = _add(address, 2) + timedelta(milliseconds=1)
    time.sleep(0.05)
    _add(address, 3)
    _archive_now(address)

    found = cluster.get_status(var_dir)
    assert found is not None
    cluster.stop(var_dir)
    shutil.rmtree(found.home / "data")
    assert cluster.recover(var_dir, until=None) is None
    assert _read(_start(var_dir)) == [1, 2, 3]

    cluster.stop(var_dir)
    kept = cluster.recover(var_dir, until=good_moment)
    assert kept is not None
    assert kept.is_dir()
    address = _start(var_dir)
    assert _read(address) == [1, 2]
    _add(address, 4)
    assert _read(address) == [1, 2, 4]

    assert base.is_dir()
    for _ in range(2):
        time.sleep(1.0)  # base backups are named by the second
        cluster.take_base_backup(var_dir)
    assert not base.exists()


def test_loss_is_bounded_by_five_minutes() -> None:
    assert ARCHIVE_TIMEOUT_S <= 300


def test_recovery_of_a_running_cluster_or_without_a_base_backup_is_refused(var_dir: Path) -> None:
    _start(var_dir)
    with pytest.raises(ClusterUnusable) as refused:
        cluster.recover(var_dir, until=None)
    assert refused.value.code == "cluster.still_running"
    cluster.stop(var_dir)
    with pytest.raises(ClusterUnusable) as refused:
        cluster.recover(var_dir, until=None)
    assert refused.value.code == "cluster.no_base_backup"
    _start(var_dir)
