"""Party groups, members and leaders for the small town (合成数据 / synthetic)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from tests.builders import Town, add_user

# name, cells of the group
GROUPS = {
    "west south": ("w", ("ws1", "ws2")),
    "west north": ("w", ("wn1", "wn2")),
    "east": ("e", ("es1", "es2", "en1", "en2")),
}
# name, group, household (None: lives elsewhere), phone, helps, skills
MEMBERS = (
    ("曾小芳", "west south", "ws1a", "13900000001", True, ["repair"]),
    ("单国强", "west south", "ws1b", "13900000002", False, []),
    ("张伟", "west south", None, "13900000003", True, ["transport"]),
    ("李建国", "west north", "wn1a", "13900000004", True, ["repair", "care"]),
    ("王丽", "west north", "wn1b", None, False, []),
    ("赵一鸣", "east", "es1a", "13900000006", True, ["repair"]),
)


@dataclass
class PartyTown:
    """Ids by the names above."""

    town: Town
    groups: dict[str, int] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)


def add_party(conn: Connection, town: Town) -> PartyTown:
    """The groups and members, and the leaders ``ls`` (west south) and ``le`` (east)."""
    party = PartyTown(town)
    for name, (village, cells) in GROUPS.items():
        party.groups[name] = conn.execute(
            text(
                "INSERT INTO party_group (village_cell_id, name) VALUES (:village, :name)"
                " RETURNING party_group_id"
            ),
            {"village": town.cells[village], "name": f"合成{name}党小组"},
        ).scalar_one()
        for cell in cells:
            conn.execute(
                text("INSERT INTO party_group_cell VALUES (:group, :cell)"),
                {"group": party.groups[name], "cell": town.cells[cell]},
            )
    for name, group, household, phone, helps, skills in MEMBERS:
        village = GROUPS[group][0]
        party.members[name] = conn.execute(
            text(
                "INSERT INTO member (party_group_id, household_id, name, phone, volunteers,"
                " skills, scope_key) VALUES (:group, :household, :name, :phone, :helps, :skills,"
                " :scope) RETURNING member_id"
            ),
            {
                "group": party.groups[group],
                "household": town.households[household] if household else None,
                "name": name,
                "phone": phone,
                "helps": helps,
                "skills": skills,
                "scope": town.scope_keys[household[:3] if household else village],
            },
        ).scalar_one()
    for login, group in (("ls", "west south"), ("le", "east")):
        user_id = add_user(conn, town, login, "party_leader")
        grant(conn, user_id, party.groups[group])
    return party


def grant(conn: Connection, user_id: int, party_group_id: int) -> None:
    """Let an account lead a group from the beginning of time."""
    conn.execute(
        text("INSERT INTO party_group_leader (user_id, party_group_id) VALUES (:user, :group)"),
        {"user": user_id, "group": party_group_id},
    )
