"""Compare a workbook of the organisation department with the roster; apply what is confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.members.roster import store
from grid_boundaries.errors import Conflict, InvalidInput
from layers.members.read_roster import RosterFile, read_roster
from layers.members.roster_diff import RosterDiff, diff_roster


@dataclass(frozen=True, slots=True)
class Compared:
    """The file, what it would change, and the names of the groups concerned."""

    roster: RosterFile
    diff: RosterDiff
    group_names: dict[int, str]


def compare_roster(engine: Engine, actor: Actor, content: bytes) -> Compared:
    """What the file would change in the groups that the actor leads; nothing is written.

    Raises what ``read_roster`` raises.
    """
    roster = read_roster(content)
    with begin(engine, actor) as conn:
        compared = _compare(conn, roster)
        add_audit(conn, actor, "roster.compare", "member", row_count=len(roster.rows))
        return compared


def confirm_roster(engine: Engine, actor: Actor, content: bytes, digest: str) -> Compared:
    """Apply the file's changes, provided they are still those that ``digest`` stands for.

    Raises InvalidInput ``roster.has_faults`` and Conflict ``roster.changed_meanwhile``.
    """
    roster = read_roster(content)
    with begin(engine, actor) as conn:
        compared = _compare(conn, roster)
        diff = compared.diff
        if diff.faults:
            raise InvalidInput("roster.has_faults", count=len(diff.faults))
        if diff.digest() != digest:
            raise Conflict("roster.changed_meanwhile")
        _apply(conn, diff)
        add_audit(
            conn, actor, "roster.apply", "member",
            row_count=len(diff.added) + len(diff.removed) + len(diff.changed),
            detail={"digest": digest},
        )  # fmt: skip
        return compared


def _compare(conn: Connection, roster: RosterFile) -> Compared:
    groups = store.list_groups(conn)
    names = {group["party_group_id"]: group["name"] for group in groups}
    by_name = {name: group for group, name in names.items()}
    return Compared(roster, diff_roster(roster, store.list_roster(conn), by_name), names)


def _apply(conn: Connection, diff: RosterDiff) -> None:
    moves = {c.member_id: int(c.after) for c in diff.changed if c.field == "party_group_id"}
    targets = {added.party_group_id for added in diff.added} | set(moves.values())
    scopes = store.list_village_scopes(conn, sorted(targets))
    for added in diff.added:
        store.add_member(conn, added, scopes[added.party_group_id])
    for gone in diff.removed:
        store.end_member(conn, gone.member_id)
    fields: dict[int, dict[str, object]] = {}
    for change in diff.changed:
        if change.field != "party_group_id":
            fields.setdefault(change.member_id, {})[change.field] = change.after
    for member_id, changed in fields.items():
        row = store.lock_member(conn, member_id)
        kept = {
            name: row[name]
            for name in (
                "duty", "phone", "home_branch", "volunteers", "skills", "household_id",
                "scope_key",
            )
        }  # fmt: skip
        store.write_member(conn, member_id, kept | changed)
    for member_id, group in moves.items():
        store.move_member(conn, member_id, group, scopes[group])
