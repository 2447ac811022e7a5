"""What is remarkable about the rows of a file: one finding a kind and column, with all its rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

Severity = Literal["error", "warning", "note"]
"""error: the row cannot be used; warning: only once a person has accepted it; note: told only."""

SEVERITIES: Final = ("error", "warning", "note")
CellAddress = Callable[[int, str], str | None]


@dataclass(frozen=True, slots=True)
class RowFinding:
    """One row of a finding; ``address`` such as "B7" where the file has cells."""

    code: str
    row_number: int | None
    column: str | None
    address: str | None
    params: Mapping[str, Any]
    severity: Severity


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """``code`` and ``params`` are those of an error, so that the same catalogue has the sentence.

    ``rows`` are row numbers as the file shows them (ascending), empty for the whole table.
    ``column`` is the heading of the file, ``field`` ours.  ``per_row`` holds numbers that differ
    from row to row (areas, distances), each as long as ``rows``.  Never what somebody typed.
    """

    code: str
    severity: Severity
    rows: npt.NDArray[np.int64] = dataclasses.field(
        default_factory=lambda: np.empty(0, dtype=np.int64)
    )
    column: str | None = None
    field: str | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    per_row: Mapping[str, npt.NDArray[Any]] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def each(self, cell_address: CellAddress | None = None) -> Iterator[RowFinding]:
        """One :class:`RowFinding` a row; one without a row number for the whole table."""
        if not len(self.rows):
            yield RowFinding(self.code, None, self.column, None, dict(self.params), self.severity)
        for at, row in enumerate(self.rows.tolist()):
            own = {key: _plain(values[at]) for key, values in self.per_row.items()}
            address = None
            if cell_address is not None and self.column is not None:
                address = cell_address(row, self.column)
            yield RowFinding(
                self.code, row, self.column, address, {**self.params, **own}, self.severity
            )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
