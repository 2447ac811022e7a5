"""XLSX row by row, in constant memory: codes and words are text, numbers numbers, dates dates.

Written by hand because a coordinate must keep its seventeen digits: openpyxl writes sixteen.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any, Final
from xml.sax.saxutils import escape

from layers.exporters import xlsx_parts as parts
from layers.exporters.cell_text import for_xml
from layers.exporters.point_columns import POINT_HEADINGS, point_values
from layers.exporters.tables import Batch, Column
from layers.exporters.target import Target
from layers.exporters.words import shown

_WIDTHS: Final = {"integer": 10, "decimal": 14, "boolean": 8, "date": 12, "list": 30}
_WIDTH: Final = 22
_POINT_WIDTH: Final = 16
# Day 0 of a workbook; its 29 February 1900 makes this right from March 1900 on.
_DAY_ZERO: Final = date(1899, 12, 30)
# A spreadsheet shows no more of a cell.
_LONGEST: Final = 32_767


class XlsxTarget(Target):
    """One sheet with a frozen, filtered first row; points as two columns, other shapes left out."""

    _archive: zipfile.ZipFile
    _sheet: IO[bytes]

    def _begin(self) -> None:
        headings = [column.heading for column in self.table.columns]
        widths = [_WIDTHS.get(column.type, _WIDTH) for column in self.table.columns]
        if self.table.has_points:
            headings += POINT_HEADINGS
            widths += [_POINT_WIDTH] * len(POINT_HEADINGS)
        self._letters = [parts.column_letters(n) for n in range(1, len(headings) + 1)]
        self._archive = zipfile.ZipFile(self.unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        for name, text in (
            ("[Content_Types].xml", parts.CONTENT_TYPES),
            ("_rels/.rels", parts.PACKAGE_RELATIONS),
            ("xl/workbook.xml", parts.render_workbook(self.table.title)),
            ("xl/_rels/workbook.xml.rels", parts.WORKBOOK_RELATIONS),
            ("xl/styles.xml", parts.STYLES),
        ):
            self._archive.writestr(name, text)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(parts.render_sheet_head(widths).encode())
        self._sheet.write(self._row(1, [_text(heading, parts.HEADING) for heading in headings]))

    def _append(self, batch: Batch) -> None:
        columns: list[Iterable[str]] = [_cells(column, batch) for column in self.table.columns]
        if self.table.has_points:
            columns += [map(_number, values) for values in point_values(batch)]
        first = self.rows + 2
        for number, cells in enumerate(zip(*columns, strict=True), start=first):
            self._sheet.write(self._row(number, cells))

    def _row(self, number: int, cells: Sequence[str]) -> bytes:
        placed = "".join(
            cell.format(f"{letters}{number}") if cell else ""
            for letters, cell in zip(self._letters, cells, strict=True)
        )
        return f'<row r="{number}">{placed}</row>'.encode()

    def _finish(self, *, failed: bool) -> None:
        if not failed:
            tail = parts.render_sheet_tail(len(self._letters), self.rows + 1)
            self._sheet.write(tail.encode())
        self._sheet.close()
        self._archive.close()


def _cells(column: Column, batch: Batch) -> Iterator[str]:
    """The cells of a column with ``{}`` where their address goes; nothing for an empty one."""
    render = _RENDER.get(column.type, _word)
    return ("" if value is None else render(value) for value in shown(column, batch))


def _word(value: Any) -> str:
    return _text(str(value), parts.TEXT)


def _text(value: str, style: int) -> str:
    """A cell that is text whatever it begins with."""
    safe = escape(for_xml(value)[:_LONGEST], {"\r": "&#13;"}).replace("{", "{{").replace("}", "}}")
    return f'<c r="{{}}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _number(value: float | None) -> str:
    return "" if value is None else f'<c r="{{}}"><v>{value!r}</v></c>'


def _day(value: date) -> str:
    return f'<c r="{{}}" s="{parts.DATE}"><v>{(value - _DAY_ZERO).days}</v></c>'


_RENDER: Final[dict[str, Callable[[Any], str]]] = {
    "integer": _number,
    "decimal": _number,
    "date": _day,
}
