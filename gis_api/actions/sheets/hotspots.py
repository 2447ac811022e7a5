"""Where there are how many cases, as a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Engine

from gis_api.access.permissions import require_permission
from gis_api.actions.sheets.heading import read_heading
from gis_api.cases.counts.store import get_yesterday
from gis_api.cases.counts.suppression import LEAST_SHOWN, Count, add_up, hide_small
from gis_api.cases.sheets import store
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from grid_boundaries.errors import InvalidInput
from web_map.sheets.areas import Area
from web_map.sheets.content import Content
from web_map.sheets.hotspots import Finding, Scheme, count_classes, make_hotspots
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say

# Rows of the count by cell → the scheme and the class of each code: a statistic puts its own here.
Classify = Callable[[Sequence[Mapping[str, Any]]], tuple[Scheme, Mapping[str, str]]]


def gather_hotspots(
    engine: Engine,
    actor: Actor,
    *,
    rank: int | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    public: bool = False,
    review_number: str = "",
    lang: Lang = "zh",
    classify: Classify | None = None,
) -> Content:
    """Cases registered in a period by cell of a level (None: villages), in classes.

    The cells are those of the asker's area, the numbers those of the cases they may see.
    ``public``: to be shown to everybody - the whole place down to villages, up to yesterday,
    without cases hidden from their village, and without numbers below five, hidden so that sums do
    not give them away.  ``classify`` makes other classes than those of counts.
    Raises InvalidInput ``sheet.level_unknown``, ``sheet.public_villages``.
    """
    require_permission(actor.role, "sheet", "publish" if public else "hotspots")
    reader = SYSTEM if public else actor
    with begin(engine, reader) as conn:
        heading = read_heading(conn, lang, *([] if public else [say(lang, "internal")]))
        village = reading.find_village_rank(conn)
        level = rank or village or 1
        if level not in heading.levels:
            raise InvalidInput("sheet.level_unknown", known=sorted(heading.levels))
        if public and village is not None and level > village:
            raise InvalidInput("sheet.public_villages", rank=village)
        up_to = min(get_yesterday(conn), to_on or date.max) if public else to_on or heading.on
        scope = Scope.whole() if actor.is_system or public else actor.scope
        found = store.count_by_cell(conn, level, scope, from_on=from_on, up_to=up_to, openly=public)
    with begin(engine, actor) as conn:
        add_audit(
            conn, actor, "sheet.hotspots", "sheet", str(level), row_count=len(found),
            detail={"public": public, "up_to": up_to.isoformat()},
        )  # fmt: skip
    if not found:
        raise InvalidInput("sheet.nothing")
    counts = _hide(found) if public else {row["code"]: int(row["cases"]) for row in found}
    if classify is None:
        scheme, class_of = count_classes(counts, lang, least_shown=LEAST_SHOWN)
        by_code: Mapping[str, str] = class_of
    else:
        scheme, by_code = classify(found)
    headings = [say(lang, "all_cases")]
    if not public:
        headings += [say(lang, "open"), say(lang, "late")]
    findings = {
        row["code"]: Finding(by_code[row["code"]], _values(row, counts, public, lang))
        for row in found
    }
    areas = [Area(row["code"], row["name"], shapely.from_wkb(row["wkb"])) for row in found]
    period = f"{from_on.isoformat() if from_on else '…'} – {up_to.isoformat()}"
    return make_hotspots(
        areas, scheme, findings, headings,
        place=heading.place, level=heading.level_name(level, lang),
        source=f"{heading.source} · {period}", data_on=up_to, banner=heading.banner,
        review_number=review_number, lang=lang,
    )  # fmt: skip


def _values(
    row: Mapping[str, Any], counts: Mapping[str, int | None], public: bool, lang: Lang
) -> list[str]:
    shown = counts[row["code"]]
    first = say(lang, "not_told") if shown is None else str(shown)
    return [first] if public else [first, str(row["open"]), str(row["late"])]


def _hide(found: Sequence[Mapping[str, Any]]) -> dict[str, int | None]:
    parts = tuple(Count(row["code"], int(row["cases"])) for row in found)
    return {part.key: part.value for part in hide_small(add_up("", parts)).parts}
