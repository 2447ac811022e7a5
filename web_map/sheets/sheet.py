"""A printed sheet as data: what stands on it, in order.  Every word is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from web_map.sheets.drawing import MapDrawing
from web_map.sheets.papers import Paper
from web_map.sheets.words import say

Lang = Literal["zh", "en"]
# What no font shows, and what turns the direction of writing around: names keep their letters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A picture (SVG of 8 × 4.5 mm) and what it means."""

    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class MapPart:
    """A map with its legend; scale, bar, north, graticule and CRS are added by the template."""

    drawing: MapDrawing
    legend: Sequence[LegendItem] = ()
    legend_title: str = ""

    def to_plain(self) -> dict[str, Any]:
        return {
            "part": "map", "map": self.drawing.to_plain(), "legend_title": self.legend_title,
            "legend": [{"svg": item.svg, "text": item.words} for item in self.legend],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TablePart:
    """Rows under headings, which are repeated on each page; ``shares`` are relative widths."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""
    note: str = ""
    shares: Sequence[float] | None = None
    new_page: bool = False

    def to_plain(self) -> dict[str, Any]:
        return {
            "part": "table", "title": self.title, "note": self.note, "new_page": self.new_page,
            "headings": list(self.headings),
            "shares": list(self.shares or [1] * len(self.headings)),
            "rows": [["" if cell is None else str(cell) for cell in row] for row in self.rows],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldsPart:
    """Labelled values, one a line."""

    rows: Sequence[tuple[str, str]]
    title: str = ""
    large: bool = False

    def to_plain(self) -> dict[str, Any]:
        rows = [[label, value] for label, value in self.rows]
        return {"part": "fields", "title": self.title, "rows": rows, "large": self.large}


@dataclass(frozen=True, slots=True)
class TextPart:
    """Paragraphs."""

    paragraphs: Sequence[str]
    title: str = ""

    def to_plain(self) -> dict[str, Any]:
        return {"part": "text", "title": self.title, "paragraphs": list(self.paragraphs)}


@dataclass(frozen=True, slots=True)
class SignPart:
    """Lines to sign on, each with who signs."""

    signers: Sequence[str]

    def to_plain(self) -> dict[str, Any]:
        return {"part": "sign", "signers": list(self.signers)}


Part = MapPart | TablePart | FieldsPart | TextPart | SignPart


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to print; ``banner`` stands at the head of each page, ``data_on`` is the data's day.

    ``review_number`` is the number of the map review (审图号); without one a line is left to write.
    """

    title: str
    paper: Paper
    parts: Sequence[Part]
    source: str
    data_on: str
    banner: Sequence[str] = field(default=())
    subtitle: str = ""
    review_number: str = ""
    lang: Lang = "zh"

    def to_plain(self) -> dict[str, Any]:
        """Numbers and clean text for the template."""
        lang = self.lang
        maps = [part.drawing.frame for part in self.parts if isinstance(part, MapPart)]
        notes = [say(lang, "source", what=self.source), say(lang, "data_on", on=self.data_on)]
        plain = {
            "title": self.title, "subtitle": self.subtitle, "lang": lang,
            "banner": list(self.banner), "notes": notes,
            "indicative": say(lang, "indicative") if maps else "",
            "review": say(lang, "review", number=self.review_number or "____________"),
            "paper": {"width": self.paper.width_mm, "height": self.paper.height_mm},
            "words": {
                "scale": say(lang, "scale"), "north": say(lang, "north"),
                "page": say(lang, "page", n="{n}", m="{m}"), "no_rows": say(lang, "no_rows"),
            },
            "parts": [part.to_plain() for part in self.parts],
        }  # fmt: skip
        cleaned: dict[str, Any] = clean(plain)
        return cleaned


def clean(value: Any) -> Any:
    """The value with unprintable and direction-turning characters taken out of every text."""
    if isinstance(value, str):
        return _UNSEEN.sub("", value)
    if isinstance(value, dict):
        return {key: clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return value
