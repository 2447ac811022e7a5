"""Posts of a cell, who holds them and since when."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)


def find_cell(conn: Connection, code: str, on: date) -> dict[str, Any] | None:
    """Id and name of the cell with a code on a day."""
    found = row_or_none(_run(conn, "find_cell", code=code, on=on))
    return None if found is None else dict(found)


def post_kind_exists(conn: Connection, kind: str) -> bool:
    return row_or_none(_run(conn, "find_kind", kind=kind)) is not None


def list_post_kinds(conn: Connection) -> list[str]:
    return [row["kind"] for row in rows(_run(conn, "list_kinds"))]


def fill_post(
    conn: Connection,
    cell_id: int,
    kind: str,
    on: date,
    *,
    duty_name: str,
    duty_phone: str | None,
    household_id: int | None,
) -> int:
    """A new officer in the first post of the kind that is vacant from that day, else a new post."""
    free = row_or_none(_run(conn, "find_free_post", cell_id=cell_id, kind=kind, on=on))
    post_id = (
        free["post_id"]
        if free
        else _run(conn, "add_post", cell_id=cell_id, kind=kind, on=on).scalar_one()
    )
    officer_id = _run(
        conn,
        "add_officer",
        duty_name=duty_name,
        duty_phone=duty_phone,
        household_id=household_id,
    ).scalar_one()
    _run(conn, "add_holding", post_id=post_id, officer_id=officer_id, on=on)
    return int(officer_id)


def vacate_posts(conn: Connection, cell_id: int, kind: str, on: date) -> list[int]:
    """End every holding of the kind in the cell on that day; the officers who held."""
    found = _run(conn, "end_holding", cell_id=cell_id, kind=kind, on=on)
    return [int(row[0]) for row in found]


def list_posts(conn: Connection, cell_id: int, on: date) -> list[dict[str, Any]]:
    """Posts of a cell on a day, vacant ones included."""
    return rows(_run(conn, "list_posts", cell_id=cell_id, on=on))
