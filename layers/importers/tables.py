"""What a reader gives: tables as they stand in a file, and their rows in batches of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from layers.importers.findings import Finding

RawColumn: TypeAlias = Any
"""Values as the file has them: an Arrow array, or objects (None, str, int, float, bool, date)."""

BATCH_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One sheet, layer or file of rows.

    ``columns`` are headings as read, made unique (a repeated one gets " (2)"); two header rows are
    joined with "/".  ``crs_text`` is what the file declares (WKT or ``EPSG:n``), None without.
    ``notes`` are findings about the whole table: they count like those of rows.
    """

    name: str
    row_count: int | None
    columns: tuple[str, ...]
    has_geometry: bool
    geometry_type: str | None = None
    crs_text: str | None = None
    encoding: str | None = None
    header_rows: int = 0
    first_row: int = 1
    epoch_1904: bool = False
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Rows of one table; entry i of every column, ``geometry`` and ``row_numbers`` are one row.

    ``geometry`` holds shapely geometries in the file's own coordinates, None for a missing shape;
    ``unreadable[i]`` tells that there was one which is no geometry.
    """

    columns: Mapping[str, RawColumn]
    geometry: npt.NDArray[np.object_] | None
    row_numbers: npt.NDArray[np.int64]
    unreadable: npt.NDArray[np.bool_] | None = None
    address: Callable[[int, str], str | None] | None = field(default=None)
    epoch_1904: bool = False

    def __len__(self) -> int:
        return len(self.row_numbers)

    def cell_address(self, row_number: int, column: str) -> str | None:
        """ "B7" for tables with cells, None for others."""
        return self.address(row_number, column) if self.address is not None else None


class Reader(Protocol):
    """What every format gives."""

    format: str

    def list_tables(self) -> list[TableInfo]:
        """All tables that could hold rows."""
        ...

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """All rows of one table in order."""
        ...

    def close(self) -> None:
        """Let go of temporary files."""
        ...


def concat_columns(batches: list[Batch]) -> dict[str, RawColumn]:
    """The columns of several batches of one table, end to end."""
    found: dict[str, RawColumn] = {}
    for name in batches[0].columns if batches else ():
        parts: list[Any] = [batch.columns[name] for batch in batches]
        if all(isinstance(part, pa.Array) for part in parts):
            found[name] = pa.concat_arrays(parts)
        else:
            found[name] = np.concatenate([np.asarray(part, dtype=object) for part in parts])
    return found
