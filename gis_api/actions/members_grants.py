"""Who leads which party group."""

from __future__ import annotations

from sqlalchemy import Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.members.roster import store
from grid_boundaries.errors import InvalidInput, NotFound

ROLE = "party_leader"


def grant_groups(
    engine: Engine, actor: Actor, login: str, group_name: str | None, *, commit: bool
) -> int:
    """Let an account lead one group, or all of them, from today; the number of new grants.

    Raises NotFound ``user.unknown``, ``party_group.unknown`` and InvalidInput
    ``member.not_a_leader`` for an account of another role.
    """
    with begin(engine, actor) as conn:
        user_id, role = store.find_account(conn, login)
        if role != ROLE:
            raise InvalidInput("member.not_a_leader", login=login, role=role)
        if group_name is not None and not store.group_is_named(conn, group_name):
            raise NotFound("party_group.unknown")
        granted = store.grant_groups(conn, user_id, group_name)
        if not commit:
            conn.rollback()
            return len(granted)
        add_audit(conn, actor, "members.grant", "user", str(user_id), detail={"groups": granted})
        return len(granted)


def revoke_groups(
    engine: Engine, actor: Actor, login: str, group_name: str | None, *, commit: bool
) -> None:
    """End what an account leads at once; raises NotFound ``user.unknown``."""
    with begin(engine, actor) as conn:
        user_id, _role = store.find_account(conn, login)
        store.revoke_groups(conn, user_id, group_name)
        if not commit:
            conn.rollback()
            return
        add_audit(conn, actor, "members.revoke", "user", str(user_id))
