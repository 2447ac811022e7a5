"""Who acts on the command line: ``--as USER``, else the operator of this machine."""

from __future__ import annotations

import getpass
import hashlib
import os
from contextvars import ContextVar

from sqlalchemy import Engine

from gis_api.access import store
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin

acting_login: ContextVar[str | None] = ContextVar("acting_login", default=None)


def get_actor(engine: Engine, command: str) -> Actor:
    """The actor of this command, written to the audit; NotFound ``user.unknown`` for ``--as``.

    Without ``--as`` it is the system, and the audit names the operating-system account by number
    and a hash, not by name.
    """
    login = acting_login.get()
    with begin(engine, SYSTEM) as conn:
        actor = SYSTEM if login is None else store.get_user_actor(conn, login.strip().lower())
        add_audit(conn, actor, "command", "cli", command, detail=_operator())
    return actor


def _operator() -> dict[str, str | int]:
    name = getpass.getuser()
    return {"os_uid": os.getuid(), "os_user_hash": hashlib.sha256(name.encode()).hexdigest()[:12]}
