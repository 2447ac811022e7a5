"""The SQL of invitations and of making many accounts; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)


def add_invitation(
    conn: Connection, token_hash: bytes, user_id: int, created_by: int, life: timedelta
) -> datetime:
    """A new link for an account; its earlier ones are over.  When the new one ends."""
    cancel_invitations(conn, user_id)
    row = _run(
        conn, "add_invitation", token_hash=token_hash, user_id=user_id, created_by=created_by,
        life=life,
    )  # fmt: skip
    ends_at: datetime = row.scalar_one()
    return ends_at


def cancel_invitations(conn: Connection, user_id: int) -> None:
    _run(conn, "cancel_invitations", user_id=user_id)


def find_login(conn: Connection, token_hash: bytes) -> str | None:
    """The login that a living link is for."""
    row = row_or_none(_run(conn, "find_invitation", token_hash=token_hash))
    return None if row is None else str(row["login"])


def use_invitation(conn: Connection, token_hash: bytes) -> int | None:
    """Spend a living link; the account's id, None when it is not living (any more)."""
    row = row_or_none(_run(conn, "use_invitation", token_hash=token_hash))
    return None if row is None else int(row["user_id"])


def list_known_logins(conn: Connection, logins: Collection[str]) -> set[str]:
    return {row["login"] for row in rows(_run(conn, "list_known_logins", logins=list(logins)))}


def list_known_officers(conn: Connection, officer_ids: Collection[int]) -> dict[int, bool]:
    """Officer id → whether an enabled account belongs to that officer."""
    found = rows(_run(conn, "list_known_officers", officer_ids=list(officer_ids)))
    return {row["officer_id"]: row["has_account"] for row in found}


def list_known_areas(conn: Connection, codes: Collection[str]) -> dict[str, tuple[int, str]]:
    """Code → (cell id, scope key) of today's cells."""
    found = rows(_run(conn, "list_known_areas", codes=list(codes)))
    return {row["code"]: (row["cell_id"], row["scope_key"]) for row in found}


def count_work(conn: Connection, user_id: int) -> Mapping[str, Any]:
    """What still hangs on an account's officer: posts held and open cases led."""
    row = row_or_none(_run(conn, "count_work", user_id=user_id))
    assert row is not None
    return row
