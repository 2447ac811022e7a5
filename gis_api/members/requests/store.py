"""The SQL of service requests, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.errors import NotFound
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)


def add_request(conn: Connection, fields: Row) -> int:
    """File a request in a cell of today; its id."""
    return int(_run(conn, "add_request", **fields).scalar_one())


def list_requests(
    conn: Connection, *, state: str | None, after: int | None, limit: int
) -> list[Row]:
    """Visible requests, newest first."""
    return rows(_run(conn, "list_requests", state=state, request_id=None, after=after, limit=limit))


def get_request(conn: Connection, request_id: int) -> Row:
    """One visible request; raises NotFound ``service_request.unknown``."""
    row = row_or_none(
        _run(conn, "list_requests", state=None, request_id=request_id, after=None, limit=1)
    )
    if row is None:
        raise NotFound("service_request.unknown")
    return dict(row)


def lock_request(conn: Connection, request_id: int) -> Row:
    """State and revision, held until the end; raises NotFound ``service_request.unknown``."""
    row = row_or_none(_run(conn, "lock_request", request_id=request_id))
    if row is None:
        raise NotFound("service_request.unknown")
    return dict(row)


def write_state(conn: Connection, request_id: int, state: str) -> None:
    """The new state; the revision goes up by one."""
    _run(conn, "write_state", request_id=request_id, state=state)


def list_offers(conn: Connection, request_id: int) -> list[Row]:
    """Who was asked and what became of it, oldest first."""
    return rows(_run(conn, "list_offers", request_id=request_id))


def write_offer(
    conn: Connection,
    request_id: int,
    party_group_id: int,
    state: str,
    *,
    member_id: int | None = None,
    minutes: int | None = None,
) -> None:
    """Where a group stands with a request: offered, taken by a member, declined, done."""
    _run(
        conn,
        "write_offer",
        request_id=request_id,
        party_group_id=party_group_id,
        state=state,
        member_id=member_id,
        minutes=minutes,
    )


def withdraw_offers(conn: Connection, request_id: int) -> None:
    """Nobody is asked any longer."""
    _run(conn, "withdraw_offers", request_id=request_id)


def list_near_cells(conn: Connection, cell_id: int, limit: int) -> list[Row]:
    """Micro grids of groups near a micro grid, nearest first, with an inner point each."""
    return rows(_run(conn, "list_near_cells", cell_id=cell_id, limit=limit))


def count_volunteers(conn: Connection, group_ids: Sequence[int], skill: str) -> dict[int, Row]:
    """Volunteers, those with the skill, and requests in hand by group; groups with none absent."""
    found = rows(_run(conn, "count_volunteers", group_ids=list(group_ids), skill=skill))
    return {row["party_group_id"]: row for row in found}


def list_volunteers(conn: Connection, group_ids: Sequence[int], skill: str) -> list[Row]:
    """Volunteers whom the actor may see."""
    return rows(_run(conn, "list_volunteers", group_ids=list(group_ids), skill=skill))


def find_cell(conn: Connection, cell_id: int) -> bool:
    """Whether the actor may ask for help in a cell of today."""
    return _run(conn, "find_cell", cell_id=cell_id).first() is not None


def find_volunteer(conn: Connection, member_id: int) -> Row | None:
    """Group and consent of a visible member."""
    row = row_or_none(_run(conn, "find_volunteer", member_id=member_id))
    return None if row is None else dict(row)


def group_exists(conn: Connection, party_group_id: int) -> bool:
    """Whether there is such a group today."""
    return _run(conn, "find_group", party_group_id=party_group_id).first() is not None


def sum_hours(conn: Connection, from_on: date | None, to_on: date | None) -> list[Row]:
    """Requests done and minutes by group, most first."""
    return rows(_run(conn, "sum_hours", from_on=from_on, to_on=to_on))
