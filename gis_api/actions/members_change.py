"""Change a member: duty, phone, home, what he offers to do, and the duty list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.members.roster import store
from grid_boundaries.errors import Conflict, InvalidInput

_FIELDS = ("duty", "phone", "home_branch", "volunteers", "skills", "household_id")


def change_member(
    engine: Engine, actor: Actor, member_id: int, rev: int, changes: Mapping[str, Any]
) -> None:
    """Write the given fields; ``household_id`` None means that the member lives elsewhere.

    Skills need ``volunteers``: whoever stops helping leaves none behind.  Raises NotFound
    ``member.unknown``, Conflict ``member.stale``, InvalidInput ``member.not_volunteer`` and
    ``member.household_unknown`` (not in the group's micro grids).
    """
    with begin(engine, actor) as conn:
        row = store.lock_member(conn, member_id)
        if row["rev"] != rev:
            raise Conflict("member.stale", rev=row["rev"])
        fields = {name: changes.get(name, row[name]) for name in _FIELDS}
        if not fields["volunteers"]:
            if changes.get("skills"):
                raise InvalidInput("member.not_volunteer", field="skills")
            fields["skills"] = []
        group = row["party_group_id"]
        fields["scope_key"] = row["scope_key"]
        if fields["household_id"] != row["household_id"]:
            fields["scope_key"] = _find_scope(conn, group, fields["household_id"])
        store.write_member(conn, member_id, fields)
        changed = sorted(name for name in _FIELDS if fields[name] != row[name])
        add_audit(
            conn, actor, "members.change", "member", str(member_id), detail={"fields": changed}
        )


def _find_scope(conn: Connection, party_group_id: int, household_id: int | None) -> str:
    """Where the member lies now: with the home, else with the village of the group."""
    if household_id is None:
        return store.list_village_scopes(conn, [party_group_id])[party_group_id]
    known = store.find_group_households(conn, party_group_id, [household_id])
    if household_id not in known:
        raise InvalidInput("member.household_unknown", field="household_id")
    return known[household_id]


def change_contact_households(
    engine: Engine, actor: Actor, member_id: int, household_ids: Sequence[int]
) -> None:
    """Make a member's duty list exactly these households of the group's micro grids.

    Raises NotFound ``member.unknown`` and InvalidInput ``member.household_unknown``.
    """
    wanted = sorted(set(household_ids))
    with begin(engine, actor) as conn:
        row = store.lock_member(conn, member_id)
        # Who is on the list already may stay when a redraw took the household to another group.
        listed = {h["household_id"] for h in store.list_contact_households(conn, member_id)}
        new = [household for household in wanted if household not in listed]
        known = store.find_group_households(conn, row["party_group_id"], new)
        if len(known) != len(new):
            raise InvalidInput("member.household_unknown", field="household_ids")
        store.write_contact_households(conn, member_id, wanted)
        add_audit(conn, actor, "members.contacts", "member", str(member_id), row_count=len(wanted))
