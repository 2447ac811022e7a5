"""Dead-locks, slow queries, a full pool and a lost database: a clear answer, nothing half done."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, text
from starlette.testclient import TestClient

from gis_api.app import create_app
from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.explain import explain_database_error
from gis_api.db.retry import find_sqlstate, run_in_transaction
from gis_api.settings import Settings
from tests.builders import Town


@pytest.fixture(scope="module")
def rows(admin_engine: Engine) -> None:
    with admin_engine.begin() as conn:
        conn.execute(text("CREATE TABLE counter (name text PRIMARY KEY, n integer NOT NULL)"))
        conn.execute(text("INSERT INTO counter VALUES ('a', 0), ('b', 0)"))
        conn.execute(text("GRANT SELECT, INSERT, UPDATE ON counter TO wangge_app"))


def add(conn: Connection, name: str) -> None:
    conn.execute(text("UPDATE counter SET n = n + 1 WHERE name = :name"), {"name": name})


def read(engine: Engine) -> dict[str, int]:
    with begin(engine, SYSTEM) as conn:
        return {row[0]: row[1] for row in conn.execute(text("SELECT name, n FROM counter"))}


@pytest.mark.usefixtures("rows")
def test_dead_locked_transaction_is_run_again_and_both_count(engine: Engine) -> None:
    before = read(engine)
    meeting = threading.Barrier(2, timeout=30)
    runs: list[str] = []

    def work(first: str, second: str) -> None:
        def deed(conn: Connection) -> None:
            runs.append(first)
            add(conn, first)
            if len(runs) <= 2:
                meeting.wait()
            add(conn, second)

        run_in_transaction(engine, SYSTEM, deed)

    threads = [threading.Thread(target=work, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = read(engine)
    assert len(runs) == 3, "one of them had to run again"
    assert after == {name: number + 2 for name, number in before.items()}


@pytest.mark.usefixtures("rows")
def test_endless_conflict_is_given_up_after_three_more_runs(engine: Engine) -> None:
    runs = 0

    def deed(conn: Connection) -> None:
        nonlocal runs
        runs += 1
        conn.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(Exception, match="x") as caught:
        run_in_transaction(engine, SYSTEM, deed)
    assert find_sqlstate(caught.value) == "40001"
    assert runs == 4


@pytest.fixture(scope="module")
def troubled(settings: Settings, town: Town, rows: None) -> Iterator[TestClient]:
    app: FastAPI = create_app(settings)

    @app.get("/api/raise/{state}")
    def raise_state(state: str) -> None:
        with begin(app.state.services.engine, SYSTEM) as conn:
            add(conn, "a")
            conn.execute(
                text(
                    "DO $$ BEGIN RAISE EXCEPTION 'row (张三丰) is bad'"
                    f" USING ERRCODE = '{state}'; END $$"
                )
            )

    @app.get("/api/slow")
    def sleep_long() -> None:
        with begin(app.state.services.engine, SYSTEM) as conn:
            conn.execute(text("SET LOCAL statement_timeout = '50ms'"))
            conn.execute(text("SELECT pg_sleep(5)"))

    @app.get("/api/full-pool")
    def use_up_the_pool() -> None:
        engine = make_engine(str(settings.external_database_url), pool_size=1)
        engine.pool._timeout = 0.05  # type: ignore[attr-defined]
        kept = [engine.connect() for _ in range(5)]
        try:
            engine.connect()
        finally:
            for connection in kept:
                connection.close()
            engine.dispose()

    @app.get("/api/disk-full")
    def fill_the_disk() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    @app.get("/api/nul")
    def store_nul() -> None:
        with begin(app.state.services.engine, SYSTEM) as conn:
            conn.execute(text("SELECT :value"), {"value": "a\x00b"})

    with TestClient(app, client=("127.0.0.1", 50000)) as started:
        yield started


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("23505", 409, "value.taken"),
        ("23P01", 409, "value.taken"),
        ("23503", 409, "value.refers_to_nothing"),
        ("23514", 422, "value.refused"),
        ("22003", 422, "value.not_storable"),
        ("22P02", 422, "value.not_storable"),
        ("40P01", 503, "service.busy"),
        ("40001", 503, "service.busy"),
        ("53300", 503, "service.busy"),
        ("53100", 507, "service.disk_full"),
        ("57014", 503, "service.slow_query"),
        ("57P01", 503, "service.database_down"),
        ("42P01", 500, "service.internal"),
        ("XX000", 500, "service.internal"),
    ],
)
def test_each_database_error_has_its_answer_and_changes_nothing(
    troubled: TestClient,
    engine: Engine,
    capsys: pytest.CaptureFixture[str],
    state: str,
    status: int,
    code: str,
) -> None:
    before = read(engine)
    answer = troubled.get(f"/api/raise/{state}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "张三丰" not in answer.text
    assert "张三丰" not in capsys.readouterr().err
    assert read(engine) == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/slow", 503, "service.slow_query"),
        ("/api/full-pool", 503, "service.busy"),
        ("/api/disk-full", 507, "service.disk_full"),
        ("/api/nul", 422, "value.not_storable"),
    ],
)
def test_trouble_outside_a_statement_has_its_answer(
    troubled: TestClient, path: str, status: int, code: str
) -> None:
    answer = troubled.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_unreachable_database_is_told_as_such() -> None:
    engine = make_engine("postgresql+psycopg://nobody@/none?host=/nonexistent")
    with pytest.raises(Exception, match="nonexistent") as caught, engine.connect():
        pass
    assert isinstance(caught.value, Exception)
    assert explain_database_error(caught.value).code == "service.database_down"
    assert explain_database_error(psycopg.OperationalError("gone")).code == "service.database_down"


def test_service_answers_again_after_its_connections_were_cut(
    client: TestClient, clerk: TestClient, admin_engine: Engine
) -> None:
    assert clerk.get("/api/cases").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name"
                " = 'wangge' AND datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    seen = [clerk.get("/api/cases").status_code for _ in range(30)]
    assert set(seen) <= {200, 503}
    assert seen[-1] == 200
    assert client.get("/healthz").status_code == 200
