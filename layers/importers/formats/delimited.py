"""Text tables: commas, tabs, semicolons; every value stays text.  Survey text without headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from grid_boundaries.errors import InvalidInput
from layers.importers.caps import MIB, Caps
from layers.importers.encodings import find_text_encoding
from layers.importers.findings import Finding
from layers.importers.formats.headings import SEARCHED_ROWS, Headings, find_headings
from layers.importers.formats.survey_text import name_survey_columns, read_nmea
from layers.importers.formats.vector import Count
from layers.importers.formats.workbook import columns_of_rows, find_stated
from layers.importers.formats.workbook_scan import column_letters
from layers.importers.tables import Batch, TableInfo

_DELIMITERS: Final = (",", "\t", ";", "|", "，")
_READ_WHOLE_BYTES: Final = 16 * MIB
_BLOCK: Final = 16 * MIB
_LONGEST_FIELD: Final = 1 * MIB


class DelimitedReader:
    """One file, one table.  Small files row by row, large ones by Arrow."""

    def __init__(self, path: Path, name: str, caps: Caps, encoding: str | None = None) -> None:
        self.format = "csv"
        self._path = path
        self._name = name
        self._caps = caps
        self._encoding = encoding or find_text_encoding(path, name)
        self._headings: Headings | None = None
        self._rows: list[list[str]] | None = None
        self._delimiter = ","

    def list_tables(self) -> list[TableInfo]:
        """The one table; raises InvalidInput ``file.no_rows`` without headings."""
        with self._path.open(encoding=self._encoding, newline="", errors="replace") as source:
            start = source.read(1 << 16)
        nmea = read_nmea(self._path, self._encoding) if start.lstrip().startswith("$G") else None
        if nmea is not None:
            self.format, self._rows = "rtk", nmea[1]
            found: Headings | None = nmea[0]
        else:
            lines = self._read_start(start)
            survey = name_survey_columns(lines)
            found = survey or find_headings(lines, Path(self._name).stem)
            self.format = "rtk" if survey else "csv"
        if found is None:
            raise InvalidInput("file.no_rows", file=self._name)
        self._headings = found
        notes = [*found.notes]
        count = None
        if self._rows is None and self._path.stat().st_size <= _READ_WHOLE_BYTES:
            self._rows = self._read_whole()
        if self._rows is not None:
            count = max(len(self._rows) - found.first, 0)
            notes += _ragged(self._rows, found, max(found.at) + 1)
        return [
            TableInfo(
                name=Path(self._name).stem,
                row_count=count,
                columns=found.columns,
                has_geometry=False,
                encoding=self._encoding,
                header_rows=found.header_rows,
                first_row=found.first + 1,
                notes=tuple(notes),
            )
        ]

    def _read_start(self, start: str) -> list[list[str]]:
        try:
            self._delimiter = _find_delimiter(start)
            return list(islice(self._parse(io.StringIO(start, newline="")), SEARCHED_ROWS + 2))
        except csv.Error as error:
            raise InvalidInput("file.unreadable", file=self._name) from error

    def _read_whole(self) -> list[list[str]]:
        with self._path.open(encoding=self._encoding, newline="") as source:
            try:
                return list(self._parse(source))
            except csv.Error as error:
                raise InvalidInput("file.unreadable", file=self._name) from error

    def _parse(self, source: Any) -> Iterator[list[str]]:
        csv.field_size_limit(_LONGEST_FIELD)
        return csv.reader(source, delimiter=self._delimiter)

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """Rows below the headings, numbered as a spreadsheet would; empty ones are left out."""
        assert self._headings is not None
        count = Count(self._name, self._caps)
        letters = {
            name: column_letters(at + 1)
            for name, at in zip(table.columns, self._headings.at, strict=True)
        }

        def address(row: int, column: str) -> str | None:
            return f"{letters[column]}{row}" if column in letters else None

        if self._rows is None:
            yield from self._read_arrow(table, batch_rows, count, address)
            return
        for at in range(self._headings.first, len(self._rows), batch_rows):
            block = self._rows[at : at + batch_rows]
            columns = columns_of_rows(block, self._headings.at)
            stated = find_stated(columns, len(block))
            count.add_rows(int(stated.sum()))
            numbers = np.arange(at + 1, at + 1 + len(block), dtype=np.int64)[stated]
            named = {
                name: _unmarked(pa.array(values[stated], pa.string()))
                for name, values in zip(table.columns, columns, strict=True)
            }
            yield Batch(named, None, numbers, address=address)

    def _read_arrow(
        self, table: TableInfo, batch_rows: int, count: Count, address: Any
    ) -> Iterator[Batch]:
        found = self._headings
        assert found is not None
        width = self._width()
        names = [f"c{i}" for i in range(width)]
        try:
            reader = pacsv.open_csv(
                self._path,
                read_options=pacsv.ReadOptions(
                    block_size=_BLOCK, skip_rows=found.first, column_names=names,
                    encoding=self._encoding.replace("utf-8-sig", "utf-8"),
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True,
                    null_values=[""], quoted_strings_can_be_null=True,
                ),
            )  # fmt: skip
            first = table.first_row
            for record in reader:
                for at in range(0, record.num_rows, batch_rows):
                    part = record.slice(at, batch_rows)
                    count.add_rows(part.num_rows)
                    named = {
                        name: _unmarked(part.column(place))
                        for name, place in zip(table.columns, found.at, strict=True)
                    }
                    numbers = np.arange(first, first + part.num_rows, dtype=np.int64)
                    first += part.num_rows
                    yield Batch(named, None, numbers, address=address)
        except (pa.ArrowException, UnicodeError) as error:
            raise InvalidInput(
                "file.bad_structure", file=self._name, format="csv",
                reason="rows of different length",
            ) from error  # fmt: skip

    def _width(self) -> int:
        with self._path.open(encoding=self._encoding, newline="") as source:
            return max(len(row) for row in islice(self._parse(source), SEARCHED_ROWS + 2))

    def close(self) -> None:
        """Let go of the rows."""
        self._rows = None


def _unmarked(text: Any) -> Any:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula.

    Our own exports write it (``layers.exporters.cell_text``), and so do many other programs.
    """
    return pc.replace_substring_regex(text, pattern="^'([-=+@\t\r'])", replacement=r"\1")


def _find_delimiter(start: str) -> str:
    """The mark that splits the first lines into the same number of parts, the most parts first."""
    lines = [line for line in start.splitlines()[:20] if line.strip()]
    best, most = ",", 0
    for mark in _DELIMITERS:
        counts = sorted(len(row) for row in csv.reader(lines, delimiter=mark)) if lines else [0]
        middle = counts[len(counts) // 2]
        if middle > most:
            best, most = mark, middle
    return best


def _ragged(rows: list[list[str]], found: Headings, width: int) -> list[Finding]:
    """Rows with more filled cells than headings, or fewer: values may stand in wrong columns."""
    wrong = [
        number
        for number, row in enumerate(rows[found.first :], start=found.first + 1)
        if any(cell.strip() for cell in row[width:]) or (1 < len(row) < width - 1)
    ]
    if not wrong:
        return []
    return [Finding("import.ragged_row", "error", np.array(wrong, dtype=np.int64))]
