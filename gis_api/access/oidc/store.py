"""Outside sign-ins that have begun, and whose subject an account belongs to."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from gis_api.access.errors import NotSignedIn
from gis_api.access.oidc.client import Claimed
from gis_api.access.store import get_user_actor
from grid_boundaries.errors import NotFound
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
FLOW_LIFE = timedelta(minutes=10)


class Flow(NamedTuple):
    """What the answer of the provider must fit."""

    nonce: str
    code_verifier: str


def add_flow(conn: Connection, state_hash: bytes, nonce: str, code_verifier: str) -> None:
    """Keep a sign-in that begins; those older than ten minutes go."""
    _run(
        conn, "add_flow", state_hash=state_hash, nonce=nonce, code_verifier=code_verifier,
        life=FLOW_LIFE,
    )  # fmt: skip


def take_flow(conn: Connection, state_hash: bytes) -> Flow | None:
    """Take a sign-in out, once; None when there is none or it is older than ten minutes."""
    row = row_or_none(_run(conn, "take_flow", state_hash=state_hash, life=FLOW_LIFE))
    return Flow(row["nonce"], row["code_verifier"]) if row and row["is_alive"] else None


def require_account(conn: Connection, claimed: Claimed) -> int:
    """The enabled account of a subject; the first one to come binds its login to itself.

    Nothing is created.  Raises NotSignedIn ``oidc.unknown_subject`` alike when no account has the
    login, when it is disabled, and when the login belongs to another subject by now.
    """
    who = {"issuer": claimed.issuer, "subject": claimed.subject}
    bound = rows(_run(conn, "find_bound", login=claimed.login, **who))
    for row in bound:
        if row["subject"] == claimed.subject:
            if row["is_disabled"]:
                raise NotSignedIn("oidc.unknown_subject")
            return int(row["user_id"])
    if bound:
        raise NotSignedIn("oidc.unknown_subject")
    try:
        user_id = get_user_actor(conn, claimed.login).user_id
    except NotFound as error:
        raise NotSignedIn("oidc.unknown_subject") from error
    if _run(conn, "bind_identity", user_id=user_id, **who).rowcount != 1:
        raise NotSignedIn("oidc.unknown_subject")
    return user_id
