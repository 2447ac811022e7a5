"""What there is to do: one's own cases by due day, and what the sweeper found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from gis_api.cases.sweep import store
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
