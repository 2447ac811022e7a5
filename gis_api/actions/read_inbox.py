"""An officer's inbox; an account without an officer has an empty one."""

from __future__ import annotations

from sqlalchemy import Engine, RowMapping

from gis_api.db import inbox
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import NotFound

SHOWN = 100


def read_inbox(engine: Engine, actor: Actor) -> tuple[list[RowMapping], int]:
    """The newest messages and the number of unread ones."""
    if actor.officer_id is None:
        return [], 0
    with begin(engine, actor) as conn:
        return (
            inbox.list_messages(conn, actor.officer_id, SHOWN),
            inbox.count_unread(conn, actor.officer_id),
        )


def mark_message_read(engine: Engine, actor: Actor, notification_id: int) -> None:
    """Note that the message was opened; NotFound ``notification.unknown`` for anybody else's."""
    with begin(engine, actor) as conn:
        if actor.officer_id is None or not inbox.mark_read(conn, actor.officer_id, notification_id):
            raise NotFound("notification.unknown")
