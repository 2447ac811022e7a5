"""What a case looks like from outside: rows in, plain values out, persons masked."""

from __future__ import annotations

from typing import Any

from gis_api.cases.explain import Titles, explain
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.cases.workflow import read_workflow

Row = dict[str, Any]

_ITEM_FIELDS = (
    "code", "kind", "state", "source", "urgent", "lng", "lat", "accuracy_m", "place_kind", "how",
    "happened_on", "registered_at", "closed_on", "cell_code", "cell_name", "queue_reason", "rev",
    "due_on",
)  # fmt: skip


def case_item(row: Row) -> Row:
    """One line of a list of cases."""
    return {field: row[field] for field in _ITEM_FIELDS} | {"lead": _lead(row)}


def _lead(row: Row) -> Row | None:
    if row["officer_id"] is None:
        return None
    return {
        "post_kind": row["post_kind"],
        "title_zh": row["title_zh"],
        "title_en": row["title_en"],
        "cell_code": row["post_cell_code"],
        "cell_name": row["post_cell_name"],
        "officer": officer_view(row),
    }


def officer_view(row: Row) -> Row | None:
    """Duty name and phone: work data, shown to signed-in users."""
    if row["officer_id"] is None:
        return None
    return {key: row[key] for key in ("officer_id", "duty_name", "duty_phone")}


def case_detail(row: Row, titles: Titles) -> Row:
    """The whole page of one case."""
    return case_item(row) | {
        "text": row["body"],
        # personal words go when their time is over, or at the person's request
        "text_blanked_at": row["text_blanked_at"],
        "geometry": row["geometry"],
        "respondent_kind": row["respondent_kind"],
        "path": row["why"].get("path", []),
        "why": explain(row["why"], titles),
        "joint": [
            {key: joint[key] for key in ("code", "name", "rank", "title_zh", "title_en",
                                         "duty_name", "duty_phone")}
            for joint in row["joint"]
        ],
        "parties": [
            {
                "id": party["case_party_id"],
                "side": party["side"],
                "organisation": party["organisation"],
                "organisation_kind": party["organisation_kind"],
                "name": mask_name(party["name"]),
                "phone": mask_phone(party["phone"]),
                "has_household": party["has_household"],
                "is_officer": party["is_officer"],
                "is_blanked": party["is_blanked"],
            }
            for party in row["parties"]
        ],
        "history": [
            {key: entry[key] for key in ("seq", "at", "act", "actor", "detail")}
            | {"title": _title_of(entry["act"])}
            for entry in row["history"]
        ],
        "attachments": row["attachments"],
    }  # fmt: skip


def _title_of(act: str) -> Row | None:
    """The name of a step; None for acts that are no step (filing, moving, attaching)."""
    step = read_workflow().steps.get(act)
    return None if step is None else {"zh": step.name_zh, "en": step.name_en}


def post_view(row: Row) -> Row:
    """One post of a path with whoever holds it."""
    state = "vacant" if row["officer_id"] is None else "on_leave" if row["on_leave"] else "held"
    fields = ("post_id", "post_kind", "title_zh", "title_en", "cell_code", "cell_name", "rank")
    return {field: row[field] for field in fields} | {"state": state, "officer": officer_view(row)}
