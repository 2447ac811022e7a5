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


def concat_batches(batches: list[Batch], table: TableInfo) -> Batch:
    """Batches of one table end to end; an empty batch with all columns when there are none."""
    if not batches:
        empty = {name: pa.nulls(0, pa.string()) for name in table.columns}
        shapes = np.empty(0, dtype=object) if table.has_geometry else None
        return Batch(empty, shapes, np.empty(0, dtype=np.int64))
    if len(batches) == 1:
        return batches[0]
    columns: dict[str, RawColumn] = {}
    for name in batches[0].columns:
        parts: list[Any] = [batch.columns[name] for batch in batches]
        if all(isinstance(part, pa.Array) for part in parts):
            columns[name] = pa.concat_arrays(parts)
        else:
            columns[name] = np.concatenate([np.asarray(part, dtype=object) for part in parts])
    shapes_of = [batch.geometry for batch in batches]
    unreadable_of = [batch.unreadable for batch in batches]
    return Batch(
        columns,
        np.concatenate([s for s in shapes_of if s is not None]) if table.has_geometry else None,
        np.concatenate([batch.row_numbers for batch in batches]),
        np.concatenate([u for u in unreadable_of if u is not None])
        if all(u is not None for u in unreadable_of)
        else None,
        batches[0].address,
        batches[0].epoch_1904,
    )
