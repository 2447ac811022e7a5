"""Excel workbooks, old and new, by calamine; addresses of cells are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    WorksheetNotFound,
    XmlError,
    ZipError,
)

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import Caps
from layers.importers.findings import Finding
from layers.importers.formats.headings import SEARCHED_ROWS, Headings, find_headings
from layers.importers.formats.vector import Count
from layers.importers.formats.workbook_scan import (
    SheetScan,
    WorkbookScan,
    column_letters,
    column_number,
    scan_workbook,
)
from layers.importers.tables import Batch, TableInfo

FORMULA_ERROR: Final = "#ERROR!"
_BAD: Final = (CalamineError, XmlError, ZipError, WorksheetNotFound, OSError, ValueError)
_SHOWN_RANGES: Final = 20


@dataclass(frozen=True, slots=True)
class _Sheet:
    info: TableInfo
    headings: Headings
    offset: int
    errors: dict[int, set[int]]
    cells: CalamineSheet


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    """Whatever a broken workbook makes its reader do, a panic of its Rust part too, is told."""
    try:
        yield
    except PasswordError as error:
        raise InvalidInput("file.password", file=name) from error
    except _BAD as error:
        raise InvalidInput("file.unreadable", file=name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise InvalidInput("file.unreadable", file=name) from error


class WorkbookReader:
    """One table for each visible sheet that has headings."""

    def __init__(self, path: Path, form: str, name: str, caps: Caps) -> None:
        self.format = form
        self._path = path
        self._name = name
        self._caps = caps
        empty = WorkbookScan({}, epoch_1904=False)
        self._scan = scan_workbook(path, caps, name) if form == "xlsx" else empty
        with _guarded(name):
            self._book = CalamineWorkbook.from_path(path)
        self._sheets: dict[str, _Sheet] = {}

    def list_tables(self) -> list[TableInfo]:
        """Sheets with their headings; raises InvalidInput ``file.no_rows`` when none has any."""
        for meta in self._book.sheets_metadata:
            if meta.typ == SheetTypeEnum.WorkSheet:
                sheet = self._read_sheet(meta.name)
                if sheet is not None:
                    self._sheets[meta.name] = sheet
        if not self._sheets:
            raise InvalidInput("file.no_rows", file=self._name)
        return [sheet.info for sheet in self._sheets.values()]

    def _read_sheet(self, name: str) -> _Sheet | None:
        with _guarded(self._name):
            opened = self._book.get_sheet_by_name(name)
            merges = [(a[0], a[1], b[0], b[1]) for a, b in opened.merged_cell_ranges or ()]
            start = opened.start
            head = list(islice(opened.iter_rows(), SEARCHED_ROWS + 2)) if start else []
        if start is None or not head:
            return None
        offset = int(start[1])
        local = [(a, b - offset, c, d - offset) for a, b, c, d in merges]
        found = find_headings(head, name, local)
        if found is None:
            return None
        rows = max(int(opened.total_height) - found.first, 0)
        if opened.end is not None:
            rows = max(int(opened.end[0]) + 1 - found.first, 0)
        if rows > self._caps.max_rows:
            raise TooLarge("file.too_many_rows", file=self._name, limit=self._caps.max_rows)
        scan = self._scan.sheets.get(name, SheetScan())
        notes = [*found.notes, *_merge_notes(local, offset, found)]
        info = TableInfo(
            name=name,
            row_count=rows,
            columns=found.columns,
            has_geometry=False,
            header_rows=found.header_rows,
            first_row=found.first + 1,
            epoch_1904=self._scan.epoch_1904,
            notes=tuple(notes),
        )
        return _Sheet(info, found, offset, _by_row(scan.errors), opened)

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """Rows below the headings, numbered as the sheet shows them; empty ones are left out."""
        sheet = self._sheets[table.name]
        count = Count(self._name, self._caps)
        rows = islice(sheet.cells.iter_rows(), sheet.headings.first, None)
        first = table.first_row
        while True:
            with _guarded(self._name):
                block = list(islice(rows, batch_rows))
            if not block:
                return
            yield self._batch(block, first, sheet, count)
            first += len(block)

    def _batch(self, block: list[Any], first: int, sheet: _Sheet, count: Count) -> Batch:
        numbers = np.arange(first, first + len(block), dtype=np.int64)
        columns = columns_of_rows(block, sheet.headings.at)
        for row in range(first, first + len(block)) if sheet.errors else ():
            for column in sheet.errors.get(row, ()):
                if column - sheet.offset in sheet.headings.at:
                    place = sheet.headings.at.index(column - sheet.offset)
                    columns[place][row - first] = FORMULA_ERROR
        stated = find_stated(columns, len(block))
        count.add_rows(int(stated.sum()))
        named = {
            name: values[stated] for name, values in zip(sheet.info.columns, columns, strict=True)
        }
        letters = {
            name: column_letters(at + sheet.offset + 1)
            for name, at in zip(sheet.info.columns, sheet.headings.at, strict=True)
        }
        return Batch(
            named, None, numbers[stated],
            address=lambda row, column: f"{letters[column]}{row}" if column in letters else None,
            epoch_1904=sheet.info.epoch_1904,
        )  # fmt: skip

    def close(self) -> None:
        """Close the workbook and let go of its cells."""
        self._sheets.clear()
        self._book.close()


def columns_of_rows(block: Sequence[Sequence[Any]], at: Sequence[int]) -> list[npt.NDArray[Any]]:
    """The cells of some columns of rows of equal length; "" becomes None."""
    found = []
    for place in at:
        values = np.empty(len(block), dtype=object)
        values[:] = [
            None if (cell := row[place] if place < len(row) else None) == "" else cell
            for row in block
        ]
        found.append(values)
    return found


def find_stated(columns: Sequence[npt.NDArray[Any]], count: int) -> npt.NDArray[np.bool_]:
    """True for rows with a value in any column."""
    stated = np.zeros(count, dtype=bool)
    for values in columns:
        stated |= np.array([value is not None for value in values], dtype=bool)
    return stated


def _merge_notes(
    merges: list[tuple[int, int, int, int]], offset: int, found: Headings
) -> list[Finding]:
    """Merged cells among the data: all but the first of them would be read as empty."""
    inside = [m for m in merges if m[2] >= found.first and m[2] > m[0]]
    if not inside:
        return []
    rows = sorted({row + 1 for m in inside for row in range(max(m[0], found.first), m[2] + 1)})
    shown = [
        f"{_address(m[0], m[1] + offset)}:{_address(m[2], m[3] + offset)}"
        for m in inside[:_SHOWN_RANGES]
    ]
    return [
        Finding(
            "import.merged_cells",
            "error",
            np.array(rows, dtype=np.int64),
            params={"ranges": shown, "count": len(inside)},
        )
    ]


def _address(row: int, column: int) -> str:
    """Both counted from 0."""
    return f"{column_letters(column + 1)}{row + 1}"


def _by_row(addresses: list[str]) -> dict[int, set[int]]:
    """Cell addresses as row (from 1) → column numbers (from 0)."""
    found: dict[int, set[int]] = {}
    for address in addresses:
        letters = address.rstrip("0123456789")
        found.setdefault(int(address[len(letters) :]), set()).add(column_number(letters) - 1)
    return found
