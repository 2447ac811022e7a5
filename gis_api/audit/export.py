"""The trail as a file: codes stay text, and nothing in a cell can start a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Row = dict[str, Any]

HEADINGS = (
    "序号 audit_id", "时间 at", "账号 actor", "账号编号 actor_id", "行为 act",
    "对象类别 object_kind", "对象 object_id", "行数 row_count", "目的 purpose", "细节 detail",
    "已封存 sealed",
)  # fmt: skip
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FORMULA = re.compile(r"[=+\-@\t\r]")
_LONG_DIGITS = re.compile(r"[0-9]{11,}")
_TEXT_FORMAT = "@"
_WIDTH = 22


def cells_of(row: Row) -> tuple[str, ...]:
    """One row as text; times in Shanghai with their offset."""
    values = (
        row["audit_id"],
        row["at"].astimezone(_SHANGHAI).isoformat(timespec="milliseconds"),
        row["actor"] or ("system" if row["actor_id"] == 0 else ""),
        row["actor_id"],
        row["act"],
        row["object_kind"],
        row["object_id"],
        row["row_count"],
        row["purpose"],
        json.dumps(row["detail"], ensure_ascii=False, sort_keys=True) if row["detail"] else "",
        "是 yes" if row["is_sealed"] else "否 no",
    )
    return tuple("" if value is None else str(value) for value in values)


def write_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with BOM, CRLF; long digit codes keep their digits by a leading tab."""
    yield "\ufeff".encode()
    yield _csv_line(HEADINGS)
    for row in rows:
        yield _csv_line(tuple(map(_harmless, cells_of(row))))


def _csv_line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def _harmless(text: str) -> str:
    if _LONG_DIGITS.fullmatch(text):
        return "\t" + text
    return "'" + text if _FORMULA.match(text) else text


def write_xlsx(rows: Iterable[Row]) -> bytes:
    """A workbook of one sheet, every cell typed as text, first row frozen."""
    return write_workbook({"audit": chain([HEADINGS], map(cells_of, rows))})


def write_workbook(sheets: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """A workbook of text cells: sheet name → rows, the first of them the headings."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for column in "ABCDEFGHIJK":
            sheet.column_dimensions[column].width = _WIDTH
        for row in rows:
            sheet.append([_text_cell(sheet, text) for text in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    return cell
