"""The SQL of demo registers; runs as the administrator, policies do not apply."""

from __future__ import annotations

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import sql_runner

_run = sql_runner(__file__)


def add_registers(conn: Connection, village_rank: int) -> dict[str, int]:
    """Receptions and sessions of every village, settlements of every micro grid: rows by table."""
    return {
        "reception": _run(conn, "add_receptions", village_rank=village_rank).rowcount,
        "talking_session": _run(conn, "add_sessions", village_rank=village_rank).rowcount,
        "grid_settlement": _run(conn, "add_settlements").rowcount,
    }
