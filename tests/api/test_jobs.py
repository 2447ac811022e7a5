"""Long work: it exists exactly if its transaction commits, shows progress, and can be stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.outbox import emit_event
from gis_api.jobs import store
from gis_api.jobs.progress import Progress, run_job
from gis_api.jobs.queue import WorkerParts, make_queue
from tests.builders import Town


@pytest.fixture
def parts(app_url: str, engine: Engine, tmp_path: Path) -> WorkerParts:
    def backup() -> Mapping[str, Any]:
        return {"file": "made"}

    return WorkerParts(app_url, engine, tmp_path, timedelta(hours=2), backup)


def work_off(parts: WorkerParts) -> None:
    """One worker until the queue is empty."""

    async def work() -> None:
        queue = make_queue(parts)
        async with queue.open_async():
            await queue.run_worker_async(
                wait=False, listen_notify=False, install_signal_handlers=False
            )

    asyncio.run(work())


def defer(engine: Engine, task: str, requested_by: int = 0) -> int:
    with begin(engine, SYSTEM) as conn:
        return store.defer(conn, task, requested_by)


def test_job_exists_exactly_if_its_transaction_commits(engine: Engine) -> None:
    with engine.connect() as conn, conn.begin() as transaction:
        undone = store.defer(conn, "prune", 0)
        assert store.find_job(conn, undone) is not None
        path = conn.exec_driver_sql("SHOW search_path").scalar_one()
        assert "procrastinate" not in path
        transaction.rollback()
    with begin(engine, SYSTEM) as conn:
        assert store.find_job(conn, undone) is None
    kept = defer(engine, "prune")
    with begin(engine, SYSTEM) as conn:
        job = store.find_job(conn, kept)
    assert job is not None
    assert job.state == "waiting"


def test_worker_does_deferred_jobs_and_notes_their_results(
    engine: Engine, parts: WorkerParts
) -> None:
    ids = [defer(engine, task) for task in ("prune", "check_attachments", "backup")]
    work_off(parts)
    with begin(engine, SYSTEM) as conn:
        jobs = [store.find_job(conn, job_id) for job_id in ids]
    assert [job and job.state for job in jobs] == ["succeeded"] * 3
    assert jobs[0] is not None
    assert jobs[0].done == jobs[0].total == len(jobs[0].result) == 6
    assert jobs[2] is not None
    assert jobs[2].result == {"file": "made"}


@pytest.fixture(scope="module")
def admin(sign_in: Any) -> TestClient:
    client: TestClient = sign_in("admin")
    return client


def test_requester_follows_a_job_and_others_do_not(
    engine: Engine, admin: TestClient, west_leader: TestClient, town: Town
) -> None:
    job_id = defer(engine, "prune", town.users["admin"])
    told = admin.get(f"/api/jobs/{job_id}").json()
    assert (told["task"], told["state"], told["done"]) == ("prune", "waiting", 0)
    hidden = west_leader.get(f"/api/jobs/{job_id}")
    missing = west_leader.get("/api/jobs/999999999")
    assert hidden.status_code in (403, 404)
    assert hidden.status_code == missing.status_code
    assert west_leader.post(f"/api/jobs/{job_id}/cancel").status_code == hidden.status_code
    assert admin.get("/api/jobs/999999999").json()["code"] == "job.unknown"
    assert admin.get("/api/jobs/0").status_code == 422


def test_cancel_stops_a_running_job_at_its_next_step(
    engine: Engine, admin: TestClient, town: Town
) -> None:
    job_id = defer(engine, "prune", town.users["admin"])
    started = threading.Event()
    steps: list[int] = []

    def work(progress: Progress) -> None:
        for number in range(10_000):
            progress.step(number, 10_000)
            steps.append(number)
            started.set()
            time.sleep(0.01)

    thread = threading.Thread(target=run_job, args=(engine, job_id, "prune", work))
    thread.start()
    assert started.wait(10)
    answer = admin.post(f"/api/jobs/{job_id}/cancel")
    assert answer.status_code == 202
    assert answer.json()["cancel_requested"] is True
    thread.join(30)
    assert len(steps) < 10_000
    assert admin.get(f"/api/jobs/{job_id}").json()["state"] == "cancelled"
    again = admin.post(f"/api/jobs/{job_id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "job.finished")


def test_failed_job_is_noted_and_its_error_reaches_the_worker(engine: Engine) -> None:
    job_id = defer(engine, "prune")

    def work(_progress: Progress) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        run_job(engine, job_id, "prune", work)
    with begin(engine, SYSTEM) as conn:
        job = store.find_job(conn, job_id)
    assert job is not None
    assert job.state == "failed"


def test_prune_deletes_what_is_old_and_nothing_else(
    engine: Engine, admin_engine: Engine, parts: WorkerParts, town: Town
) -> None:
    with begin(engine, SYSTEM) as conn:
        for code in ("old", "young"):
            emit_event(conn, "case.registered", None, code, town.scope_keys["t"])
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE event_outbox SET at = at - interval '15 days' WHERE code = 'old'")
        )
        conn.execute(
            text(
                "INSERT INTO event_outbox (xid, kind, code, access_key)"
                " VALUES ('9999999999999', 'case.registered', 'foreign', '0')"
            )
        )
        conn.execute(
            text(
                "INSERT INTO idempotency_key (actor_id, key, body_hash, created_at) VALUES"
                " (0, 'old', '', now() - interval '31 days'), (0, 'young', '', now())"
            )
        )
    defer(engine, "prune")
    work_off(parts)
    with admin_engine.connect() as conn:
        events = conn.execute(text("SELECT code FROM event_outbox WHERE code <> 'x'")).scalars()
        keys = conn.execute(text("SELECT key FROM idempotency_key WHERE actor_id = 0")).scalars()
        assert set(events) & {"old", "young", "foreign"} == {"young"}
        assert set(keys) == {"young"}
