"""The SQL of the wall's figures; rows are those that the actor of the transaction sees."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.db.engine import Scope
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)


def list_cells(conn: Connection, code: str | None, bound: Scope | None) -> list[dict[str, Any]]:
    """The cell of a code, or the top ones; ``bound`` is the range outside which there is none."""
    return rows(_run(conn, "find_cell", code=code, **_range(bound)))


def list_path(conn: Connection, scope_key: str, bound: Scope | None) -> list[dict[str, Any]]:
    """The cell and those above it, highest first."""
    return rows(_run(conn, "list_path", scope_key=scope_key, **_range(bound)))


def list_children(conn: Connection, cell_id: int | None) -> list[dict[str, Any]]:
    """Cells right below, by code; without a cell those at the top."""
    return rows(_run(conn, "list_children", cell_id=cell_id))


def find_extent(conn: Connection, cell_id: int | None) -> dict[str, Any] | None:
    """Box of a cell, or of everything, in degrees."""
    found = row_or_none(_run(conn, "find_extent", cell_id=cell_id))
    return None if found is None else dict(found)


def count_cases(
    conn: Connection, below: Scope, depth: int, month: date | None
) -> list[dict[str, Any]]:
    """Counts of cases inside a range by the cells one level down; ``depth`` is the key's length."""
    return rows(_run(conn, "count_cases", lo=below.lo, hi=below.hi, depth=depth, month=month))


def list_open(conn: Connection, below: Scope) -> list[dict[str, Any]]:
    """At most nine open cases: urgent first, then by the day they are due."""
    return rows(_run(conn, "list_open", lo=below.lo, hi=below.hi))


def list_recent(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    """The last dozen events of an area, newest first: kind, cell and code."""
    return rows(_run(conn, "list_recent", lo=scope.lo, hi=scope.hi))


def _range(bound: Scope | None) -> dict[str, Any]:
    return {
        "is_bound": bound is not None,
        "lo": bound.lo if bound else "",
        "hi": bound.hi if bound else "",
    }
