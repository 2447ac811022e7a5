"""An import killed at any moment shows nothing half; the rerun ends with the right rows."""

from __future__ import annotations

import csv
import os
import random
import signal
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from gis_api.actions.imports.committing import commit_import
from gis_api.actions.imports.opening import open_import
from gis_api.actions.imports.staging import stage_import
from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.engine import SYSTEM, make_engine
from grid_boundaries.errors import Conflict
from tests.builders import Town, build_town

ROWS, KILLS, SEED = 3_000, 12, 20260104
CHUNK = 500


def import_file(app_url: str, file: Path) -> int:
    """The whole import with an engine of its own; how many rows were added."""
    engine = make_engine(app_url, pool_size=2)
    run = open_import(engine, SYSTEM, "household", file)
    run = stage_import(engine, SYSTEM, run.import_id, file)
    return commit_import(engine, SYSTEM, run.import_id).added


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        return build_town(conn)


@pytest.fixture(scope="module")
def file(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kill") / "households.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["户编号", "住址", "网格编码"])
        for n in range(ROWS):
            writer.writerow([f"K{n:05d}", f"合成路{n}号", town.codes["ws1"]])
    return path


def start(app_url: str, file: Path) -> int:
    """A process that imports the file and does nothing else; its id."""
    pid = os.fork()
    if pid == 0:
        # what the parent has open is left alone: no clean-up, no buffers, no connections of its
        code = 1
        try:
            import_file(app_url, file)
            code = 0
        finally:
            os._exit(code)
    return pid


def count(admin_engine: Engine) -> tuple[int, int]:
    with admin_engine.connect() as conn:
        row = conn.execute(
            text(
                "SELECT count(*), count(DISTINCT external_code) FROM household"
                " WHERE external_code LIKE 'K%'"
            )
        ).one()
    return int(row[0]), int(row[1])


def test_killed_import_shows_nothing_and_the_rerun_exactly_the_right_rows(
    app_url: str,
    admin_engine: Engine,
    town: Town,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # small chunks, so that a kill can fall between two of them
    monkeypatch.setattr("gis_api.actions.imports.staging.CHUNK_ROWS", CHUNK)
    rng = random.Random(SEED)
    killed = 0
    for number in range(KILLS):
        pid = start(app_url, file)
        # from the first look at the file to the commit; later each time, as a rerun goes on
        time.sleep(rng.uniform(0.0, 0.1) * (number + 1))
        if os.waitpid(pid, os.WNOHANG) == (0, 0):
            os.kill(pid, signal.SIGKILL)
            killed += 1
            os.waitpid(pid, 0)
        assert count(admin_engine) in ((0, 0), (ROWS, ROWS))
    assert killed
    for _ in range(2):
        import_file(app_url, file)
        assert count(admin_engine) == (ROWS, ROWS)
    with admin_engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM import_row")).scalar_one() == 0
        assert conn.execute(text("SELECT count(*) FROM import_batch")).scalar_one() == 1


def test_rows_staged_before_the_database_was_killed_are_read_again(
    server: ServerAddress,
    database_name: str,
    engine: Engine,
    admin_engine: Engine,
    town: Town,
    tmp_path: Path,
) -> None:
    """The staging table is unlogged: after a crash it is empty, and the file is read again."""
    path = tmp_path / "crash.csv"
    path.write_text(f"户编号,住址,网格编码\nL1,合成路,{town.codes['ws1']}\n", encoding="utf-8")
    run = open_import(engine, SYSTEM, "household", path)
    run = stage_import(engine, SYSTEM, run.import_id, path)
    with psycopg.connect(server.conninfo(database_name)) as connection:
        kind = connection.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'import_row'"
        ).fetchone()
        assert kind in ((b"u",), ("u",))
        connection.execute("TRUNCATE import_row")
    with pytest.raises(Conflict):
        commit_import(engine, SYSTEM, run.import_id)
    run = stage_import(engine, SYSTEM, run.import_id, path)
    assert commit_import(engine, SYSTEM, run.import_id).added == 1
