"""The SQL of reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)


def list_households(conn: Connection, lo: str, hi: str) -> list[dict[str, Any]]:
    """{code, name, lng, lat} of households by the villages of a range, or of the one around it."""
    return rows(_run(conn, "list_households", lo=lo, hi=hi))


def list_points(conn: Connection, kinds: Sequence[str] | None, limit: int) -> list[dict[str, Any]]:
    """Service points with their opening days, by kind and name."""
    given = {"kinds": None if kinds is None else [*kinds], "limit": limit}
    return rows(_run(conn, "list_points", **given))
