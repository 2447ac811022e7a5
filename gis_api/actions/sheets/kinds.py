"""The sheets there are: what each asks for, on which paper, and how it is gathered and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Engine

from gis_api.actions.sheets.case import gather_case
from gis_api.actions.sheets.grid import gather_grid, gather_noticeboard
from gis_api.actions.sheets.hotspots import gather_hotspots
from gis_api.actions.sheets.members import gather_members
from gis_api.db.engine import Actor
from grid_boundaries.errors import InvalidInput
from web_map.sheets.content import Content, make_sheet
from web_map.sheets.hand_out import render_hand_out
from web_map.sheets.papers import Paper
from web_map.sheets.sealing import Sealed
from web_map.sheets.sheet import Lang
from web_map.sheets.write_print import write_pdf, write_pngs

FORMS: Final = ("html", "pdf", "png", "txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What may be asked of a sheet; each kind heeds the fields that it names."""

    code: str = ""
    rank: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    note: str = ""
    public: bool = False
    with_list: bool = False
    days: int = 7
    review_number: str = ""
    lang: Lang = "zh"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What stands on a sheet; ``text`` to paste into a chat group, ``sealed`` a list inside."""

    content: Content
    text: str | None = None
    sealed: Sealed | None = None


@dataclass(frozen=True, slots=True)
class SheetKind:
    """``verb`` of ``sheet`` that its asker needs, fields of :class:`Asked`, usual paper."""

    verb: str
    asks: tuple[str, ...]
    gather: Callable[[Engine, Actor, Asked], Gathered]
    paper: str = "A4"
    has_text: bool = False


def _hotspots(engine: Engine, actor: Actor, asked: Asked) -> Gathered:
    return Gathered(
        gather_hotspots(
            engine, actor, rank=asked.rank, from_on=asked.from_on, to_on=asked.to_on,
            public=asked.public, review_number=asked.review_number, lang=asked.lang,
        )
    )  # fmt: skip


def _grid(engine: Engine, actor: Actor, asked: Asked) -> Gathered:
    return Gathered(
        gather_grid(
            engine, actor, asked.code, review_number=asked.review_number, lang=asked.lang
        )
    )  # fmt: skip


def _noticeboard(engine: Engine, actor: Actor, asked: Asked) -> Gathered:
    content, text = gather_noticeboard(
        engine, actor, asked.code, public=asked.public, note=asked.note,
        review_number=asked.review_number, lang=asked.lang,
    )  # fmt: skip
    return Gathered(content, text)


def _case(engine: Engine, actor: Actor, asked: Asked) -> Gathered:
    return Gathered(
        gather_case(
            engine, actor, asked.code, review_number=asked.review_number, lang=asked.lang
        )
    )  # fmt: skip


def _members(engine: Engine, actor: Actor, asked: Asked) -> Gathered:
    made = gather_members(
        engine, actor, with_list=asked.with_list, days=asked.days, lang=asked.lang
    )
    return Gathered(made.content, sealed=made.sealed)


SHEETS: Final[Mapping[str, SheetKind]] = {
    "hotspots": SheetKind(
        "hotspots", ("rank", "from_on", "to_on", "public", "review_number"), _hotspots
    ),
    "grid": SheetKind("grid", ("code", "review_number"), _grid),
    "noticeboard": SheetKind(
        "noticeboard", ("code", "note", "public", "review_number"), _noticeboard,
        paper="A3", has_text=True,
    ),
    "case": SheetKind("case", ("code", "review_number"), _case),
    "members": SheetKind("members", ("with_list", "days"), _members),
}  # fmt: skip


def gather_sheet(engine: Engine, actor: Actor, kind: str, asked: Asked, form: str) -> Gathered:
    """What stands on a sheet that is to be written in ``form``.

    Raises InvalidInput ``sheet.text_form`` / ``sheet.list_form`` before anything is read for a
    form that cannot carry it, and what the gathering of the kind raises.
    """
    if form == "txt" and not SHEETS[kind].has_text:
        raise InvalidInput("sheet.text_form")
    if asked.with_list and form != "html":
        raise InvalidInput("sheet.list_form")
    return SHEETS[kind].gather(engine, actor, asked)


def write_sheet(
    made: Gathered, form: str, paper: Paper, *, scale: float | None = None, ppi: float = 150.0
) -> list[bytes]:
    """The sheet as files: one, or one picture a page.

    Raises InvalidInput ``sheet.scale_range`` / ``sheet.too_large``.
    """
    if form == "txt":
        return [(made.text or "").encode()]
    if form == "html":
        sealed = None if made.sealed is None else made.sealed.block
        return [render_hand_out(made.content, sealed=sealed).encode()]
    sheet = make_sheet(made.content, paper, scale=scale)
    return [write_pdf(sheet)] if form == "pdf" else write_pngs(sheet, ppi=ppi)
