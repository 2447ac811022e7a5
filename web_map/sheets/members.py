"""Party groups for the one who leads them: members per micro grid, never a pin at a home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from web_map.sheets.areas import Area, area_layer
from web_map.sheets.content import Content, LegendEntry
from web_map.sheets.hotspots import count_classes
from web_map.sheets.sheet import Lang, TablePart
from web_map.sheets.words import say


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A led group: its members in all, and how many live in each of its micro grids, by code."""

    name: str
    members: int
    without_place: int
    by_cell: Mapping[str, int]


def make_members_sheet(
    groups: Sequence[GroupCount], areas: Sequence[Area], *, source: str, data_on: date,
    banner: Sequence[str], lang: Lang = "zh",
) -> Content:  # fmt: skip
    """Counts only; whoever is on the list is told elsewhere, sealed."""
    counts = {area.code: sum(g.by_cell.get(area.code, 0) for g in groups) for area in areas}
    scheme, class_of = count_classes(counts, lang, least_shown=0)
    heading = say(lang, "members")
    layer = area_layer(
        say(lang, "micro_grids"), areas, lambda area: scheme.get(class_of[area.code]).ink,
        lang=lang, rows=lambda area: [(heading, str(counts[area.code]))],
    )  # fmt: skip
    names = {area.code: area.name for area in areas}
    rows = [
        [group.name, names[code], code, str(number)]
        for group in groups
        for code, number in group.by_cell.items()
        if code in names
    ]
    totals = [[g.name, str(g.members), str(g.without_place)] for g in groups]
    return Content(
        title=say(lang, "members_title"), layers=[layer] if areas else [],
        parts=[
            TablePart([say(lang, "group"), heading, say(lang, "without_place")], totals),
            TablePart([say(lang, "group"), say(lang, "cell"), say(lang, "code"), heading], rows),
        ],
        source=source, data_on=data_on, banner=[say(lang, "members_only"), *banner],
        legend=[LegendEntry(one.words, one.ink) for one in scheme.classes],
        legend_title=say(lang, "members_per_cell"), lang=lang,
    )  # fmt: skip
