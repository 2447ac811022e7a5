"""Invite somebody to an account: a link, once, for 72 hours; the password is theirs to choose."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access import store as accounts
from gis_api.access.invitations import store
from gis_api.access.passwords import hash_password, require_good_password
from gis_api.access.permissions import read_permissions
from gis_api.access.session import hash_token, new_token
from gis_api.access.tokens.limits import is_inside
from gis_api.access.tokens.store import revoke_tokens_of_user
from gis_api.actions.tokens import get_account
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, Scope, begin, whole_scope
from grid_boundaries.errors import InvalidInput, NotFound

LIFE = timedelta(hours=72)
LINK = "/invitation#"
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to make; ``row`` is its line in a file."""

    login: str
    role: str
    area_code: str | None = None
    officer_id: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an account cannot be made: ``code`` of the catalogue, line and column."""

    row: int
    column: str
    code: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """``link`` holds the secret behind ``#``, so that no server is ever sent it in an address."""

    login: str
    link: str
    expires_at: datetime


def invite(engine: Engine, actor: Actor, wanted: Wanted) -> Invited:
    """Make an account that waits for its password.  Raises InvalidInput with the first fault."""
    faults, made = invite_many(engine, actor, [wanted], commit=True)
    if faults:
        raise InvalidInput(faults[0].code, given=faults[0].given, field=faults[0].column)
    return made[0]


def invite_many(
    engine: Engine, actor: Actor, wanted: Sequence[Wanted], *, commit: bool
) -> tuple[list[Fault], list[Invited]]:
    """All accounts or none, in one transaction; every fault of every line is told.

    With faults, or without ``commit``, nothing is written and nobody is invited.
    """
    with begin(engine, actor) as conn:
        areas = store.list_known_areas(conn, {w.area_code for w in wanted if w.area_code})
        faults = _check(conn, actor, wanted, areas)
        if faults or not commit:
            return faults, []
        # Nobody's password: the text of the hash is thrown away.
        no_password = hash_password(secrets.token_urlsafe(32))
        return [], [_add(conn, actor, one, areas, no_password) for one in wanted]


def list_accounts(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Accounts of the actor's area, closed ones last; reading them is on the trail."""
    with begin(engine, actor) as conn:
        found = accounts.list_accounts(conn)
        add_audit(conn, actor, "users_listed", "user", "all", row_count=len(found))
        return found


def invite_again(engine: Engine, actor: Actor, login: str, *, commit: bool = True) -> Invited:
    """A new link for an enabled account, which ends earlier links; NotFound ``user.unknown``.

    The old password holds until the new one is chosen.  Without ``commit`` nothing is written and
    the link opens nothing.
    """
    with begin(engine, actor, commit=commit) as conn:
        account = get_account(conn, actor, login)
        return _invite(conn, actor, account.user_id, login.strip().lower())


def accept_invitation(engine: Engine, token: str, password: str) -> str:
    """Choose the password of the account that a link is for; its login.  Spends the link.

    Raises NotFound ``invitation.not_valid`` (unknown, used, cancelled, older than 72 hours) and
    InvalidInput ``password.*``, which leaves the link as it was.
    """
    token_hash = hash_token(token)
    with begin(engine, SYSTEM) as conn:
        login = store.find_login(conn, token_hash)
    if login is None:
        raise NotFound("invitation.not_valid")
    require_good_password(login, password)
    password_hash = hash_password(password)
    with begin(engine, SYSTEM) as conn:
        user_id = store.use_invitation(conn, token_hash)
        if user_id is None:
            raise NotFound("invitation.not_valid")
        accounts.write_password(conn, user_id, password_hash, must_change=False)
        accounts.remove_sessions_of_user(conn, user_id)
        add_audit(conn, SYSTEM, "invitation_accepted", "user", str(user_id))
    return login


@dataclass(frozen=True, slots=True)
class Deactivated:
    """What still hangs on the officer of a closed account and must be handed over."""

    login: str
    officer_id: int | None
    posts: int
    open_cases: int


def deactivate(engine: Engine, actor: Actor, login: str, *, commit: bool = True) -> Deactivated:
    """Close an account: sessions, tokens and links end at once; everything it did stays.

    Without ``commit`` nothing is written.  Raises NotFound ``user.unknown`` and InvalidInput
    ``user.oneself``.
    """
    with begin(engine, actor, commit=commit) as conn:
        account = get_account(conn, actor, login)
        if account.user_id == actor.user_id:
            raise InvalidInput("user.oneself")
        user_id = accounts.disable_user(conn, login.strip().lower())
        revoke_tokens_of_user(conn, user_id, actor.user_id)
        store.cancel_invitations(conn, user_id)
        with whole_scope(conn, actor):
            work = store.count_work(conn, user_id)
        add_audit(
            conn, actor, "user_disabled", "user", str(user_id),
            detail={"posts": work["posts"], "open_cases": work["open_cases"]},
        )  # fmt: skip
        return Deactivated(
            login.strip().lower(), work["officer_id"], work["posts"], work["open_cases"]
        )


def _add(
    conn: Connection,
    actor: Actor,
    wanted: Wanted,
    areas: Mapping[str, tuple[int, str]],
    no_password: str,
) -> Invited:
    area = None if wanted.area_code is None else areas[wanted.area_code][0]
    user_id = accounts.create_user(
        conn, wanted.login, "", wanted.role, area_cell_id=area, officer_id=wanted.officer_id,
        password_hash=no_password,
    )  # fmt: skip
    add_audit(
        conn, actor, "user_added", "user", str(user_id),
        detail={"role": wanted.role, "area_code": wanted.area_code},
    )  # fmt: skip
    return _invite(conn, actor, user_id, wanted.login)


def _invite(conn: Connection, actor: Actor, user_id: int, login: str) -> Invited:
    token = new_token()
    ends_at = store.add_invitation(conn, hash_token(token), user_id, actor.user_id, LIFE)
    add_audit(conn, actor, "user_invited", "user", str(user_id))
    return Invited(login, LINK + token, ends_at)


def _check(
    conn: Connection,
    actor: Actor,
    wanted: Sequence[Wanted],
    areas: Mapping[str, tuple[int, str]],
) -> list[Fault]:
    taken = store.list_known_logins(conn, {w.login for w in wanted})
    officers = store.list_known_officers(
        conn, {w.officer_id for w in wanted if w.officer_id is not None}
    )
    roles = read_permissions().roles
    seen_logins: set[str] = set()
    seen_officers: set[int] = set()
    faults: list[Fault] = []
    for one in wanted:
        role = roles.get(one.role)
        area = areas.get(one.area_code) if one.area_code else None
        scope = Scope.whole() if one.area_code is None else Scope.below(area[1] if area else "")
        rules: tuple[tuple[bool, str, str, str], ...] = (
            (not _LOGIN.fullmatch(one.login), "login", "account.bad_login", one.login),
            (one.login in seen_logins, "login", "account.twice_in_file", one.login),
            (one.login in taken, "login", "account.exists", one.login),
            (role is None, "role", "account.unknown_role", one.role),
            (one.area_code is not None and area is None, "area_code", "account.unknown_area",
             one.area_code or ""),
            (not actor.scope.is_whole and not is_inside(scope, actor.scope), "area_code",
             "account.area_beyond", one.area_code or ""),
            (one.officer_id is not None and one.officer_id not in officers, "officer_id",
             "account.unknown_officer", str(one.officer_id)),
            (officers.get(one.officer_id or 0, False) or one.officer_id in seen_officers,
             "officer_id", "account.officer_has_one", str(one.officer_id)),
        )  # fmt: skip
        faults += [Fault(one.row, col, code, given) for is_so, col, code, given in rules if is_so]
        seen_logins.add(one.login)
        if one.officer_id is not None:
            seen_officers.add(one.officer_id)
    return faults
