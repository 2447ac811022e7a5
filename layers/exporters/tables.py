"""What a file of one kind holds: its columns in order, their types, and its kind of geometry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

ColumnType = Literal["text", "code", "integer", "decimal", "boolean", "date", "list"]
GeometryType = Literal["Point", "MultiLineString", "MultiPolygon", "Unknown"]

GEOMETRY: Final = "geometry"
# Between the items of a list in one cell.
LIST_MARK: Final = "、"
_ARROW: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "list": pa.string(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` is the field, ``heading`` what people read, ``dbf`` at most ten ASCII bytes.

    ``words`` maps a stored value to the word shown in sheets, for columns that are a choice.
    """

    name: str
    heading: str
    type: ColumnType
    dbf: str
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ExportTable:
    """The shape of one file; ``geometry`` None for kinds that have no place of their own.

    ``kind`` names layers and files; ``title`` is what people read.
    """

    kind: str
    title: str
    columns: tuple[Column, ...]
    geometry: GeometryType | None

    @property
    def has_points(self) -> bool:
        return self.geometry == "Point"


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some rows: column name → values, None where there is none; geometries in EPSG:4490.

    ``geometry`` holds one shapely geometry or None a row; it is None itself for a table without.
    """

    columns: Mapping[str, Sequence[Any]]
    geometry: npt.NDArray[np.object_] | None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self, columns: Iterable[Column]) -> Iterable[tuple[Any, ...]]:
        """The rows as tuples in the order of ``columns``, lists as one text."""
        return zip(*(flat(column, self) for column in columns), strict=True)


def make_batch(
    table: ExportTable, rows: Sequence[Sequence[Any]], wkb: Sequence[bytes | None] | None
) -> Batch:
    """Rows as a database gives them, in the order of the table's columns, as columns."""
    turned = zip(*rows, strict=True) if rows else ((),) * len(table.columns)
    columns = {column.name: values for column, values in zip(table.columns, turned, strict=True)}
    if wkb is None:
        return Batch(columns, None)
    return Batch(columns, shapely.from_wkb(np.array(wkb, dtype=object)))


def flat(column: Column, batch: Batch) -> Sequence[Any]:
    """The values of a column, a list as one text."""
    values = batch.columns[column.name]
    if column.type != "list":
        return values
    return [LIST_MARK.join(value) if value else None for value in values]


def to_arrow(table: ExportTable, batch: Batch, names: Sequence[str]) -> pa.Table:
    """The batch as an Arrow table under the given column names, geometry as WKB."""
    arrays = [pa.array(flat(c, batch), _ARROW[c.type]) for c in table.columns]
    fields = list(names)
    if table.geometry is not None:
        assert batch.geometry is not None
        arrays.append(pa.array(shapely.to_wkb(batch.geometry), pa.binary()))
        fields.append(GEOMETRY)
    return pa.table(arrays, names=fields)
