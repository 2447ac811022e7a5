"""A sheet as PDF or as pictures, made on the server without a browser."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any

import typst

from web_map.sheets.sheet import Sheet


def write_pdf(sheet: Sheet, *, made_at: datetime | None = None) -> bytes:
    """PDF; the same sheet and moment give the same bytes."""
    made = _compile(sheet, format="pdf", timestamp=made_at)
    assert isinstance(made, bytes)
    return made


def write_pngs(sheet: Sheet, *, ppi: float = 150.0) -> list[bytes]:
    """One picture a page."""
    made = _compile(sheet, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compile(sheet: Sheet, **how: Any) -> Any:
    data = json.dumps(sheet.to_plain(), ensure_ascii=False)
    with as_file(files(__package__).joinpath("sheet.typ")) as template:
        return typst.compile(str(template), sys_inputs={"data": data}, **how)
