"""The SQL of this room; every function runs in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult

_ROOM = Path(__file__).parent
# The queue's functions name their tables without a schema.
_QUEUE_PATH = "procrastinate, public"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its requester sees it; ``state`` is waiting, running or the outcome."""

    job_id: int
    task: str
    done: int
    total: int | None
    note: str
    cancel_requested: bool
    outcome: str | None
    result: Any
    created_at: datetime
    updated_at: datetime
    requested_by: int
    state: str


@cache
def _statement(name: str) -> str:
    return (_ROOM / f"{name}.sql").read_text("utf-8")


def _run(conn: Connection, name: str, **params: Any) -> CursorResult[Any]:
    return conn.exec_driver_sql(_statement(name), params)


def defer(conn: Connection, task: str, requested_by: int, **args: Any) -> int:
    """Queue a job that exists exactly if this transaction commits; its id.

    ``args`` are numbers, codes and texts that JSON can hold, no personal data.
    """
    path = conn.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    _set_path(conn, _QUEUE_PATH)
    job_id = int(_run(conn, "defer_job", task=task, args=json.dumps(args)).scalar_one())
    _set_path(conn, path)
    begin_progress(conn, job_id, task, requested_by)
    return job_id


def _set_path(conn: Connection, path: str) -> None:
    conn.exec_driver_sql("SELECT set_config('search_path', %(path)s, true)", {"path": path})


def begin_progress(conn: Connection, job_id: int, task: str, requested_by: int) -> None:
    """Make the job visible; a second time changes nothing."""
    _run(conn, "begin_progress", job_id=job_id, task=task, requested_by=requested_by)


def write_progress(conn: Connection, job_id: int, done: int, total: int | None, note: str) -> bool:
    """Note how far the job is; True when somebody asked to cancel it."""
    params = {"job_id": job_id, "done": done, "total": total, "note": note}
    return bool(_run(conn, "write_progress", **params).scalar_one())


def end_progress(
    conn: Connection, job_id: int, outcome: str, result: Mapping[str, Any] | None
) -> None:
    """Note the outcome: succeeded, failed or cancelled."""
    _run(conn, "end_progress", job_id=job_id, outcome=outcome, result=json.dumps(result))


def find_job(conn: Connection, job_id: int) -> Job | None:
    """The job with its progress; None when there is none of this id."""
    row = _run(conn, "find_progress", job_id=job_id).mappings().one_or_none()
    return None if row is None else Job(**row)


def request_cancel(conn: Connection, job_id: int) -> bool:
    """Ask a job to stop at its next step; False when it is over already."""
    return _run(conn, "request_cancel", job_id=job_id).rowcount == 1


def prune_events(conn: Connection, keep: timedelta) -> int:
    """Delete events older than ``keep``; clients that come back later are told of a gap."""
    return _run(conn, "prune_events", keep=keep).rowcount


def prune_keys(conn: Connection, keep: timedelta) -> int:
    """Delete idempotency keys older than ``keep``."""
    return _run(conn, "prune_keys", keep=keep).rowcount


def prune_jobs(conn: Connection, keep: timedelta) -> int:
    """Delete finished jobs that nothing happened to for ``keep``."""
    return _run(conn, "prune_jobs", keep=keep).rowcount


def prune_imports(conn: Connection, keep_staged: timedelta, keep_left_out: timedelta) -> int:
    """Forget what files said that wait for nobody; imports that waited are cancelled.

    Rows left out of an import and what it changed are kept ``keep_left_out``.
    """
    _run(conn, "cancel_stale_imports", keep=keep_staged)
    steps = (
        ("prune_import_rows", keep_staged),
        ("prune_import_findings", keep_staged),
        ("prune_import_leftovers", keep_left_out),
        ("prune_import_before", keep_left_out),
    )
    return sum(_run(conn, name, keep=keep).rowcount for name, keep in steps)
