"""Where there are how many: a map of cells in classes, with its table.

The classes are given from outside, so that counts, rates and honest risk are drawn by one hand:
``count_classes`` makes those of plain counts, a statistic brings its own ``Scheme``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from web_map.sheets.areas import Area, area_layer
from web_map.sheets.content import Content, LegendEntry
from web_map.sheets.drawing import Ink
from web_map.sheets.inks import class_ink, hidden_ink
from web_map.sheets.sheet import Lang, TablePart
from web_map.sheets.words import say

HIDDEN = "hidden"
_CLASSES = 5


@dataclass(frozen=True, slots=True)
class MapClass:
    """A class: its key, what the legend says of it, and its ink."""

    key: str
    words: str
    ink: Ink


@dataclass(frozen=True, slots=True)
class Scheme:
    """The classes of a map from low to high, what they count, and what must be said of them."""

    title: str
    classes: Sequence[MapClass]
    notes: Sequence[str] = ()

    def get(self, key: str) -> MapClass:
        return next(one for one in self.classes if one.key == key)


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell of the map: its class and its columns of the table, in the order of ``headings``."""

    class_key: str
    values: Sequence[str]


def count_classes(
    counts: Mapping[str, int | None], lang: Lang, *, least_shown: int
) -> tuple[Scheme, dict[str, str]]:
    """At most five classes of counts, and the class of each key; None is hidden.

    Nought has a class of its own.  The others are parted at quartiles of the cells that have any,
    where there are more than four different counts; equal counts are never parted.
    """
    known = sorted({value for value in counts.values() if value})
    if len(known) > _CLASSES - 1:
        some = sorted(value for value in counts.values() if value)
        tops = np.quantile(some, [0.25, 0.5, 0.75, 1.0], method="inverted_cdf")
        known = sorted({int(top) for top in tops})
    classes = [MapClass("0", "0", class_ink(0))]
    below = 0
    for number, top in enumerate(known, start=1):
        words = str(top) if top == below + 1 else f"{below + 1} – {top}"
        classes.append(MapClass(str(number), words, class_ink(_shade(number, len(known)))))
        below = top
    if any(value is None for value in counts.values()):
        words = say(lang, "small_hidden", least=least_shown)
        classes.append(MapClass(HIDDEN, words, hidden_ink()))
    by_key = {
        key: HIDDEN if value is None else str(int(np.searchsorted([0, *known], value)))
        for key, value in counts.items()
    }
    return Scheme(say(lang, "cases_per_cell"), classes), by_key


def _shade(number: int, of: int) -> int:
    """Classes spread over the ramp, the last one always darkest."""
    return _CLASSES - 1 if number == of else 1 + (number - 1) * (_CLASSES - 2) // max(of - 1, 1)


def make_hotspots(
    areas: Sequence[Area],
    scheme: Scheme,
    found: Mapping[str, Finding],
    headings: Sequence[str],
    *,
    place: str,
    level: str,
    source: str,
    data_on: date,
    banner: Sequence[str],
    review_number: str = "",
    lang: Lang = "zh",
) -> Content:
    """Every cell in its class; the table has all of them, highest class first, then by code."""
    order = {one.key: n for n, one in enumerate(scheme.classes)}
    ranked = sorted(areas, key=lambda area: (-order[found[area.code].class_key], area.code))
    layer = area_layer(
        level, areas, lambda area: scheme.get(found[area.code].class_key).ink, lang=lang,
        rows=lambda area: list(zip(headings, found[area.code].values, strict=True)),
    )  # fmt: skip
    table = TablePart(
        [say(lang, "code"), level, *headings],
        [[area.code, area.name, *found[area.code].values] for area in ranked],
        title=scheme.title, note=" ".join(scheme.notes), new_page=True,
        shares=[1.4, 1.6, *([1.0] * len(headings))],
    )  # fmt: skip
    return Content(
        title=say(lang, "hotspots_title", place=place), subtitle=scheme.title, layers=[layer],
        parts=[table], source=source, data_on=data_on, banner=banner,
        legend=[LegendEntry(one.words, one.ink) for one in scheme.classes],
        legend_title=f"{scheme.title} · {say(lang, 'n_cells', n=len(areas), level=level)}",
        review_number=review_number, lang=lang,
    )  # fmt: skip
