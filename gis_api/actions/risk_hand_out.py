"""One risk map in the form that somebody carries away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from gis_api.cases.reports.sheets import Sheet, write_workbook
from web_map.risk_sheets import make_content, make_table
from web_map.sheets.content import make_sheet
from web_map.sheets.hand_out import render_hand_out
from web_map.sheets.papers import get_paper
from web_map.sheets.write_print import write_pdf

MEDIA_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write_hand_out(found: Mapping[str, Any], form: str) -> tuple[bytes, str]:
    """(bytes, media type) of a map that ``read_map`` answered: the same content in every form."""
    if form == "html":
        body = render_hand_out(make_content(found)).encode()
    elif form == "pdf":
        body = write_pdf(make_sheet(make_content(found), get_paper("A4", "landscape")))
    elif form == "xlsx":
        table = make_table(found)
        body = write_workbook(Sheet(table.title, table.notes, table.headings, table.rows))
    else:
        body = json.dumps(found, ensure_ascii=False, default=str).encode()
    return body, MEDIA_TYPES[form]
