"""The SQL of counts; the connection sees what may be counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.db.engine import Scope
from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)


def get_yesterday(conn: Connection) -> date:
    """The last day that is over in Shanghai."""
    found: date = _run(conn, "get_yesterday").scalar_one()
    return found


def count_by_village(conn: Connection, scope: Scope, up_to: date) -> list[dict[str, Any]]:
    """{code, name, kind, is_closed, cases} of the villages of a range, or of the one around it.

    A village without cases has one row whose kind is None.
    """
    return rows(_run(conn, "count_by_village", lo=scope.lo, hi=scope.hi, up_to=up_to))
