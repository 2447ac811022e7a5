"""What there is to do: one's own cases by due day, and what the sweeper found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.take_step import as_doer
from gis_api.cases.flow import store as flow
from gis_api.cases.steps import list_allowed
from gis_api.cases.sweep import store
from gis_api.cases.sweep.remedies import find_remedies
from gis_api.cases.workflow import Step, read_workflow
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import InvalidInput

Row = dict[str, Any]


def read_my_cases(engine: Engine, actor: Actor, *, limit: int, offset: int) -> list[Row]:
    """Open cases of the actor's own post, next due first; none for who holds no post."""
    if actor.officer_id is None:
        return []
    with begin(engine, actor) as conn:
        return store.list_mine(conn, actor.officer_id, limit=limit, offset=offset)


def read_attention(
    engine: Engine, actor: Actor, *, reason: str | None, mine: bool, limit: int, offset: int
) -> list[Row]:
    """Findings in the actor's area, oldest first; InvalidInput ``attention.reason``."""
    if reason is not None and reason not in store.URGENCY:
        raise InvalidInput("attention.reason", field="reason", known=list(store.URGENCY))
    if mine and actor.officer_id is None:
        return []
    with begin(engine, actor) as conn:
        return store.list_attention(
            conn, reason=reason, officer_id=actor.officer_id if mine else None, limit=limit,
            offset=offset,
        )  # fmt: skip


def read_queue(
    engine: Engine, actor: Actor, *, reason: str | None, mine: bool, limit: int, offset: int
) -> tuple[list[Row], dict[str, int]]:
    """Findings with the steps that would answer them, as far as the actor may take them now.

    Each row has ``next``; the counts are of every reason.  InvalidInput ``attention.reason``.
    """
    found = read_attention(engine, actor, reason=reason, mine=mine, limit=limit, offset=offset)
    with begin(engine, actor) as conn:
        allowed = {code: _list_allowed(conn, actor, code) for code in {r["code"] for r in found}}
        counts = store.count_attention(conn, actor.officer_id if mine else None)
    told = [row | {"next": find_remedies(row["reason"], allowed[row["code"]])} for row in found]
    return told, {} if mine and actor.officer_id is None else counts


def _list_allowed(conn: Connection, actor: Actor, code: str) -> list[Step]:
    case = flow.find_case(conn, code)
    if case is None:
        return []
    return list_allowed(read_workflow(), flow.read_now(conn, case), as_doer(actor))
