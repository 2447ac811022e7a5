"""A sheet as PDF or as pictures, made on the server without a browser."""

from __future__ import annotations

import json
import threading
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from web_map.sheets.sheet import Sheet

# The compiler keeps the fonts it has found; it serves one at a time.
_ONE_AT_A_TIME: Final = threading.Lock()


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
    with _ONE_AT_A_TIME:
        return _compiler().compile(sys_inputs={"data": data}, **how)


@cache
def _compiler() -> Any:
    return typst.Compiler(str(Path(__file__).with_name("sheet.typ")))
