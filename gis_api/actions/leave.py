"""Leave of officers: while it lasts, routing passes them over."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.upkeep import store
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

MAX_DAYS = 366


def add_leave(
    engine: Engine,
    actor: Actor,
    officer_id: int | None,
    from_on: date,
    to_on: date,
    *,
    commit: bool = True,
) -> int:
    """Note that an officer is away on these days, both included; None is the actor's own officer.

    Without ``commit`` nothing is written and the id means nothing.
    Raises InvalidInput ``leave.dates`` / ``leave.no_officer``, NotFound ``officer.unknown`` (also
    for officers without a post in the actor's area) and Conflict ``leave.overlaps``.
    """
    if not 0 <= (to_on - from_on).days < MAX_DAYS:
        raise InvalidInput("leave.dates", most_days=MAX_DAYS, field="to_on")
    with begin(engine, actor, commit=commit) as conn:
        whose = _require_officer(conn, actor, officer_id)
        overlap = store.find_overlap(conn, whose, from_on, to_on)
        if overlap is not None:
            raise Conflict("leave.overlaps", **overlap)
        try:
            with conn.begin_nested():
                leave_id = store.add_leave(conn, whose, from_on, to_on, actor.user_id)
        except IntegrityError as error:  # somebody was quicker
            raise Conflict("leave.overlaps", from_on=from_on, to_on=to_on) from error
        days = {"officer_id": whose, "from_on": str(from_on), "to_on": str(to_on)}
        add_audit(conn, actor, "leave_added", "officer_leave", str(leave_id), detail=days)
        return leave_id


def end_leave(engine: Engine, actor: Actor, leave_id: int, *, own_only: bool) -> None:
    """Take back leave to come, or end it today where it has begun: the days away stay on record.

    Raises NotFound ``leave.unknown`` (also beyond the actor's reach) and Conflict ``leave.over``.
    """
    with begin(engine, actor) as conn:
        leave = store.lock_leave(conn, leave_id)
        if leave is None or not _may_end(conn, actor, leave["officer_id"], own_only=own_only):
            raise NotFound("leave.unknown", officer_leave_id=leave_id)
        if leave["is_over"]:
            raise Conflict("leave.over", officer_leave_id=leave_id)
        store.end_leave(conn, leave_id, has_begun=leave["has_begun"])
        add_audit(conn, actor, "leave_ended", "officer_leave", str(leave_id))


def list_leave(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Leave of today and later: one's own, and of post-holders in the actor's area."""
    with begin(engine, actor) as conn:
        return store.list_leave(conn, actor.officer_id)


def _require_officer(conn: Connection, actor: Actor, officer_id: int | None) -> int:
    if officer_id is None:
        if actor.officer_id is None:
            raise InvalidInput("leave.no_officer")
        return actor.officer_id
    if not store.is_officer_in_scope(conn, officer_id):
        raise NotFound("officer.unknown", officer_id=officer_id)
    return officer_id


def _may_end(conn: Connection, actor: Actor, officer_id: int, *, own_only: bool) -> bool:
    if own_only:
        return officer_id == actor.officer_id
    return store.is_officer_in_scope(conn, officer_id)
