"""API tokens: make (shown once), list, revoke.  Each deed is one transaction with its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access import store as accounts
from gis_api.access.tokens import store
from gis_api.access.tokens.limits import (
    MAX_NAME_CHARS,
    hash_api_token,
    is_inside,
    new_api_token,
    require_token_life,
    require_token_verbs,
)
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin
from grid_boundaries.errors import Forbidden, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class NewToken:
    """What is asked for; ``area_code`` None is the account's own area with its grants."""

    login: str
    name: str
    verbs: Sequence[str]
    days: int
    area_code: str | None = None


@dataclass(frozen=True, slots=True)
class MadeToken:
    """``token`` is nowhere else and is never shown again."""

    api_token_id: int
    token: str
    expires_at: datetime


def add_token(engine: Engine, actor: Actor, new: NewToken, *, commit: bool = True) -> MadeToken:
    """Make a token that may at most what its account may; a dry run raises the same.

    Raises NotFound ``user.unknown`` (also for accounts beyond the actor's area) and
    ``grid.unknown_code``, Forbidden ``token.area_beyond`` / ``token.verb_*``, InvalidInput
    ``token.*``.
    """
    name = new.name.strip()
    if not 1 <= len(name) <= MAX_NAME_CHARS:
        raise InvalidInput("token.name", most=MAX_NAME_CHARS, field="name")
    life = require_token_life(new.days)
    with begin(engine, actor) as conn:
        account = get_account(conn, actor, new.login)
        verbs = require_token_verbs(account.role, new.verbs)
        area_cell_id = None
        if new.area_code is not None:
            area_cell_id, area = store.find_cell_scope(conn, new.area_code)
            if not is_inside(area, account.scope):
                raise Forbidden("token.area_beyond", cell_code=new.area_code)
        token = new_api_token()
        token_id, expires_at = store.add_token(
            conn, hash_api_token(token), user_id=account.user_id, name=name, verbs=verbs,
            area_cell_id=area_cell_id, created_by=actor.user_id, life=life,
        )  # fmt: skip
        add_audit(
            conn, actor, "token_added", "api_token", str(token_id),
            detail={"user_id": account.user_id, "verbs": verbs, "area_code": new.area_code},
        )  # fmt: skip
        if not commit:
            conn.rollback()
        return MadeToken(token_id, token, expires_at)


def list_tokens(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """The tokens of the accounts in the actor's area, ended ones too; never their text."""
    with begin(engine, actor) as conn:
        return store.list_tokens(conn)


def revoke_token(engine: Engine, actor: Actor, api_token_id: int, *, commit: bool = True) -> None:
    """End a token: at once for writes, within a second for reads; NotFound ``token.unknown``.

    Without ``commit`` nothing is written.
    """
    with begin(engine, actor, commit=commit) as conn:
        store.revoke_token(conn, api_token_id, actor.user_id)
        add_audit(conn, actor, "token_revoked", "api_token", str(api_token_id))


def list_own_tokens(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """The tokens that act in the actor's name, ended ones too; never their text."""
    # keys are kept from every other role by the table's policy; one's own are asked for by id
    with begin(engine, SYSTEM) as conn:
        return store.list_own_tokens(conn, actor.user_id)


def revoke_own_token(engine: Engine, actor: Actor, api_token_id: int) -> None:
    """End a token that acts in the actor's name; NotFound ``token.unknown`` for any other."""
    with begin(engine, SYSTEM) as conn:
        store.revoke_own_token(conn, api_token_id, actor.user_id)
        add_audit(conn, actor, "token_revoked", "api_token", str(api_token_id))


def get_account(conn: Connection, actor: Actor, login: str) -> Actor:
    """An enabled account that the actor may look after.

    Raises NotFound ``user.unknown`` alike for a missing one and one beyond the actor's area.
    """
    account = accounts.get_user_actor(conn, login.strip().lower())
    if not actor.scope.is_whole and not is_inside(account.scope, actor.scope):
        raise NotFound("user.unknown", login=login)
    return account
