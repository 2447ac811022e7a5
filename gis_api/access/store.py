"""The SQL of this room: accounts, sessions; always in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gis_api.access.passwords import hash_password
from gis_api.access.permissions import AREA, read_permissions
from gis_api.access.session import AccessStamp, Session
from gis_api.db.engine import WHOLE_HI, WHOLE_LO, Actor, Scope
from grid_boundaries.errors import Conflict, InvalidInput, NotFound
from grid_boundaries.store.sql_files import read_statements, row_or_none, sql_runner

_STATEMENTS = read_statements(__file__)
_run = sql_runner(__file__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An account whose password is about to be compared."""

    user_id: int
    password_hash: str
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One living sign-in of an account, as its owner sees it: no address, no device."""

    handle: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """One line of ``wangge user list``."""

    user_id: int
    login: str
    role: str
    area_code: str | None
    area_name: str | None
    is_demo: bool
    must_change_password: bool
    is_disabled: bool
    is_locked: bool
    created_at: datetime


def find_session(conn: Connection, token_hash: bytes, idle_limit: timedelta) -> Session | None:
    """The session of a token if it is alive and its account enabled; area as of today.

    An account whose area no longer exists sees nothing, never everything.
    """
    row = row_or_none(_run(conn, "find_session", token_hash=token_hash, idle_limit=idle_limit))
    return session_of(row, token_hash)


def session_question(token_hash: bytes, idle_limit: timedelta) -> tuple[str, dict[str, Any]]:
    """What ``find_session`` asks, for ``session_of``: every write asks it by itself."""
    return _STATEMENTS["find_session"], {"token_hash": token_hash, "idle_limit": idle_limit}


def session_of(row: Mapping[str, Any] | None, token_hash: bytes) -> Session | None:
    """The row of ``find_session`` as a session."""
    if row is None:
        return None
    return Session(
        token_hash=token_hash,
        actor=Actor(row["user_id"], row["role"], scope_of(row), row["officer_id"]),
        login=row["login"],
        area_code=row["area_code"],
        csrf_token=row["csrf_token"],
        must_change_password=row["must_change_password"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        stamp=AccessStamp(row["revision"], row["grid_version_id"], row["day"]),
    )


def scope_of(row: Mapping[str, Any]) -> Scope:
    """The area of an account; a role that sees by grant, or that nobody declared, has none."""
    role = read_permissions().roles.get(row["role"])
    if role is None or role.sees != AREA:
        return Scope.nothing()
    if row["area_cell_id"] is None:
        return Scope.whole()
    return Scope.nothing() if row["scope_key"] is None else Scope.below(row["scope_key"])


def get_stamp(conn: Connection) -> AccessStamp:
    """The access revision, the newest grids and the day in Shanghai, now."""
    row = _run(conn, "get_stamp").mappings().one()
    return AccessStamp(row["revision"], row["grid_version_id"], row["day"])


def bump_revision(conn: Connection) -> None:
    """Make every process forget its sessions; call it when roles, areas or grants change."""
    _run(conn, "bump_revision")


def add_session(
    conn: Connection, token_hash: bytes, user_id: int, csrf_token: str, absolute_limit: timedelta
) -> None:
    """Store a new session; it ends ``absolute_limit`` from now at the latest."""
    _run(
        conn,
        "add_session",
        token_hash=token_hash,
        user_id=user_id,
        csrf_token=csrf_token,
        absolute_limit=absolute_limit,
    )


def touch_session(conn: Connection, token_hash: bytes) -> None:
    """Write down that the session was used; at most every 30 seconds."""
    _run(conn, "touch_session", token_hash=token_hash)


def remove_session(conn: Connection, token_hash: bytes) -> None:
    """End one session everywhere within a second."""
    _run(conn, "remove_session", token_hash=token_hash)
    bump_revision(conn)


def remove_sessions_of_user(conn: Connection, user_id: int, *, keep: bytes | None = None) -> None:
    """End a user's sessions, except the one to ``keep``."""
    _run(conn, "remove_sessions_of_user", user_id=user_id, keep_token_hash=keep)
    bump_revision(conn)


def list_sessions_of_user(
    conn: Connection, user_id: int, own_token_hash: bytes, idle_limit: timedelta
) -> list[OwnSession]:
    """The living sessions of an account: the asking one first, then the last used."""
    found = _run(
        conn,
        "list_sessions_of_user",
        user_id=user_id,
        own_token_hash=own_token_hash,
        idle_limit=idle_limit,
    )
    return [OwnSession(**row) for row in found.mappings()]


def remove_session_of_user(conn: Connection, user_id: int, handle: str) -> bool:
    """End one session of this account and no other's; False where there is none."""
    found = _run(conn, "remove_session_of_user", user_id=user_id, handle=handle).rowcount > 0
    if found:
        bump_revision(conn)
    return bool(found)


def prune_sessions(conn: Connection, idle_limit: timedelta) -> int:
    """Delete sessions that are over; the number of them."""
    return int(_run(conn, "prune_sessions", idle_limit=idle_limit).rowcount)


def take_attempt(
    conn: Connection, login: str, *, attempts: int, lock_time: timedelta
) -> Attempt | None:
    """Count one sign-in attempt; None when the login is unknown or locked."""
    row = row_or_none(
        _run(conn, "take_attempt", login=login, attempts=attempts, lock_time=lock_time)
    )
    return None if row is None else Attempt(**row)


def find_lock_s(conn: Connection, login: str) -> int | None:
    """Seconds until a locked login may try again; None when it is not locked."""
    row = row_or_none(_run(conn, "find_lock", login=login))
    return None if row is None else max(1, int(row["retry_after_s"]))


def clear_attempts(conn: Connection, user_id: int) -> None:
    """The right password was given: start counting from zero."""
    _run(conn, "clear_attempts", user_id=user_id)


def create_user(
    conn: Connection,
    login: str,
    password: str,
    role: str,
    *,
    area_cell_id: int | None = None,
    officer_id: int | None = None,
    is_demo: bool = False,
    must_change: bool = True,
    password_hash: str | None = None,
) -> int:
    """Add an account and return its id; ``area_cell_id`` None means the whole place.

    ``password_hash`` stands in for the password of an account that waits for one.  The strength
    of the password is the caller's to check.  Raises Conflict ``user.exists`` and InvalidInput
    ``user.bad_login`` (login or role outside its alphabet, unknown area or officer).
    """
    params = {
        "login": login,
        "password_hash": password_hash or hash_password(password),
        "role": role,
        "area_cell_id": area_cell_id,
        "officer_id": officer_id,
        "is_demo": is_demo,
        "must_change_password": must_change,
    }
    try:
        with conn.begin_nested():
            user_id = _run(conn, "add_user", **params).scalar_one_or_none()
    except IntegrityError as error:
        raise InvalidInput("user.bad_login", login=login, role=role) from error
    if user_id is None:
        raise Conflict("user.exists", login=login)
    return int(user_id)


def list_users(conn: Connection) -> list[UserRow]:
    """All accounts by login, disabled ones too."""
    return [UserRow(**row) for row in _run(conn, "list_users").mappings()]


def list_accounts(conn: Connection) -> list[dict[str, Any]]:
    """Accounts of the actor's area, enabled ones first; of the whole place for who sees it all."""
    found = _run(conn, "list_accounts", whole_lo=WHOLE_LO, whole_hi=WHOLE_HI).mappings()
    return [dict(row) for row in found]


def get_user_actor(conn: Connection, login: str) -> Actor:
    """The actor of an enabled account, for ``wangge --as``; raises NotFound ``user.unknown``."""
    row = row_or_none(_run(conn, "find_user", login=login))
    if row is None or row["is_disabled"]:
        raise NotFound("user.unknown", login=login)
    return Actor(row["user_id"], row["role"], scope_of(row), row["officer_id"])


def get_actor_of(conn: Connection, user_id: int) -> Actor:
    """The actor of an enabled account as of now; raises NotFound ``user.unknown``."""
    row = row_or_none(_run(conn, "find_user_by_id", user_id=user_id))
    if row is None or row["is_disabled"]:
        raise NotFound("user.unknown", login=str(user_id))
    return Actor(row["user_id"], row["role"], scope_of(row), row["officer_id"])


def get_user_id(conn: Connection, login: str) -> int:
    """The id of an account, disabled or not; raises NotFound ``user.unknown``."""
    row = row_or_none(_run(conn, "find_user", login=login))
    if row is None:
        raise NotFound("user.unknown", login=login)
    return int(row["user_id"])


def disable_user(conn: Connection, login: str) -> int:
    """Close an account and end its sessions; raises NotFound ``user.unknown``."""
    row = row_or_none(_run(conn, "disable_user", login=login))
    if row is None:
        raise NotFound("user.unknown", login=login)
    remove_sessions_of_user(conn, row["user_id"])
    return int(row["user_id"])


def write_password(
    conn: Connection, user_id: int, password_hash: str, *, must_change: bool
) -> None:
    """Replace the hash; unlocks the account."""
    _run(
        conn,
        "write_password",
        user_id=user_id,
        password_hash=password_hash,
        must_change_password=must_change,
    )


def get_cell_id_by_code(conn: Connection, code: str) -> int:
    """The cell that has this code today; raises NotFound ``grid.unknown_code``."""
    row = row_or_none(_run(conn, "find_cell_id_by_code", code=code))
    if row is None:
        raise NotFound("grid.unknown_code", given=code)
    return int(row["cell_id"])
