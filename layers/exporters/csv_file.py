"""CSV: UTF-8 with byte-order mark (spreadsheets need it for Chinese), CRLF, harmless text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TextIO

from layers.exporters.cell_text import mark
from layers.exporters.point_columns import POINT_HEADINGS, point_values
from layers.exporters.tables import Batch, Column
from layers.exporters.target import Target
from layers.exporters.words import shown

_AS_TEXT: Final[Mapping[str, Callable[[Any], str]]] = {
    "text": lambda value: mark(str(value)),
    "code": lambda value: mark(str(value)),
    "list": lambda value: mark(str(value)),
    "integer": str,
    "decimal": repr,
    "boolean": str,
    "date": lambda value: str(value.isoformat()),
}


class CsvTarget(Target):
    """Headings as people read them; points as two columns, other shapes are left out."""

    _file: TextIO

    def _begin(self) -> None:
        self._file = self.unfinished.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        headings = [column.heading for column in self.table.columns]
        self._writer.writerow(headings + list(POINT_HEADINGS if self.table.has_points else ()))

    def _append(self, batch: Batch) -> None:
        columns = [_texts(column, batch) for column in self.table.columns]
        if self.table.has_points:
            columns += [_numbers(part) for part in point_values(batch)]
        self._writer.writerows(zip(*columns, strict=True))

    def _finish(self, *, failed: bool) -> None:  # noqa: ARG002
        self._file.close()


def _texts(column: Column, batch: Batch) -> list[str]:
    as_text = _AS_TEXT[column.type]
    return ["" if value is None else as_text(value) for value in shown(column, batch)]


def _numbers(values: Sequence[float | None]) -> list[str]:
    """Every digit: ``repr`` is the shortest text that reads back as the same number."""
    return ["" if value is None else repr(value) for value in values]
