"""The SQL of sheets."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.db.engine import Scope
from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)


def count_by_cell(
    conn: Connection, rank: int, scope: Scope, *, from_on: date | None, up_to: date, openly: bool
) -> list[dict[str, Any]]:
    """{code, name, cases, open, late, wkb} of every cell of a level inside a range, by code.

    Cases registered from a day (None: ever) to the end of another.  ``openly``: without those
    that are hidden from the cell they lie in.
    """
    found = _run(
        conn, "count_by_cell", rank=rank, lo=scope.lo, hi=scope.hi, from_on=from_on, up_to=up_to,
        openly=openly,
    )  # fmt: skip
    return rows(found)


def count_households(conn: Connection, below: Scope) -> int:
    """Households inside a range."""
    return int(_run(conn, "count_households", lo=below.lo, hi=below.hi).scalar_one())


def list_duties(conn: Connection, cell_id: int) -> list[dict[str, Any]]:
    """Posts of a cell, of the cells right below and of the one around, with their holders."""
    return rows(_run(conn, "list_duties", cell_id=cell_id))
