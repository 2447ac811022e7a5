"""What the map page shows, as a sheet made on the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from sqlalchemy import Connection, Engine

from gis_api.access.permissions import read_permissions, require_permission
from gis_api.actions.read_cases import CaseFilter, read_cases
from gis_api.actions.sheets.heading import Heading, area_of, read_heading
from gis_api.cases.store import reading
from gis_api.cases.workflow import read_workflow
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import Forbidden, InvalidInput
from grid_boundaries.store.cells import list_cell_shapes
from layers.in_view.store import LAYERS, list_in_view
from web_map.sheets.content import Content
from web_map.sheets.map_frame import BBox
from web_map.sheets.map_view import CaseMark, Thing, View, make_map_view
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say

MOST_CASES: Final = 2000
MOST_THINGS: Final = 5000
_LEVELS_SHOWN: Final = 3
_READS: Final = {
    "zones": "zone", "villager-groups": "villager_group", "claims": "parcel",
    "land-findings": "land_finding", "service-points": "service_point",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WantedView:
    """The ground (west, south, east, north), what lies on it, and which cases.

    ``bounds`` is what was seen, ``ground`` all that the paper shows around it.
    ``hidden`` are kinds of case that are switched off; ``only``: all, open, closed or queue.
    """

    bounds: BBox
    ground: BBox
    rank: int
    layers: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    only: str = "all"
    cases: CaseFilter = field(default_factory=CaseFilter)
    title: str = ""
    review_number: str = ""


def gather_map_view(engine: Engine, actor: Actor, wanted: WantedView, lang: Lang) -> Content:
    """The view as the actor may see it; no person is named on it.

    Raises InvalidInput ``sheet.level_unknown``, ``sheet.layer_unknown``, what ``read_cases``
    raises, and Forbidden ``permission.level`` and ``permission.denied`` for what the role may not
    see.
    """
    require_permission(actor.role, "sheet", "print")
    if not wanted.layers <= set(LAYERS):
        raise InvalidInput("sheet.layer_unknown", known=list(LAYERS))
    for layer in wanted.layers:
        require_permission(actor.role, _READS[layer], "read")
    may_list = read_permissions().allows(actor.role, "case", "list")
    listed = read_cases(engine, actor, wanted.cases, limit=MOST_CASES) if may_list else None
    with begin(engine, actor) as conn:
        heading = read_heading(conn, lang, say(lang, "internal"))
        levels = _levels(conn, actor, heading, wanted, lang)
        notes: list[str] = []
        layers: dict[str, list[Thing]] = {}
        for layer in LAYERS:
            if layer in wanted.layers:
                found = list_in_view(conn, layer, wanted.ground, heading.on, MOST_THINGS)
                layers[layer] = [
                    Thing(row["kind"], row["name"], shapely.from_wkb(row["wkb"])) for row in found
                ]
                if len(found) == MOST_THINGS:
                    name = say(lang, f"layer_{layer}")
                    notes.append(say(lang, "only_first", layer=name, n=MOST_THINGS))
        kinds = {
            kind["kind"]: kind[f"name_{lang}"] or kind["name_zh"]
            for kind in reading.list_case_kinds(conn)
        }
        rows = [] if listed is None else [row for row in listed.rows if _is_seen(row, wanted)]
        if listed is not None and listed.total > MOST_CASES:
            notes.append(say(lang, "only_latest", n=MOST_CASES, total=listed.total))
        add_audit(
            conn, actor, "sheet.print", "sheet", str(wanted.rank), row_count=len(rows),
            detail={"layers": sorted(wanted.layers)},
        )  # fmt: skip
    marks = [_mark(row, kinds, lang) for row in rows]
    return make_map_view(
        View(wanted.bounds, levels, layers, marks, kinds, notes),
        title=wanted.title or say(lang, "map_title", place=heading.place), source=heading.source,
        data_on=heading.on, banner=heading.banner, review_number=wanted.review_number, lang=lang,
    )  # fmt: skip


def _levels(
    conn: Connection, actor: Actor, heading: Heading, wanted: WantedView, lang: Lang
) -> list[tuple[str, list[Any]]]:
    if wanted.rank not in heading.levels:
        raise InvalidInput("sheet.level_unknown", known=sorted(heading.levels))
    village = reading.find_village_rank(conn)
    if not read_permissions().shows(actor.role, "cell", "below_village") and (
        village is None or wanted.rank > village
    ):
        raise Forbidden("permission.level", rank=wanted.rank)
    ranks = [rank for rank in sorted(heading.levels) if rank <= wanted.rank][-_LEVELS_SHOWN:]
    return [
        (
            heading.level_name(rank, lang),
            [area_of(c) for c in list_cell_shapes(conn, rank, heading.on, bbox=wanted.ground)],
        )
        for rank in ranks
    ]


def _is_seen(row: dict[str, Any], wanted: WantedView) -> bool:
    is_closed = row["closed_on"] is not None
    is_open_wanted = {"all": True, "open": not is_closed, "closed": is_closed}
    if wanted.only == "queue":
        fits = row["queue_reason"] is not None and not is_closed
    else:
        fits = is_open_wanted[wanted.only]
    return fits and row["kind"] not in wanted.hidden


def _mark(row: dict[str, Any], kinds: dict[str, str], lang: Lang) -> CaseMark:
    state = read_workflow().states[row["state"]]
    place = None if row["lng"] is None else shapely.Point(row["lng"], row["lat"])
    told = [
        row["code"], kinds.get(row["kind"], row["kind"]),
        state.name_zh if lang == "zh" else state.name_en,
        f"{row['cell_name'] or ''} {row['cell_code'] or ''}".strip(),
        f"{row['registered_at']:%Y-%m-%d}", str(row["due_on"] or ""),
    ]  # fmt: skip
    return CaseMark(row["kind"], row["closed_on"] is not None, place, told)
