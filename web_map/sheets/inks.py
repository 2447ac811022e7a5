"""The styles of the map page, as inks of a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from web_map.pages import ROOM, read_styles
from web_map.sheets.drawing import Ink

# CSS pixels of the page's lines to millimetres of paper.
_MM_PER_PX = 0.2646


@cache
def read_sheet_style() -> Mapping[str, Any]:
    """``styles/sheets.json``: what paper has of its own."""
    found: Mapping[str, Any] = json.loads((ROOM / "styles" / "sheets.json").read_text("utf-8"))
    return found


def level_ink(from_finest: int, *, fill: str | None = None) -> Ink:
    """Borders of a level, by its distance from the finest one; solid, since paper is fine."""
    levels: Any = read_styles()["levels"]["levels"]
    widths = read_sheet_style()["width_mm"]
    look = levels[min(from_finest, len(levels) - 1)]
    return Ink(look["color"], widths[min(from_finest, len(widths) - 1)], fill=fill)


def class_ink(number: int) -> Ink:
    """The ink of a class, 0 the lightest of five."""
    style = read_sheet_style()
    return Ink(style["class_line"], 0.2, fill=style["classes"][number], fill_opacity=0.85)


def hidden_ink() -> Ink:
    """What is not told."""
    look = read_sheet_style()["hidden"]
    return Ink(look["line"], 0.2, fill=look["fill"], hatch=look["hatch"])


def subject_ink() -> Ink:
    """The cell or place that the sheet is about."""
    look = read_sheet_style()["subject"]
    return Ink(look["line"], 0.9, fill=look["fill"], fill_opacity=0.75)


def around_ink() -> Ink:
    """What lies around it."""
    look = read_sheet_style()["around"]
    return Ink(look["line"], 0.2, fill=look["fill"])


def outline_of(kind: str) -> dict[str, Any]:
    """Outline of the sign of a kind of case."""
    look: Any = _kind(kind)
    outlines: Any = read_styles()["shapes"]["shapes"]
    found: dict[str, Any] = outlines[look["shape"]]
    return found


def kind_ink(kind: str, *, closed: bool = False) -> Ink:
    """Ink of the sign of a kind of case; hollow when closed."""
    colour: str = _kind(kind)["color"]
    return Ink(colour, 0.35, fill="#ffffff") if closed else Ink("#ffffff", 0.2, fill=colour)


def _kind(kind: str) -> Any:
    kinds: Any = read_styles()["case_kinds"]["kinds"]
    return kinds.get(kind, kinds["other"])


def zone_ink(kind: str) -> Ink:
    """A zone: told by hatch and dash."""
    zones: Any = read_styles()["layers"]["zones"]
    look = zones["kinds"].get(kind, zones["kinds"][zones["fallback"]])
    dash = tuple(px * _MM_PER_PX for px in look["dash"])
    return Ink(look["color"], 0.4, dash=dash, hatch=look["hatch"])


def finding_ink(kind: str) -> Ink:
    """The sign of a finding of land by how grave it is."""
    looks: Any = read_styles()["layers"]["land-findings"]
    look = looks["kinds"].get(kind, looks["kinds"][looks["fallback"]])
    return Ink("#ffffff", 0.2, fill=look["color"])


def layer_ink(layer: str) -> Ink:
    """Villager groups, claims and service points."""
    look: Any = read_styles()["layers"][layer]
    if layer == "service-points":
        return Ink("#ffffff", 0.2, fill=look["color"])
    dash = tuple(px * _MM_PER_PX for px in look.get("dash", ()))
    return Ink(look["color"], look["weight"] * _MM_PER_PX, dash=dash)
