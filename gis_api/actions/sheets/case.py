"""One case as a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import shapely
from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.actions.read_cases import read_case
from gis_api.actions.sheets.heading import Heading, area_of, read_heading
from gis_api.cases.dossier.content import ACTS
from gis_api.cases.masking import mask_name
from gis_api.cases.store import reading
from gis_api.cases.wall import store as wall_store
from gis_api.cases.workflow import read_workflow
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.store.cells import list_cell_shapes
from web_map.sheets.areas import Area
from web_map.sheets.case import CaseFacts, make_case_sheet
from web_map.sheets.content import Content
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say

# Kinds whose sheet says that it is no ground of registration, with everything below them.
_LAND = ("land", "acquisition", "homestead", "contract")


def gather_case(
    engine: Engine, actor: Actor, code: str, *, review_number: str = "", lang: Lang = "zh"
) -> Content:
    """A case that the asker may read; persons masked, their words left out.

    Raises NotFound ``case.unknown`` for one that is missing or out of scope.
    """
    require_permission(actor.role, "sheet", "case")
    row, titles = read_case(engine, actor, code)
    with begin(engine, actor) as conn:
        heading = read_heading(conn, lang, say(lang, "internal"))
        kinds = {kind["kind"]: kind for kind in reading.list_case_kinds(conn)}
        cell, around = _ground(conn, heading, row["cell_code"])
        add_audit(conn, actor, "sheet.case", "case", code)
    kind = kinds.get(row["kind"], {"name_zh": row["kind"], "name_en": row["kind"]})
    kind_words = kind[f"name_{lang}"] or kind["name_zh"]
    shape = row["geometry"]
    facts = CaseFacts(
        code=code, kind=row["kind"], kind_words=kind_words,
        is_closed=row["closed_on"] is not None,
        place=None if shape is None else shapely.from_geojson(json.dumps(shape)),
        cell=cell, around=around, rows=_rows(row, kind_words, titles, lang, masked=actor.is_system),
        course=[(f"{entry['at']:%Y-%m-%d}", _deed(entry["act"], lang)) for entry in row["history"]],
        is_about_land=row["kind"].startswith(_LAND),
    )  # fmt: skip
    return make_case_sheet(
        facts, source=heading.source, data_on=heading.on, banner=heading.banner,
        review_number=review_number, lang=lang,
    )  # fmt: skip


def _ground(conn: Connection, heading: Heading, code: str | None) -> tuple[Area | None, list[Area]]:
    """The cell where the case lies and those beside it in the same parent."""
    found = [] if code is None else wall_store.list_cells(conn, code, None)
    if len(found) != 1:
        return None, []
    own = list_cell_shapes(conn, found[0]["rank"], heading.on, code=code)
    path = wall_store.list_path(conn, found[0]["scope_key"], None)
    around = []
    if len(path) > 1:
        around = list_cell_shapes(conn, found[0]["rank"], heading.on, parent_code=path[-2]["code"])
    return (
        area_of(own[0]) if own else None,
        [area_of(shape) for shape in around if shape.code != code],
    )


def _rows(
    row: dict[str, Any],
    kind_words: str,
    titles: Mapping[str, tuple[str, str]],
    lang: Lang,
    *,
    masked: bool,
) -> list[tuple[str, str]]:
    state = read_workflow().states[row["state"]]
    title = titles.get(row["post_kind"] or "", ("", ""))[0 if lang == "zh" else 1]
    officer = mask_name(row["duty_name"]) if masked else row["duty_name"]
    told = [
        ("code", row["code"]),
        ("kind", kind_words),
        ("state", state.name_zh if lang == "zh" else state.name_en),
        ("cell", f"{row['cell_name'] or ''} {row['cell_code'] or ''}".strip() or "—"),
        ("happened_on", str(row["happened_on"])),
        ("registered_on", f"{row['registered_at']:%Y-%m-%d}"),
        ("closed_on", str(row["closed_on"] or "—")),
        ("handler", f"{title} {officer or say(lang, 'vacant')}".strip()),
        ("position", _position(row)),
        ("parties", "；".join(mask_name(p["name"]) or "—" for p in row["parties"]) or "—"),
    ]
    return [(say(lang, key), value) for key, value in told]


def _position(row: dict[str, Any]) -> str:
    if row["lng"] is None:
        return "—"
    return f"{row['lng']:.6f}°E {row['lat']:.6f}°N (CGCS2000)"


def _deed(act: str, lang: Lang) -> str:
    step = read_workflow().steps.get(act)
    if step is not None:
        return step.name_zh if lang == "zh" else step.name_en
    return ACTS.get(act, act) if lang == "zh" else act.replace("_", " ")
