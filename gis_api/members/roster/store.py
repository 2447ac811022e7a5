"""The SQL of rosters, in the caller's transaction; the database shows led groups only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.errors import NotFound
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner
from layers.members.roster_diff import Added, Known

Row = dict[str, Any]
_run = sql_runner(__file__)


def list_groups(conn: Connection) -> list[Row]:
    """Groups that the actor leads, by village code."""
    return rows(_run(conn, "list_groups"))


def list_group_cells(conn: Connection) -> list[Row]:
    """Micro grids of those groups with the number of members who live there, by code."""
    return rows(_run(conn, "list_group_cells"))


def count_group_members(conn: Connection) -> dict[int, Row]:
    """Members, those without a place and volunteers by group; groups without members are absent."""
    return {row["party_group_id"]: row for row in rows(_run(conn, "count_group_members"))}


def list_led_groups(conn: Connection) -> list[int]:
    """Ids of the groups that the actor leads today."""
    return list(_run(conn, "find_led_groups").scalar_one())


def list_names(
    conn: Connection,
    *,
    cell_code: str | None = None,
    party_group_id: int | None = None,
    without_place: bool = False,
) -> list[Row]:
    """Id, name and micro grid of visible members: by group, leaders first."""
    return rows(
        _run(
            conn,
            "list_names",
            cell_code=cell_code,
            party_group_id=party_group_id,
            without_place=without_place,
        )
    )


def list_members(conn: Connection, member_ids: Sequence[int]) -> list[Row]:
    """Visible members among those ids, in the given order."""
    return rows(_run(conn, "list_members", member_ids=list(member_ids)))


def get_member(conn: Connection, member_id: int) -> Row:
    """One visible member; raises NotFound ``member.unknown``."""
    found = list_members(conn, [member_id])
    if not found:
        raise NotFound("member.unknown")
    return found[0]


def lock_member(conn: Connection, member_id: int) -> Row:
    """The fields that may be changed, held until the end; raises NotFound ``member.unknown``."""
    row = row_or_none(_run(conn, "lock_member", member_id=member_id))
    if row is None:
        raise NotFound("member.unknown")
    return dict(row)


def write_member(conn: Connection, member_id: int, fields: Row) -> None:
    """Write all changeable fields of a locked member; the revision goes up by one."""
    _run(conn, "write_member", **fields, member_id=member_id)


def move_member(conn: Connection, member_id: int, party_group_id: int, scope_key: str) -> None:
    """Put a member into another group; ``scope_key`` is kept only where there is a home."""
    _run(
        conn,
        "move_member",
        member_id=member_id,
        party_group_id=party_group_id,
        scope_key=scope_key,
    )


def add_member(conn: Connection, added: Added, scope_key: str) -> int:
    """A new member without a home; the id."""
    return int(
        _run(
            conn,
            "add_member",
            party_group_id=added.party_group_id,
            name=added.name,
            duty=added.duty,
            phone=added.phone,
            home_branch=added.home_branch,
            scope_key=scope_key,
        ).scalar_one()
    )


def end_member(conn: Connection, member_id: int) -> None:
    """Take a member off the roster from today."""
    _run(conn, "end_member", member_id=member_id)


def list_contact_households(conn: Connection, member_id: int) -> list[Row]:
    """The duty list of a visible member: households kept in touch with."""
    return rows(_run(conn, "list_contact_households", member_id=member_id))


def list_group_households(
    conn: Connection, party_group_id: int, cell_code: str | None, limit: int
) -> list[Row]:
    """Households in the micro grids of a led group; none of a group that is not led."""
    return rows(
        _run(
            conn,
            "list_group_households",
            party_group_id=party_group_id,
            cell_code=cell_code,
            limit=limit,
        )
    )


def find_group_households(
    conn: Connection, party_group_id: int, household_ids: Sequence[int]
) -> dict[int, str]:
    """Scope key by id, of those households that lie in the micro grids of a led group."""
    found = _run(
        conn,
        "list_known_households",
        party_group_id=party_group_id,
        household_ids=list(household_ids),
    )
    return {row.household_id: row.scope_key for row in found}


def write_contact_households(
    conn: Connection, member_id: int, household_ids: Sequence[int]
) -> None:
    """Make the duty list exactly these households; those that stay keep their first day."""
    given = {"member_id": member_id, "household_ids": list(household_ids)}
    _run(conn, "remove_contacts", **given)
    _run(conn, "add_contacts", **given)


def list_roster(conn: Connection) -> list[Known]:
    """All visible members as the comparison of rosters needs them."""
    return [Known(**row) for row in rows(_run(conn, "list_roster"))]


def list_village_scopes(conn: Connection, group_ids: Sequence[int]) -> dict[int, str]:
    """Scope key of the village of each group."""
    found = _run(conn, "list_village_scopes", group_ids=list(group_ids))
    return {row.party_group_id: row.scope_key for row in found}


def find_account(conn: Connection, login: str) -> tuple[int, str]:
    """(user_id, role) of an enabled account; raises NotFound ``user.unknown``."""
    row = _run(conn, "find_role", login=login).one_or_none()
    if row is None:
        raise NotFound("user.unknown", login=login)
    return row.user_id, row.role


def grant_groups(conn: Connection, user_id: int, group_name: str | None) -> list[int]:
    """Let an account lead a group, or all, from today; ids of what is new."""
    return list(_run(conn, "grant_group", user_id=user_id, group_name=group_name).scalars())


def revoke_groups(conn: Connection, user_id: int, group_name: str | None) -> None:
    """End what an account leads from today on."""
    _run(conn, "revoke_group", user_id=user_id, group_name=group_name)


def group_is_named(conn: Connection, name: str) -> bool:
    """Whether a group of today has this name."""
    return _run(conn, "find_group_named", name=name).first() is not None
