"""The SQL of API tokens; always in the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gis_api.access.session import AccessStamp, Session
from gis_api.access.store import bump_revision, scope_of
from gis_api.access.tokens.limits import is_inside
from gis_api.db.engine import WHOLE_HI, WHOLE_LO, Actor, Scope
from grid_boundaries.errors import NotFound
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
_WHOLE = {"whole_lo": WHOLE_LO, "whole_hi": WHOLE_HI}


def find_token(conn: Connection, token_hash: bytes) -> Session | None:
    """What a living token may, as of now; None when it is unknown, revoked, expired or disabled.

    A token with an area of its own sees that area alone, without the grants of its account; when
    that area no longer lies in the account's, the token is over.
    """
    row = row_or_none(_run(conn, "find_token", token_hash=token_hash))
    if row is None:
        return None
    scope = scope_of(row)
    officer_id = row["officer_id"]
    if row["token_cell_id"] is not None:
        key = row["token_scope_key"]
        narrow = Scope.nothing() if key is None else Scope.below(key)
        if not is_inside(narrow, scope):
            return None
        scope, officer_id = narrow, None
    return Session(
        token_hash=token_hash,
        actor=Actor(row["user_id"], row["role"], scope, officer_id),
        login=row["login"],
        area_code=row["area_code"],
        csrf_token="",
        must_change_password=row["must_change_password"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        stamp=AccessStamp(row["revision"], row["grid_version_id"], row["day"]),
        api_token_id=row["api_token_id"],
        token_verbs=frozenset(row["verbs"]),
    )


def find_cell_scope(conn: Connection, code: str) -> tuple[int, Scope]:
    """Id and area of the cell with a code today; NotFound ``grid.unknown_code``."""
    row = row_or_none(_run(conn, "find_cell_scope", code=code))
    if row is None:
        raise NotFound("grid.unknown_code", given=code)
    return int(row["cell_id"]), Scope.below(row["scope_key"])


def add_token(
    conn: Connection,
    token_hash: bytes,
    *,
    user_id: int,
    name: str,
    verbs: tuple[str, ...],
    area_cell_id: int | None,
    created_by: int,
    life: timedelta,
) -> tuple[int, datetime]:
    """Store a token; (its id, when it ends)."""
    row = row_or_none(
        _run(
            conn, "add_token", token_hash=token_hash, user_id=user_id, name=name,
            verbs=list(verbs), area_cell_id=area_cell_id, created_by=created_by, life=life,
        )
    )  # fmt: skip
    assert row is not None
    return int(row["api_token_id"]), row["expires_at"]


def list_tokens(conn: Connection) -> list[dict[str, Any]]:
    """Tokens of the accounts in the actor's area, revoked and expired ones too; no hash."""
    return rows(_run(conn, "list_tokens", **_WHOLE))


def revoke_token(conn: Connection, api_token_id: int, revoked_by: int) -> None:
    """End a token now; NotFound ``token.unknown`` also out of the actor's area or a second time."""
    params = {"api_token_id": api_token_id, "revoked_by": revoked_by} | _WHOLE
    if row_or_none(_run(conn, "revoke_token", **params)) is None:
        raise NotFound("token.unknown", api_token_id=api_token_id)
    bump_revision(conn)


def list_own_tokens(conn: Connection, user_id: int) -> list[dict[str, Any]]:
    """Tokens that act in the name of an account, ended ones too; no hash."""
    return rows(_run(conn, "list_own_tokens", user_id=user_id))


def revoke_own_token(conn: Connection, api_token_id: int, user_id: int) -> None:
    """End a token that acts in the account's name; NotFound ``token.unknown`` for any other."""
    found = _run(conn, "revoke_own_token", api_token_id=api_token_id, user_id=user_id)
    if row_or_none(found) is None:
        raise NotFound("token.unknown", api_token_id=api_token_id)
    bump_revision(conn)


def revoke_tokens_of_user(conn: Connection, user_id: int, revoked_by: int) -> int:
    """End all tokens of an account; the number of them."""
    ended = _run(conn, "revoke_tokens_of_user", user_id=user_id, revoked_by=revoked_by).rowcount
    bump_revision(conn)
    return int(ended)


def touch_token(conn: Connection, token_hash: bytes) -> None:
    """Write down that the token is in use."""
    _run(conn, "touch_token", token_hash=token_hash)
