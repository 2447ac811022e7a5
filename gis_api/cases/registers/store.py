"""The SQL of the registers, in the caller's transaction; rows of the actor's own area only."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)

TABLES = ("talking_session", "reception", "grid_settlement")


def get_today(conn: Connection) -> date:
    """Today in Shanghai."""
    day: date = _run(conn, "get_today").scalar_one()
    return day


def add_row(conn: Connection, table: str, fields: Row) -> int | None:
    """A new row's id; None when its cell is not in the actor's area or its key is taken."""
    row = row_or_none(_run(conn, f"add_{table}", **fields))
    return None if row is None else int(row["id"])


def find_key(conn: Connection, table: str, actor_id: int, key: str) -> Row | None:
    """Id and body hash of the row that was made with a key."""
    row = row_or_none(_run(conn, f"find_key_{table}", registered_by=actor_id, request_key=key))
    return None if row is None else dict(row)


def list_rows(
    conn: Connection,
    table: str,
    *,
    actor_id: int | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    row_id: int | None = None,
    after: int | None = None,
    limit: int = 1,
) -> list[Row]:
    """Visible rows, newest first; ``from_on`` and ``to_on`` are both included."""
    return rows(
        _run(
            conn, f"list_{table}", actor_id=actor_id, from_on=from_on, to_on=to_on, id=row_id,
            after=after, limit=limit,
        )
    )  # fmt: skip


def lock_row(conn: Connection, table: str, row_id: int) -> Row | None:
    """Who entered a row, whether it is struck out and what decides about its end; held."""
    row = row_or_none(_run(conn, f"lock_{table}", id=row_id))
    return None if row is None else dict(row)


def strike_row(conn: Connection, table: str, row_id: int) -> None:
    """The row stays to be seen and is counted nowhere."""
    _run(conn, f"strike_{table}", id=row_id)


def close_reception(conn: Connection, reception_id: int, closing: str, closed_on: date) -> None:
    """How a request that was passed on ended; the revision goes up by one."""
    _run(conn, "close_reception", reception_id=reception_id, closing=closing, closed_on=closed_on)


def find_case_id(conn: Connection, code: str) -> int | None:
    """The id of a case the actor may see."""
    row = row_or_none(_run(conn, "find_case", code=code))
    return None if row is None else int(row["case_id"])


def find_post_id(conn: Connection, officer_id: int) -> int | None:
    """The post that an officer holds today; the lowest id of several."""
    row = row_or_none(_run(conn, "find_post", officer_id=officer_id))
    return None if row is None else int(row["post_id"])


def session_exists(conn: Connection, talking_session_id: int) -> bool:
    """Whether the actor may see a talking-room session."""
    found = _run(conn, "find_session", talking_session_id=talking_session_id)
    return row_or_none(found) is not None
