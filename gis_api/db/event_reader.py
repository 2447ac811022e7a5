"""Reading the outbox so that nothing is lost.

A row may be read once every transaction with a smaller or equal id is over: then no row can appear
before it any more.  Rows are ordered by (xid, event_id); that pair is the position in the feed.
NOTIFY only wakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from gis_api.db.engine import APP_ROLE, Scope

CHANNEL = "wangge_event"
BATCH = 500
# A row is settled when every transaction with its id or a smaller one is over.
_FIND_NEWEST = """
SELECT xid::text::bigint, event_id FROM event_outbox
WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY event_outbox.xid DESC, event_id DESC LIMIT 1
"""
_LIST_AFTER = """
SELECT xid::text::bigint, event_id, at, kind, cell_code, code, access_key FROM event_outbox
WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
  AND (event_outbox.xid, event_id) > (%(xid)s::text::xid8, %(event_id)s)
ORDER BY event_outbox.xid, event_id LIMIT %(limit)s
"""
_HAS_UNSETTLED = """
SELECT EXISTS (
  SELECT FROM event_outbox WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()))
"""
_HAS_EVENT = """
SELECT EXISTS (
  SELECT FROM event_outbox WHERE xid = %(xid)s::text::xid8 AND event_id = %(event_id)s)
"""
_LIST_BETWEEN = """
SELECT xid::text::bigint, event_id, at, kind, cell_code, code, access_key FROM event_outbox
WHERE (event_outbox.xid, event_id) > (%(xid)s::text::xid8, %(event_id)s)
  AND (event_outbox.xid, event_id) <= (%(last_xid)s::text::xid8, %(last_event_id)s)
  AND access_key >= %(lo)s AND access_key < %(hi)s
ORDER BY event_outbox.xid, event_id LIMIT %(limit)s
"""
# Row-level security answers who may see what an event speaks of, by area or by grant.
_LIST_SEEN = """
SELECT 'case' AS about, code FROM "case" WHERE code = ANY(%(cases)s)
UNION ALL
SELECT 'request', service_request_id::text FROM service_request
WHERE service_request_id = ANY(%(requests)s)
"""


class Position(NamedTuple):
    """A place in the feed; compares in feed order."""

    xid: int
    event_id: int

    def to_text(self) -> str:
        return f"{self.xid}-{self.event_id}"


START = Position(0, 0)


def find_position(text: str) -> Position | None:
    """Read a ``Last-Event-ID``; None when it is not one of ours."""
    xid, dash, event_id = text.strip().partition("-")
    if not dash or not (xid.isascii() and xid.isdigit() and event_id.isascii()):
        return None
    if not event_id.isdigit() or len(xid) > 18 or len(event_id) > 18:
        return None
    return Position(int(xid), int(event_id))


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the outbox."""

    position: Position
    at: datetime
    kind: str
    cell_code: str | None
    code: str | None
    access_key: str


def _events(rows: Sequence[Any]) -> list[Event]:
    return [Event(Position(row[0], row[1]), *row[2:]) for row in rows]


async def connect_reader(url: str) -> psycopg.AsyncConnection[Any]:
    """A connection of its own, as the application role, that listens for wake-ups."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await psycopg.AsyncConnection.connect(
        conninfo, autocommit=True, prepare_threshold=None, application_name="wangge-events"
    )
    await connection.execute(f"SET ROLE {APP_ROLE}")
    await connection.execute("SET statement_timeout = '30s'")
    await connection.execute(f"LISTEN {CHANNEL}")
    return connection


async def find_newest(connection: psycopg.AsyncConnection[Any]) -> Position:
    """The last row that may be read now."""
    cursor = await connection.execute(_FIND_NEWEST)
    row = await cursor.fetchone()
    return START if row is None else Position(*row)


async def list_after(
    connection: psycopg.AsyncConnection[Any], after: Position
) -> tuple[list[Event], bool]:
    """The next readable rows in feed order, and whether more wait behind them."""
    cursor = await connection.execute(
        _LIST_AFTER, {"xid": str(after.xid), "event_id": after.event_id, "limit": BATCH}
    )
    events = _events(await cursor.fetchall())
    unsettled = await (await connection.execute(_HAS_UNSETTLED)).fetchone()
    return events, len(events) == BATCH or bool(unsettled and unsettled[0])


def has_event(conn: Connection, position: Position) -> bool:
    """Whether the outbox still holds the event of this position."""
    found: bool = conn.exec_driver_sql(
        _HAS_EVENT, {"xid": str(position.xid), "event_id": position.event_id}
    ).scalar_one()
    return found


def list_seen(
    conn: Connection, cases: Sequence[str], requests: Sequence[int]
) -> set[tuple[str, str]]:
    """Which of these cases (by code) and service requests (by id) the actor may see:
    ('case' or 'request', code)."""
    found = conn.exec_driver_sql(_LIST_SEEN, {"cases": list(cases), "requests": list(requests)})
    return {(row[0], row[1]) for row in found}


def list_between(
    conn: Connection, after: Position, until: Position, scope: Scope, limit: int
) -> list[Event]:
    """Events after one position and up to another, of one scope, in feed order."""
    rows = conn.exec_driver_sql(
        _LIST_BETWEEN,
        {
            "xid": str(after.xid),
            "event_id": after.event_id,
            "last_xid": str(until.xid),
            "last_event_id": until.event_id,
            "lo": scope.lo,
            "hi": scope.hi,
            "limit": limit,
        },
    ).all()
    return _events(rows)
