"""The sheet of a strip for both sides to sign, and the points to set out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import shapely
from shapely.geometry import LineString
from sqlalchemy import Engine

from gis_api.actions.land_sheet_content import DrawnLine, make_sheet, outline_before
from gis_api.actions.land_strips import read_strip
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.service_state import find_place_label
from grid_boundaries.errors import Conflict, NotFound
from layers.parcels.contested import reopen
from layers.parcels.divide import apply_division, divide
from layers.parcels.setting_out import set_out, write_setting_out
from layers.parcels.what_if import to_strip_metres
from web_map.sheets.survey_content import SurveySheet
from web_map.sheets.survey_docx import write_survey_docx
from web_map.sheets.survey_pdf import write_survey_pdf
from web_map.sheets.words import say_survey

Row = dict[str, Any]
WRITERS: Final[Mapping[str, Callable[[SurveySheet], bytes]]] = {
    "pdf": write_survey_pdf,
    "docx": write_survey_docx,
}


def print_sheet(
    engine: Engine,
    actor: Actor,
    land_strip_id: int,
    land_line_id: int | None,
    form: str,
    paper: str,
    lang: str = "zh",
) -> bytes:
    """Bytes of the sheet as ``form`` (pdf, docx) on ``paper`` (a4, a3) in ``lang`` (zh, en).

    Without a line the agreed one is taken, else the newest.  Persons stand on it by their role and
    masked name only; they sign by hand.  NotFound ``land.strip_unknown``, ``land.line_unknown``;
    Conflict ``land.no_line``.
    """
    drawn = _draw(engine, actor, land_strip_id, land_line_id)
    with begin(engine, actor) as conn:
        place = find_place_label(conn)
        add_audit(
            conn, actor, "land.print_sheet", "land_strip", str(land_strip_id), row_count=1,
            detail={"line": drawn.line["land_line_id"], "form": form},
        )  # fmt: skip
    name = place.name_zh if place else ""
    sheet = make_sheet(
        drawn, name, is_synthetic=bool(place and place.synthetic), paper=paper, lang=lang
    )
    return WRITERS[form](sheet)


def export_points(
    engine: Engine, actor: Actor, land_strip_id: int, land_line_id: int | None, form: str
) -> bytes:
    """The points of the line to be set out, as csv, dxf, kml or gpx; raises as ``print_sheet``."""
    drawn = _draw(engine, actor, land_strip_id, land_line_id)
    with begin(engine, actor) as conn:
        add_audit(
            conn, actor, "land.set_out", "land_strip", str(land_strip_id), row_count=1,
            detail={"line": drawn.line["land_line_id"], "form": form},
        )  # fmt: skip
    label = f"{drawn.strip['case_code']} {say_survey('zh', 'warning')}"
    return write_setting_out(drawn.table, form, label)


def _draw(engine: Engine, actor: Actor, land_strip_id: int, land_line_id: int | None) -> DrawnLine:
    row = read_strip(engine, actor, land_strip_id)
    line = _pick_line(row, land_line_id)
    outlines = [outline_before(row, k) for k in (row["left_claim_id"], row["right_claim_id"])]
    shape, disputed = (shapely.from_wkb(bytes(row["wkb"])), row["line_wkb"])
    border = None if disputed is None else shapely.from_wkb(bytes(disputed))
    assert outlines[0] is not None
    assert border is None or isinstance(border, LineString)
    strip = reopen(shape, outlines[0], outlines[1], border)
    drawn = shapely.from_wkb(bytes(line["wkb"]))
    assert isinstance(drawn, LineString)
    division = divide(strip, to_strip_metres(strip, drawn))
    new = apply_division(strip, division)
    return DrawnLine(row, line, division, set_out(division.line), new.left, new.right)


def _pick_line(row: Row, land_line_id: int | None) -> Row:
    lines: list[Row] = row["lines"]
    if land_line_id is not None:
        for one in lines:
            if one["land_line_id"] == land_line_id:
                return one
        raise NotFound("land.line_unknown")
    if not lines:
        raise Conflict("land.no_line")
    agreed = [one for one in lines if one["land_line_id"] == row["agreed_line_id"]]
    return agreed[0] if agreed else lines[-1]
