"""Party groups for the one who leads them: counts on a map, and the list, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.actions.sheets.heading import area_of, read_heading
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, begin
from gis_api.members.roster import store
from grid_boundaries.errors import Forbidden, InvalidInput
from grid_boundaries.store.cells import list_cell_shapes
from layers.members.vocabulary import DUTIES, SKILLS, Word
from web_map.sheets.content import Content
from web_map.sheets.members import GroupCount, make_members_sheet
from web_map.sheets.sealing import Sealed, seal_rows
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say

LONGEST_DAYS = 30


@dataclass(frozen=True, slots=True)
class MembersSheet:
    """The counts, and the list where it was asked for."""

    content: Content
    sealed: Sealed | None


def gather_members(
    engine: Engine, actor: Actor, *, with_list: bool, days: int = 7, lang: Lang = "zh"
) -> MembersSheet:
    """Members per micro grid of the groups that the actor leads.

    ``with_list`` adds who they are, sealed with a pass phrase that is told once and with a last
    day on which the page opens it.  Membership is sensitive: nobody but a leader gets a sheet,
    the operator of the machine neither.  Raises Forbidden ``permission.denied``,
    ``sheet.name_yourself`` and InvalidInput ``sheet.days``, ``sheet.nothing``.
    """
    require_permission(actor.role, "sheet", "members")
    if actor.is_system:
        raise Forbidden("sheet.name_yourself")
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput("sheet.days", most=LONGEST_DAYS)
    with begin(engine, actor) as conn:
        heading = read_heading(conn, lang)
        counts = store.count_group_members(conn)
        cells = store.list_group_cells(conn)
        groups = [_count(group, counts, cells) for group in store.list_groups(conn)]
        if not groups:
            raise InvalidInput("sheet.nothing")
        codes = {cell["code"] for cell in cells}
        finest = max(heading.levels)
        areas = [
            area_of(shape)
            for shape in list_cell_shapes(conn, finest, heading.on)
            if shape.code in codes
        ]
        rows = _rows(conn, lang) if with_list else None
        add_audit(
            conn, actor, "sheet.members", "member", row_count=len(rows or ()),
            detail={"groups": len(groups), "list": with_list, "days": days if with_list else 0},
        )  # fmt: skip
    content = make_members_sheet(
        groups, areas, source=heading.source, data_on=heading.on, banner=heading.banner, lang=lang
    )
    if rows is None:
        return MembersSheet(content, None)
    ends_at = datetime.now(SHANGHAI) + timedelta(days=days)
    headings = [say(lang, k) for k in ("group", "name", "duty", "phone", "cell", "can_help")]
    return MembersSheet(content, seal_rows(headings, rows, ends_at))


def _count(group: store.Row, counts: dict[int, store.Row], cells: list[store.Row]) -> GroupCount:
    number = group["party_group_id"]
    counted = counts.get(number, {"members": 0, "without_place": 0})
    by_cell = {c["code"]: c["members"] for c in cells if c["party_group_id"] == number}
    return GroupCount(group["name"], counted["members"], counted["without_place"], by_cell)


def _rows(conn: Connection, lang: Lang) -> list[list[str]]:
    skills, duties = _labels(SKILLS, lang), _labels(DUTIES, lang)
    found = store.list_members(conn, [row["member_id"] for row in store.list_names(conn)])
    rows = []
    for row in found:
        helps = [skills.get(slug, slug) for slug in row["skills"]] if row["volunteers"] else []
        duty = str(duties.get(row["duty"], row["duty"]))
        rows.append(
            [row["group_name"], row["name"], duty, row["phone"] or "", row["cell_name"] or "",
             "、".join(helps)]
        )  # fmt: skip
    return rows


def _labels(words: tuple[Word, ...], lang: Lang) -> dict[str, str]:
    return {one.slug: one.name_zh if lang == "zh" else one.name_en for one in words}
