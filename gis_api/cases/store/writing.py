"""Writing cases; called inside the one transaction of an action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.codes import case_code
from gis_api.cases.history import FIRST, history_hash
from grid_boundaries.store.sql_files import row_or_none, sql_runner

_run = sql_runner(__file__)


def claim_key(conn: Connection, actor_id: int, key: str, body_hash: bytes) -> bool:
    """Take an idempotency key; False when it is taken (waits for whoever is taking it)."""
    result = _run(conn, "claim_key", actor_id=actor_id, key=key, body_hash=body_hash)
    return result.rowcount == 1


def settle_key(conn: Connection, actor_id: int, key: str, case_id: int) -> None:
    _run(conn, "settle_key", actor_id=actor_id, key=key, case_id=case_id)


def next_case_code(conn: Connection, at: datetime) -> str:
    """A code never given before; a filing that fails leaves a gap."""
    number = int(_run(conn, "next_case_number").scalar_one())
    return case_code(at.year, number)


def get_now(conn: Connection) -> datetime:
    """The moment of this transaction."""
    at: datetime = _run(conn, "get_now").scalar_one()
    return at


def add_case(conn: Connection, **columns: Any) -> int:
    columns["why"] = Jsonb(columns["why"])
    return int(_run(conn, "add_case", **columns).scalar_one())


def change_case(conn: Connection, **columns: Any) -> None:
    columns["why"] = Jsonb(columns["why"])
    _run(conn, "change_case", **columns)


def add_case_text(conn: Connection, case_id: int, body: str, access_key: str) -> None:
    _run(conn, "add_case_text", case_id=case_id, body=body, access_key=access_key)


def add_party(conn: Connection, case_id: int, access_key: str, side: str, **fields: Any) -> None:
    known = dict.fromkeys(("name", "phone", "household_id", "officer_id", "cell_id"))
    _run(conn, "add_party", case_id=case_id, access_key=access_key, side=side, **(known | fields))


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
