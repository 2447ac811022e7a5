"""How a running job tells how far it is and hears that it should stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, begin
from gis_api.jobs import store
from grid_boundaries.errors import WanggeError

WRITE_EVERY_S = 0.5


class JobCancelled(Exception):
    """Raised inside a job at the step after the request."""


class Progress:
    """Writes in transactions of its own, so that others see it while the job works."""

    def __init__(self, engine: Engine, job_id: int) -> None:
        self._engine = engine
        self._job_id = job_id
        self._written_s = float("-inf")

    def step(self, done: int, total: int | None, note: str = "") -> None:
        """Note the progress, at most twice a second; JobCancelled when asked to stop."""
        if time.monotonic() - self._written_s < WRITE_EVERY_S and done != total:
            return
        with begin(self._engine, SYSTEM) as conn:
            is_cancelled = store.write_progress(conn, self._job_id, done, total, note)
        self._written_s = time.monotonic()
        if is_cancelled:
            raise JobCancelled


def run_job(
    engine: Engine,
    job_id: int,
    task: str,
    work: Callable[[Progress], Mapping[str, Any] | None],
) -> None:
    """Run ``work`` and note its outcome; an error is noted as failed and raised again."""
    with begin(engine, SYSTEM) as conn:
        store.begin_progress(conn, job_id, task, SYSTEM.user_id)
    outcome = "failed"
    result: Mapping[str, Any] | None = None
    try:
        result = work(Progress(engine, job_id))
        outcome = "succeeded"
    except JobCancelled:
        outcome = "cancelled"
    except WanggeError as error:
        # the code tells its asker why; nothing that somebody typed
        result = {"code": error.code}
        raise
    finally:
        with begin(engine, SYSTEM) as conn:
            store.end_progress(conn, job_id, outcome, result)
