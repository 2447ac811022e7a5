"""What a party-group leader reads; every look at people leaves a row in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.members.roster import store
from grid_boundaries.errors import NotFound
from layers.members.name_search import plain_text, rank_names

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What is looked for; ``text`` is a name, pinyin, initials, or a micro grid's name or code."""

    text: str = ""
    cell_code: str | None = None
    party_group_id: int | None = None
    without_place: bool = False


@dataclass(frozen=True, slots=True)
class FoundMembers:
    """At most as many rows as asked for, best first, and how many there are."""

    rows: list[Row]
    total: int


def read_groups(engine: Engine, actor: Actor) -> list[Row]:
    """Groups that the actor leads, with members per micro grid; no person is named."""
    with begin(engine, actor) as conn:
        counts = store.count_group_members(conn)
        cells = store.list_group_cells(conn)
        nothing = {"members": 0, "without_place": 0, "volunteers": 0}
        return [
            group
            | counts.get(group["party_group_id"], nothing)
            | {
                "cells": [
                    {"code": cell["code"], "name": cell["name"], "members": cell["members"]}
                    for cell in cells
                    if cell["party_group_id"] == group["party_group_id"]
                ]
            }
            for group in store.list_groups(conn)
        ]


def search_members(engine: Engine, actor: Actor, wanted: MemberFilter, limit: int) -> FoundMembers:
    """Members of led groups; logged with their number, not with what was typed."""
    with begin(engine, actor) as conn:
        names = store.list_names(
            conn,
            cell_code=wanted.cell_code,
            party_group_id=wanted.party_group_id,
            without_place=wanted.without_place,
        )
        fit = _rank(names, wanted.text)
        found = store.list_members(conn, fit[:limit])
        add_audit(conn, actor, "members.search", "member", row_count=len(found))
        return FoundMembers(found, len(fit))


def _rank(names: list[Row], typed: str) -> list[int]:
    """People by name first, then those who live in a micro grid of that name or code."""
    fit = rank_names(((row["member_id"], row["name"]) for row in names), typed)
    wanted, known = plain_text(typed), set(fit)
    return fit + [
        row["member_id"]
        for row in names
        if row["member_id"] not in known
        and row["cell_code"] is not None
        and (wanted in plain_text(row["cell_name"]) or row["cell_code"].startswith(wanted))
    ]


def read_member(engine: Engine, actor: Actor, member_id: int) -> Row:
    """One member with the duty list; NotFound ``member.unknown``."""
    with begin(engine, actor) as conn:
        member = store.get_member(conn, member_id)
        contacts = store.list_contact_households(conn, member_id)
        add_audit(
            conn, actor, "members.read", "member", str(member_id), row_count=1 + len(contacts)
        )
        return member | {"contact_households": contacts}


def read_group_households(
    engine: Engine, actor: Actor, party_group_id: int, cell_code: str | None, limit: int
) -> list[Row]:
    """Households of a led group's micro grids, to choose contact households from.

    Raises NotFound ``party_group.unknown``.
    """
    with begin(engine, actor) as conn:
        if party_group_id not in store.list_led_groups(conn):
            raise NotFound("party_group.unknown")
        found = store.list_group_households(conn, party_group_id, cell_code, limit)
        add_audit(
            conn, actor, "households.read", "party_group", str(party_group_id),
            row_count=len(found),
        )  # fmt: skip
        return found
