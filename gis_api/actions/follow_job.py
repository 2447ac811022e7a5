"""A job's progress for the one who asked for it, and for administrators."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.jobs import store
from grid_boundaries.errors import Conflict, NotFound

ADMINISTRATOR = "administrator"


def read_job(engine: Engine, actor: Actor, job_id: int) -> store.Job:
    """The job; NotFound ``job.unknown`` for anybody else's."""
    with begin(engine, actor) as conn:
        return _get_job(conn, actor, job_id)


def cancel_job(engine: Engine, actor: Actor, job_id: int) -> store.Job:
    """Ask it to stop at its next step; Conflict ``job.finished`` when it is over."""
    with begin(engine, actor) as conn:
        _get_job(conn, actor, job_id)
        if not store.request_cancel(conn, job_id):
            raise Conflict("job.finished", job_id=job_id)
        add_audit(conn, actor, "job.cancel", "job", str(job_id))
        return _get_job(conn, actor, job_id)


def _get_job(conn: Connection, actor: Actor, job_id: int) -> store.Job:
    job = store.find_job(conn, job_id)
    if job is None or (job.requested_by != actor.user_id and actor.role != ADMINISTRATOR):
        raise NotFound("job.unknown", job_id=job_id)
    return job
