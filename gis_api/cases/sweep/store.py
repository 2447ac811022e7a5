"""The SQL of sweeping, and the lists that people work through."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]
_SWEEP_LOCK = 7_305_203
# What presses most comes first.
URGENCY = (
    "past_due", "performance_due", "unanswered", "due_soon", "stuck", "no_officer", "no_movement",
    "suspended_long", "not_followed_up",
)  # fmt: skip


@cache
def read_limits() -> Mapping[str, int]:
    """Days after which a case is called up, and how many findings are told singly, by name."""
    return tomllib.loads(files(__package__).joinpath("limits.toml").read_text("utf-8"))


def sweep(conn: Connection) -> Row:
    """Bring ``case_attention`` up to date in one statement: {found, cleared, listed}.

    Officers hear once of each reason, of many at once in one message; what is no longer true is
    taken off the list.  Sweeps that
    are started together work one after the other.
    """
    _run(conn, "hold_sweep", lock=_SWEEP_LOCK)
    row = row_or_none(_run(conn, "sweep", urgency=list(URGENCY), **read_limits()))
    assert row is not None
    return dict(row)


def list_overdue_mediations(conn: Connection, limit: int) -> list[str]:
    """Codes of cases whose mediation ran past its day."""
    return [row["code"] for row in rows(_run(conn, "list_overdue_mediations", limit=limit))]


def list_attention(
    conn: Connection, *, reason: str | None, officer_id: int | None, limit: int, offset: int
) -> list[Row]:
    """What the sweeper found and the actor may see, oldest first; ``total`` on every row."""
    return rows(
        _run(
            conn, "list_attention", reason=reason, officer_id=officer_id, limit=limit,
            offset=offset,
        )
    )  # fmt: skip


def count_attention(conn: Connection, officer_id: int | None) -> dict[str, int]:
    """How many findings of each reason the actor may see."""
    found = rows(_run(conn, "count_attention", officer_id=officer_id))
    return {row["reason"]: int(row["number"]) for row in found}


def list_mine(conn: Connection, officer_id: int, *, limit: int, offset: int) -> list[Row]:
    """Open cases that an officer leads, was asked to sign for or is in charge of, by due day."""
    return rows(_run(conn, "list_mine", officer_id=officer_id, limit=limit, offset=offset))
