"""A grid and who serves it: the working sheet, the public notice, and words for a chat group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from web_map.sheets.areas import Area, area_layer, area_rows
from web_map.sheets.content import Content, Layer, LegendEntry
from web_map.sheets.inks import around_ink, level_ink, subject_ink
from web_map.sheets.sheet import FieldsPart, Lang, Part, TablePart, TextPart
from web_map.sheets.words import say


@dataclass(frozen=True, slots=True)
class Duty:
    """A post: of which cell, its title, and who holds it; None: vacant."""

    cell_name: str
    title: str
    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class GridFacts:
    """A cell with what lies around and below it; ``path`` are the names above it, highest first.

    ``households`` and ``figures`` (label, number) are as the asker sees them; None: not told.
    """

    area: Area
    level: str
    path: Sequence[str]
    siblings: Sequence[Area]
    children: Sequence[Area]
    child_level: str
    duties: Sequence[Duty]
    households: int | None = None
    figures: Sequence[tuple[str, int]] = ()


def make_grid_sheet(
    facts: GridFacts, *, source: str, data_on: date, banner: Sequence[str],
    review_number: str = "", lang: Lang = "zh",
) -> Content:  # fmt: skip
    """The working sheet of a cell: map, areas with their methods, figures, posts."""
    rows = [*_named(facts, lang), *area_rows(facts.area.geom, lang)]
    if facts.households is not None:
        rows.append((say(lang, "households"), str(facts.households)))
    rows += [(label, str(number)) for label, number in facts.figures]
    parts: list[Part] = [FieldsPart(rows), _duties(facts, lang)]
    if facts.children:
        parts.append(
            TablePart(
                [say(lang, "code"), facts.child_level],
                [[one.code, one.name] for one in facts.children],
                title=say(lang, "cells_below"),
            )
        )
    return Content(
        title=say(lang, "grid_title", name=facts.area.name),
        subtitle=facts.area.code, layers=_layers(facts, lang), parts=parts, source=source,
        data_on=data_on, banner=banner, legend=_legend(facts, lang),
        bounds=_bounds(facts), review_number=review_number, lang=lang,
    )  # fmt: skip


def make_noticeboard(
    facts: GridFacts, *, source: str, data_on: date, banner: Sequence[str], note: str = "",
    review_number: str = "", lang: Lang = "zh",
) -> Content:  # fmt: skip
    """公示牌: the grid's name, its map, who is on duty and under which number; nothing else.

    No number of cases or households: what hangs on a wall tells nothing of people.
    """
    parts: list[Part] = [
        FieldsPart(_named(facts, lang)),
        _duties(facts, lang),
        TextPart([say(lang, "notice_what"), *([note] if note else [])], say(lang, "notice_how")),
    ]
    return Content(
        title=say(lang, "notice_title", name=facts.area.name), layers=_layers(facts, lang),
        parts=parts, source=source, data_on=data_on, banner=banner, legend=_legend(facts, lang),
        bounds=_bounds(facts), review_number=review_number, lang=lang,
    )  # fmt: skip


def write_chat_text(
    facts: GridFacts, *, data_on: date, banner: Sequence[str], note: str = "", lang: Lang = "zh"
) -> str:
    """The notice as lines to paste into a chat group; no line can be read as two."""
    lines = [
        *([f"【{' · '.join(banner)}】"] if banner else []),
        say(lang, "notice_title", name=facts.area.name),
        *(f"{label}：{value}" for label, value in _named(facts, lang)),
        *(
            f"{one.title}（{one.cell_name}）：{one.name or say(lang, 'vacant')}"
            + (f" {one.phone}" if one.phone else "")
            for one in facts.duties
        ),
        say(lang, "notice_what"),
        *([note] if note else []),
        say(lang, "data_on", on=data_on.isoformat()),
    ]
    return "".join(" ".join(line.split()) + "\n" for line in lines)


def _named(facts: GridFacts, lang: Lang) -> list[tuple[str, str]]:
    return [
        (facts.level, facts.area.name),
        (say(lang, "code"), facts.area.code),
        (say(lang, "belongs_to"), " › ".join(facts.path) or "—"),
    ]


def _duties(facts: GridFacts, lang: Lang) -> TablePart:
    rows = [
        [one.title, one.cell_name, one.name or say(lang, "vacant"), one.phone or ""]
        for one in facts.duties
    ]
    headings = [say(lang, key) for key in ("post", "cell", "on_duty", "duty_phone")]
    return TablePart(headings, rows, title=say(lang, "who_serves"))


def _layers(facts: GridFacts, lang: Lang) -> list[Layer]:
    layers = [
        area_layer(say(lang, "around"), facts.siblings, around_ink(), lang=lang, name_pt=6.5),
        area_layer(facts.level, [facts.area], subject_ink(), lang=lang, named=not facts.children,
                   name_pt=9, name_bold=True),
    ]  # fmt: skip
    if facts.children:
        layers.append(area_layer(facts.child_level, facts.children, level_ink(1), lang=lang))
    return [layer for layer in layers if layer.features]


def _legend(facts: GridFacts, lang: Lang) -> list[LegendEntry]:
    entries = [LegendEntry(facts.area.name, subject_ink())]
    if facts.siblings:
        entries.append(LegendEntry(say(lang, "around"), around_ink()))
    if facts.children:
        entries.append(LegendEntry(facts.child_level, level_ink(1)))
    return entries


def _bounds(facts: GridFacts) -> tuple[float, float, float, float]:
    west, south, east, north = facts.area.geom.bounds
    pad_x, pad_y = (east - west) * 0.12, (north - south) * 0.12
    return west - pad_x, south - pad_y, east + pad_x, north + pad_y
