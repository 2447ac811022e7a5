"""The private cluster keeps what it promises: durable, private, one start at a time."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, Engine

from gis_api.db import cluster
from gis_api.db.cluster_conf import plan_size, render_conf
from gis_api.db.cluster_databases import ServerAddress, ensure_database
from gis_api.db.cluster_places import (
    SOCKET_NAME,
    SYSTEM_HOME,
    ClusterUnusable,
    _choose_socket_dir,
    find_places,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    """A folder that the cluster's user can reach, unlike pytest's own temporary folders."""

    path = ROOT / "var" / f"test-cluster-{os.getpid()}"
    yield path
    cluster.stop(path)
    found = cluster.get_status(path)
    assert found is not None
    shutil.rmtree(found.home)
    shutil.rmtree(path, ignore_errors=True)


def test_service_role_cannot_bypass_policies(conn: Connection) -> None:
    row = conn.exec_driver_sql(
        "SELECT current_user, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
        " FROM pg_roles WHERE rolname = current_user"
    ).one()
    assert tuple(row) == ("wangge_app", False)


def test_clone_has_postgis_of_the_supported_age(admin_conn: Connection) -> None:
    version = admin_conn.exec_driver_sql("SELECT postgis_lib_version()").scalar_one()
    assert tuple(int(part) for part in str(version).split(".")[:2]) >= (3, 3)


def test_dates_are_read_in_shanghai(engine: Engine) -> None:
    with engine.connect() as connection:
        zone = connection.exec_driver_sql("SELECT current_setting('timezone')").scalar_one()
    assert zone == "Asia/Shanghai"


def test_two_starts_at_once_make_one_cluster(var_dir: Path) -> None:
    addresses: list[ServerAddress] = []
    threads = [
        threading.Thread(
            target=lambda: addresses.append(
                cluster.ensure_running(var_dir, archive=False, small=True)
            )
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(addresses) == 2
    assert addresses[0] == addresses[1]


def test_cluster_is_durable_and_listens_on_no_port(var_dir: Path) -> None:
    address = cluster.ensure_running(var_dir, archive=False, small=True)
    with psycopg.connect(address.conninfo("postgres")) as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            (["fsync", "full_page_writes", "data_checksums", "listen_addresses", "jit"],),
        ).fetchall()
    assert dict(rows) == {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "jit": "off",
    }
    found = cluster.get_status(var_dir)
    assert found is not None
    mode = stat.S_IMODE(found.socket_dir.stat().st_mode)
    assert mode == 0o700


def test_committed_row_survives_kill_of_the_postmaster(var_dir: Path) -> None:
    address = cluster.ensure_running(var_dir, archive=False, small=True)
    ensure_database(address, "kill_test")
    with psycopg.connect(address.conninfo("kill_test"), autocommit=True) as connection:
        connection.execute("CREATE TABLE acknowledged (n integer)")
        connection.execute("INSERT INTO acknowledged VALUES (7)")
    found = cluster.get_status(var_dir)
    assert found is not None
    assert found.pid is not None
    os.kill(found.pid, signal.SIGKILL)
    again = cluster.ensure_running(var_dir, archive=False, small=True)
    with psycopg.connect(again.conninfo("kill_test")) as connection:
        assert connection.execute("SELECT n FROM acknowledged").fetchall() == [(7,)]


def test_database_is_made_once(var_dir: Path) -> None:
    address = cluster.ensure_running(var_dir, archive=False, small=True)
    assert ensure_database(address, "made_once") is True
    assert ensure_database(address, "made_once") is False


def test_remembered_home_that_is_gone_is_refused_not_replaced(var_dir: Path) -> None:
    elsewhere = var_dir / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "cluster.json").write_text('{"home": "/nonexistent/wangge"}', "utf-8")
    with pytest.raises(ClusterUnusable) as refused:
        cluster.ensure_running(elsewhere, archive=False, small=True)
    assert refused.value.code == "cluster.home_missing"


@pytest.mark.parametrize(
    "folder", ["/srv/" + "x" * 90, "/srv/网格", "/srv/with, comma", "/srv/it's"]
)
def test_socket_goes_to_a_short_plain_folder_when_the_path_does_not_fit(folder: str) -> None:
    chosen = _choose_socket_dir(Path(folder))
    assert len(os.fsencode(chosen / SOCKET_NAME)) <= 107
    assert str(chosen).isascii()
    assert not chosen.is_relative_to(folder)


def test_quotes_and_percent_signs_in_the_archive_path_stay_text() -> None:
    text = render_conf(
        plan_size(8 * 1024**3, small=False),
        socket_dir=Path("/s"),
        log_dir=Path("/l"),
        archive_dir=Path("/a'b/50%"),
    )
    line = next(line for line in text.splitlines() if line.startswith("archive_command"))
    assert "50%%/%f.gz" in line
    assert line.count("'") % 2 == 0


def test_place_that_the_database_user_cannot_reach_is_left_for_a_system_folder(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o700)
    said: list[str] = []
    places = find_places(tmp_path / "var", say=said.append)
    try:
        if os.geteuid() == 0:
            assert places.home.is_relative_to(SYSTEM_HOME)
            assert any(str(SYSTEM_HOME) in line for line in said)
        else:
            assert places.home == tmp_path / "var" / "pg"
            assert said == []
        tmp_path.chmod(0o755)
        again = find_places(tmp_path / "var", say=said.append)
        assert again.home == places.home  # no second, empty cluster when rights change later
    finally:
        shutil.rmtree(places.home)
