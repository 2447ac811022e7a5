"""Members, rosters and service requests as JSON."""

from __future__ import annotations

from typing import Any

from gis_api.actions.members_roster import Compared
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.messages import render_sentences
from layers.members.read_roster import Fault

Row = dict[str, Any]


def member_item(row: Row) -> Row:
    """One member of a led group; the phone is in the clear, since the leader is to call."""
    return {
        "member_id": row["member_id"],
        "name": row["name"],
        "duty": row["duty"],
        "phone": row["phone"],
        "group": {"party_group_id": row["party_group_id"], "name": row["group_name"]},
        "cell": _cell(row),
        "household_id": row["household_id"],
        "lives_elsewhere": row["household_id"] is None,
        "home_branch": row["home_branch"],
        "volunteers": row["volunteers"],
        "skills": row["skills"],
        "rev": row["rev"],
    }


def household_item(row: Row) -> Row:
    """A household of a duty list: where and who, without a phone."""
    return {
        "household_id": row["household_id"],
        "address": row["address"],
        "head_name": row["head_name"],
        "cell": _cell(row),
    }


def member_detail(row: Row) -> Row:
    """A member with the duty list."""
    contacts = [
        household_item(contact) | {"since_on": contact["since_on"]}
        for contact in row["contact_households"]
    ]
    return member_item(row) | {"contact_households": contacts}


def group_item(row: Row) -> Row:
    """A group with members per micro grid."""
    return {
        "party_group_id": row["party_group_id"],
        "name": row["name"],
        "village": None
        if row["village_code"] is None
        else {"code": row["village_code"], "name": row["village_name"]},
        "members": row["members"],
        "without_place": row["without_place"],
        "volunteers": row["volunteers"],
        "cells": row["cells"],
    }


def roster_view(compared: Compared) -> Row:
    """What a workbook would change; ``digest`` is what is confirmed."""
    diff, names = compared.diff, compared.group_names
    return {
        "sheet": compared.roster.sheet,
        "rows": len(compared.roster.rows),
        "columns": compared.roster.columns,
        "unread_columns": compared.roster.unread,
        "digest": diff.digest(),
        "can_confirm": not diff.faults and bool(diff.added or diff.removed or diff.changed),
        "added": [
            {"row": a.row, "name": a.name, "group": names[a.party_group_id], "phone": a.phone,
             "duty": a.duty}
            for a in diff.added
        ],
        "removed": [
            {"member_id": m.member_id, "name": m.name, "group": names[m.party_group_id]}
            for m in diff.removed
        ],
        "changed": [
            {"member_id": c.member_id, "name": c.name, "field": c.field}
            | (
                {"before": names.get(int(c.before or 0)), "after": names.get(int(c.after))}
                if c.field == "party_group_id"
                else {"before": c.before, "after": c.after}
            )
            for c in diff.changed
        ],
        "unchanged": diff.unchanged,
        "foreign_rows": diff.foreign_rows,
        "faults": [_fault(fault, compared.roster.sheet) for fault in diff.faults],
    }  # fmt: skip


def request_item(row: Row, *, in_the_clear: bool) -> Row:
    """One service request; who asked is in the clear only for whoever goes there."""
    name, phone = row["contact_name"], row["contact_phone"]
    return {
        "code": str(row["service_request_id"]),
        "kind": row["kind"],
        "text": row["text"],
        "state": row["state"],
        "wanted_on": row["wanted_on"],
        "registered_at": row["registered_at"],
        "rev": row["rev"],
        "cell": _cell(row),
        "group": None
        if row["party_group_id"] is None
        else {"party_group_id": row["party_group_id"], "name": row["group_name"]},
        "contact": {
            "name": name if in_the_clear else mask_name(name),
            "phone": phone if in_the_clear else mask_phone(phone),
        },
    }


def request_detail(row: Row) -> Row:
    """A request with its offers; the member is named to the leader of the group only."""
    is_taken_by_me = any(o["is_mine"] and o["state"] in ("taken", "done") for o in row["offers"])
    offers = [
        {
            "party_group_id": offer["party_group_id"],
            "group": offer["group_name"],
            "state": offer["state"],
            "offered_at": offer["offered_at"],
            "answered_at": offer["answered_at"],
            "minutes": offer["minutes"],
            "is_mine": offer["is_mine"],
            "member": None
            if offer["member_name"] is None
            else {
                "member_id": offer["member_id"],
                "name": offer["member_name"],
                "phone": offer["member_phone"],
            },
        }
        for offer in row["offers"]
    ]
    return request_item(row, in_the_clear=is_taken_by_me) | {"offers": offers}


def _cell(row: Row) -> Row | None:
    if row["cell_code"] is None:
        return None
    return {"code": row["cell_code"], "name": row["cell_name"]}


def _fault(fault: Fault, sheet: str) -> Row:
    where = {"sheet": sheet, "row": fault.row or None, "column": fault.column or None}
    sentences = render_sentences(fault.code, where)
    return {"code": fault.code, "where": where, "detail": sentences.detail, "fix": sentences.fix}
