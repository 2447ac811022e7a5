"""Accounts: add, disable, give a new password.  Each deed is one transaction with its audit row."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Engine

from gis_api.access import store
from gis_api.access.passwords import hash_password, require_good_password
from gis_api.access.permissions import read_permissions
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import InvalidInput

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """A first password that can be read out: four groups of five, 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def add_user(
    engine: Engine,
    actor: Actor,
    login: str,
    password: str,
    role: str,
    *,
    area_code: str | None,
    officer_id: int | None,
    commit: bool,
) -> int | None:
    """Add an account that must change its password; its id, or None on a dry run.

    Raises Conflict ``user.exists``, InvalidInput ``user.role_unknown``, ``user.bad_login`` or
    ``password.*`` and NotFound ``grid.unknown_code``; a dry run raises the same.
    """
    login = login.strip().lower()
    known = read_permissions().roles
    if role not in known:
        raise InvalidInput("user.role_unknown", role=role, known=sorted(known))
    require_good_password(login, password)
    with begin(engine, actor) as conn:
        area = None if area_code is None else store.get_cell_id_by_code(conn, area_code)
        user_id = store.create_user(
            conn, login, password, role, area_cell_id=area, officer_id=officer_id
        )
        add_audit(
            conn, actor, "user_added", "user", str(user_id),
            detail={"role": role, "area_code": area_code},
        )  # fmt: skip
        return _end(conn, user_id, commit=commit)


def disable_user(engine: Engine, actor: Actor, login: str, *, commit: bool) -> int | None:
    """Close an account and end its sessions at once; NotFound ``user.unknown``."""
    with begin(engine, actor) as conn:
        user_id = store.disable_user(conn, login.strip().lower())
        add_audit(conn, actor, "user_disabled", "user", str(user_id))
        return _end(conn, user_id, commit=commit)


def reset_password(
    engine: Engine, actor: Actor, login: str, password: str, *, commit: bool
) -> int | None:
    """Give a password that must be changed, unlock, and end the sessions."""
    login = login.strip().lower()
    require_good_password(login, password)
    password_hash = hash_password(password)
    with begin(engine, actor) as conn:
        user_id = store.get_user_id(conn, login)
        store.write_password(conn, user_id, password_hash, must_change=True)
        store.remove_sessions_of_user(conn, user_id)
        add_audit(conn, actor, "password_reset", "user", str(user_id))
        return _end(conn, user_id, commit=commit)


def list_users(engine: Engine, actor: Actor) -> list[store.UserRow]:
    """All accounts by login."""
    with begin(engine, actor) as conn:
        return store.list_users(conn)


def _end(conn: Connection, user_id: int, *, commit: bool) -> int | None:
    if commit:
        return user_id
    conn.rollback()
    return None
