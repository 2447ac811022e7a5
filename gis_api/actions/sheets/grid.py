"""A grid with those who serve it: working sheet, public notice, words for a chat group."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.actions.sheets.heading import Heading, area_of, bound_of, find_cell, read_heading
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.cases.sheets import store
from gis_api.cases.wall import store as wall_store
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, Scope, begin
from grid_boundaries.errors import Forbidden, NotFound
from grid_boundaries.store.cells import list_cell_shapes
from web_map.sheets.areas import Area
from web_map.sheets.content import Content
from web_map.sheets.grid import (
    Duty,
    GridFacts,
    make_grid_sheet,
    make_noticeboard,
    write_chat_text,
)
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say

_FIGURES = (("all_cases", "cases"), ("open", "open"), ("late", "late"))


def gather_grid(
    engine: Engine, actor: Actor, code: str, *, review_number: str = "", lang: Lang = "zh"
) -> Content:
    """The working sheet of a cell of the asker's area; NotFound ``cell.unknown``.

    Duty names and phones are work data for who is signed in; the operator of the machine, who is
    not, gets them masked.
    """
    require_permission(actor.role, "sheet", "grid")
    with begin(engine, actor) as conn:
        heading = read_heading(conn, lang, say(lang, "internal"))
        facts = _gather(conn, actor, heading, code, lang, with_numbers=True)
        add_audit(conn, actor, "sheet.grid", "cell", code, row_count=len(facts.duties))
    return make_grid_sheet(
        facts, source=heading.source, data_on=heading.on, banner=heading.banner,
        review_number=review_number, lang=lang,
    )  # fmt: skip


def gather_noticeboard(
    engine: Engine,
    actor: Actor,
    code: str,
    *,
    public: bool,
    note: str = "",
    review_number: str = "",
    lang: Lang = "zh",
) -> tuple[Content, str]:
    """公示牌 of a cell and the same as text for a chat group.

    Without ``public`` it is a proof and says so.  With it duty names and duty phones leave the
    house: only an account that may ``sheet.publish`` makes it, and the trail keeps who did.
    Raises NotFound ``cell.unknown`` and Forbidden ``permission.denied``, ``sheet.name_yourself``.
    """
    require_permission(actor.role, "sheet", "publish" if public else "noticeboard")
    if public and actor.is_system:
        raise Forbidden("sheet.name_yourself")
    with begin(engine, actor) as conn:
        heading = read_heading(conn, lang, *([] if public else [say(lang, "proof")]))
        facts = _gather(conn, actor, heading, code, lang, with_numbers=False)
        add_audit(
            conn, actor, "sheet.publish" if public else "sheet.noticeboard", "cell", code,
            row_count=len(facts.duties),
        )  # fmt: skip
    content = make_noticeboard(
        facts, source=heading.source, data_on=heading.on, banner=heading.banner, note=note,
        review_number=review_number, lang=lang,
    )  # fmt: skip
    text = write_chat_text(facts, data_on=heading.on, banner=heading.banner, note=note, lang=lang)
    return content, text


def _gather(
    conn: Connection, actor: Actor, heading: Heading, code: str, lang: Lang, *, with_numbers: bool
) -> GridFacts:
    cell = find_cell(conn, actor, code)
    rank, below = cell["rank"], Scope.below(cell["scope_key"])
    own = _areas(conn, heading, rank, code=code)
    if not own:
        raise NotFound("cell.unknown", cell_code=code)
    path = wall_store.list_path(conn, cell["scope_key"], bound_of(actor))
    parent = path[-2]["code"] if len(path) > 1 else None
    siblings = _areas(conn, heading, rank, parent_code=parent) if parent else []
    ranks = sorted(heading.levels)
    child_rank = next((r for r in ranks if r > rank), None)
    children = _areas(conn, heading, child_rank, parent_code=code) if child_rank else []
    figures: list[tuple[str, int]] = []
    households = None
    if with_numbers:
        households = store.count_households(conn, below)
        counted = wall_store.count_cases(conn, below, len(cell["scope_key"]), None)
        figures = [(say(lang, key), sum(row[name] for row in counted)) for key, name in _FIGURES]
    return GridFacts(
        area=own[0], level=heading.level_name(rank, lang),
        path=[step["name"] for step in path[:-1]],
        siblings=[one for one in siblings if one.code != code], children=children,
        child_level=heading.level_name(child_rank, lang) if child_rank else "",
        duties=[_duty(row, actor, lang) for row in store.list_duties(conn, cell["cell_id"])],
        households=households, figures=figures,
    )  # fmt: skip


def _areas(conn: Connection, heading: Heading, rank: int, **which: Any) -> list[Area]:
    return [area_of(shape) for shape in list_cell_shapes(conn, rank, heading.on, **which)]


def _duty(row: dict[str, Any], actor: Actor, lang: Lang) -> Duty:
    name, phone = row["duty_name"], row["duty_phone"]
    if actor.is_system:
        name, phone = mask_name(name), mask_phone(phone)
    return Duty(row["cell_name"], row[f"name_{lang}"] or row["name_zh"], name, phone)
