"""What the map page shows, on paper: the same ground, cells, layers and cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from web_map.pages import read_styles
from web_map.sheets.areas import Area, area_layer
from web_map.sheets.content import Content, Feature, Layer, LegendEntry
from web_map.sheets.drawing import Ink
from web_map.sheets.inks import finding_ink, kind_ink, layer_ink, level_ink, outline_of, zone_ink
from web_map.sheets.map_frame import BBox
from web_map.sheets.sheet import Lang, TablePart
from web_map.sheets.words import say

_SQUARE = {"points": [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of a layer: its kind, its name and its shape in EPSG:4490."""

    kind: str
    name: str
    geom: BaseGeometry


@dataclass(frozen=True, slots=True)
class CaseMark:
    """A case of the list; ``place`` None where it has no point; ``row`` as in the table."""

    kind: str
    is_closed: bool
    place: BaseGeometry | None
    row: Sequence[str]


@dataclass(frozen=True, slots=True)
class View:
    """What is seen: levels of cells, coarsest first, as (name, cells); layers; cases."""

    bounds: BBox
    levels: Sequence[tuple[str, Sequence[Area]]]
    layers: Mapping[str, Sequence[Thing]]
    cases: Sequence[CaseMark]
    kind_words: Mapping[str, str]
    notes: Sequence[str] = ()


def make_map_view(
    view: View, *, title: str, source: str, data_on: date, banner: Sequence[str],
    review_number: str = "", lang: Lang = "zh",
) -> Content:  # fmt: skip
    """Cells below, then layers, then cases; the table has every case that is seen."""
    finest = len(view.levels) - 1
    layers = [
        area_layer(name, cells, level_ink(min(finest - n + 1, 3)), lang=lang,
                   named=n >= finest - 1, name_pt=7.5 if n < finest else 6.5, name_bold=n < finest)
        for n, (name, cells) in enumerate(view.levels)
    ]  # fmt: skip
    legend = [
        LegendEntry(name, level_ink(min(finest - n + 1, 3)), is_line=True)
        for n, (name, _) in enumerate(view.levels)
    ]
    for name, things in view.layers.items():
        ink, sign = _look(name)
        features = [Feature(one.geom, ink(one.kind), one.name, (), sign) for one in things]
        layers.append(Layer(say(lang, f"layer_{name}"), features, name_pt=6))
        legend += _legend(name, things, lang)
    marks = [
        Feature(one.place, kind_ink(one.kind, closed=one.is_closed), "", (), outline_of(one.kind))
        for one in view.cases
        if one.place is not None
    ]
    layers.append(Layer(say(lang, "case"), marks))
    seen = dict.fromkeys(one.kind for one in view.cases)
    legend += [
        LegendEntry(words, kind_ink(kind), outline_of(kind))
        for kind, words in view.kind_words.items()
        if kind in seen
    ]
    headings = [say(lang, k) for k in ("code", "kind", "state", "cell", "registered_on", "due_on")]
    table = TablePart(
        headings, [one.row for one in view.cases], new_page=True,
        title=say(lang, "cases_seen", n=len(view.cases)), note=" ".join(view.notes),
        shares=[1.2, 1.2, 0.9, 2, 1, 1],
    )  # fmt: skip
    return Content(
        title=title, layers=layers, parts=[table] if view.cases else [], source=source,
        data_on=data_on, banner=banner, legend=legend, bounds=view.bounds,
        review_number=review_number, lang=lang,
    )  # fmt: skip


def _look(layer: str) -> tuple[Callable[[str], Ink], dict[str, Any] | None]:
    if layer == "zones":
        return zone_ink, None
    if layer == "land-findings":
        return finding_ink, _SQUARE
    ink = layer_ink(layer)
    return (lambda _kind: ink), _SQUARE if layer == "service-points" else None


def _legend(layer: str, things: Sequence[Thing], lang: Lang) -> list[LegendEntry]:
    ink, sign = _look(layer)
    if layer == "land-findings":
        seen = [kind for kind in ("error", "warning", "note") if kind in {t.kind for t in things}]
        return [LegendEntry(say(lang, f"finding_{kind}"), ink(kind), sign) for kind in seen]
    if layer != "zones":
        return [LegendEntry(say(lang, f"layer_{layer}"), ink(""), sign)]
    styles: Any = read_styles()["layers"]["zones"]
    kinds = {one.kind if one.kind in styles["kinds"] else "other" for one in things}
    return [LegendEntry(say(lang, f"zone_{kind}"), zone_ink(kind)) for kind in sorted(kinds)]
