"""One case on paper: where it is, how it stands, what came next.  Persons are masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from web_map.sheets.areas import Area, area_layer
from web_map.sheets.content import Content, Feature, Layer, LegendEntry
from web_map.sheets.drawing import Ink
from web_map.sheets.inks import around_ink, kind_ink, outline_of, subject_ink
from web_map.sheets.sheet import FieldsPart, Lang, SignPart, TablePart
from web_map.sheets.words import say

_PLACE = Ink("#9a1c1c", 0.6, fill="#f4b8a6", fill_opacity=0.5)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as it may be shown: ``rows`` are its labelled facts, ``course`` day and deed.

    ``place`` None: a case that names no place finer than its cell.
    """

    code: str
    kind: str
    kind_words: str
    is_closed: bool
    place: BaseGeometry | None
    cell: Area | None
    around: Sequence[Area]
    rows: Sequence[tuple[str, str]]
    course: Sequence[tuple[str, str]]
    is_about_land: bool


def make_case_sheet(
    facts: CaseFacts, *, source: str, data_on: date, banner: Sequence[str],
    review_number: str = "", lang: Lang = "zh",
) -> Content:  # fmt: skip
    """The case's map, facts and course; 调解示意 stands on every page of a case about land."""
    marks = []
    if facts.place is not None:
        is_point = facts.place.geom_type == "Point"
        sign = outline_of(facts.kind) if is_point else None
        ink = kind_ink(facts.kind, closed=facts.is_closed) if is_point else _PLACE
        rows = [(say(lang, "kind"), facts.kind_words)]
        marks.append(Feature(facts.place, ink, facts.code, rows, sign, size_mm=2.2))
    layers = [
        area_layer(say(lang, "around"), facts.around, around_ink(), lang=lang, name_pt=6.5),
        area_layer(say(lang, "cell"), [facts.cell] if facts.cell else [], subject_ink(), lang=lang,
                   name_pt=8, name_bold=True),
        Layer(say(lang, "case"), marks, name_pt=8, name_bold=True),
    ]  # fmt: skip
    shown = [layer for layer in layers if layer.features]
    legend = [LegendEntry(facts.cell.name, subject_ink())] if facts.cell else []
    if marks:
        legend.append(LegendEntry(facts.kind_words, marks[0].ink, marks[0].sign))
    bounds = facts.cell.geom.bounds if facts.cell else None
    note = [say(lang, "mediation_only")] if facts.is_about_land else []
    return Content(
        title=say(lang, "case_title", code=facts.code), subtitle=facts.kind_words, layers=shown,
        parts=[
            FieldsPart(facts.rows),
            TablePart([say(lang, "day"), say(lang, "deed")], facts.course,
                      title=say(lang, "course"), shares=[1, 4]),
            SignPart([say(lang, "party"), say(lang, "party"), say(lang, "mediator")]),
        ],
        source=source, data_on=data_on, banner=[*banner, *note], legend=legend,
        bounds=bounds, review_number=review_number, lang=lang,
    )  # fmt: skip
