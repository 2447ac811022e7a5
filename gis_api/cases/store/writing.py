"""Writing cases; called inside the one transaction of an action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.history import FIRST, history_hash
from grid_boundaries.store.sql_files import row_or_none, sql_runner

_run = sql_runner(__file__)


def get_now(conn: Connection) -> datetime:
    """The moment of this transaction."""
    at: datetime = _run(conn, "get_now").scalar_one()
    return at


def change_case(conn: Connection, **columns: Any) -> None:
    columns["why"] = Jsonb(columns["why"])
    _run(conn, "change_case", **columns)


def add_joint(
    conn: Connection,
    case_id: int,
    cell_id: int,
    *,
    post_id: int | None,
    officer_id: int | None,
    access_key: str,
) -> None:
    _run(
        conn,
        "add_joint",
        case_id=case_id,
        cell_id=cell_id,
        post_id=post_id,
        officer_id=officer_id,
        access_key=access_key,
    )


def remove_joint(conn: Connection, case_id: int) -> None:
    _run(conn, "remove_joint", case_id=case_id)


def set_grants(conn: Connection, case_id: int, reasons: Mapping[int, str]) -> None:
    """Exactly these officers see the case by being asked to work on it: officer id → reason."""
    _run(conn, "remove_grants", case_id=case_id)
    add_grants(conn, case_id, reasons)


def add_grants(conn: Connection, case_id: int, reasons: Mapping[int, str]) -> None:
    """These officers see the case as well; who sees it already keeps the older reason."""
    for officer_id, reason in reasons.items():
        _run(conn, "add_grant", case_id=case_id, officer_id=officer_id, reason=reason)


def move_access(conn: Connection, case_id: int, access_key: str) -> None:
    """Everything that hangs on a case follows its scope."""
    _run(conn, "move_access", case_id=case_id, access_key=access_key)


def add_history(
    conn: Connection,
    case_id: int,
    *,
    at: datetime,
    actor_id: int,
    act: str,
    detail: dict[str, Any],
    access_key: str,
) -> None:
    """Append one link to the case's chain; the case row is locked by the caller."""
    last = row_or_none(_run(conn, "find_last_history", case_id=case_id))
    previous = bytes(last["hash"]) if last else FIRST
    seq = int(last["seq"]) + 1 if last else 1
    digest = history_hash(
        previous, case_id=case_id, seq=seq, at=at, actor_id=actor_id, act=act, detail=detail
    )
    _run(
        conn,
        "add_history",
        case_id=case_id,
        seq=seq,
        at=at,
        actor_id=actor_id,
        act=act,
        detail=Jsonb(detail),
        previous_hash=previous,
        hash=digest,
        access_key=access_key,
    )
