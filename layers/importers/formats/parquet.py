"""GeoParquet by pyarrow: column chunks straight to Arrow batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import Caps
from layers.importers.formats.vector import Count, require_text, shapes_from_wkb
from layers.importers.tables import Batch, TableInfo

# the specification: no "crs" key means WGS 84 in (lng, lat) order
_DEFAULT_CRS: Final = "OGC:CRS84"
_NATIVE_POINT: Final = "point"


class ParquetReader:
    """One file, one table; a file without geo metadata is a plain table."""

    format = "geoparquet"

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        self._name = name
        self._caps = caps
        try:
            self._file = pq.ParquetFile(path, memory_map=True)
            raw = (self._file.schema_arrow.metadata or {}).get(b"geo")
            self._geo: dict[str, Any] | None = json.loads(raw) if raw else None
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InvalidInput("file.unreadable", file=name) from error
        self._shape: str | None = self._geo["primary_column"] if self._geo else None
        if self._shape is not None and self._shape not in self._file.schema_arrow.names:
            raise InvalidInput("file.unreadable", file=name)

    def list_tables(self) -> list[TableInfo]:
        """The one table."""
        count = int(self._file.metadata.num_rows)
        if count > self._caps.max_rows:
            raise TooLarge("file.too_many_rows", file=self._name, limit=self._caps.max_rows)
        names = self._file.schema_arrow.names
        if len(names) > self._caps.max_columns:
            raise TooLarge("file.too_many_columns", file=self._name, limit=self._caps.max_columns)
        own = self._own()
        types = own.get("geometry_types") or [None]
        return [
            TableInfo(
                name=Path(self._name).stem,
                row_count=count,
                columns=tuple(name for name in names if name != self._shape and name != "bbox"),
                has_geometry=self._shape is not None,
                geometry_type=types[0] if len(types) == 1 else None,
                crs_text=self._crs(own) if self._shape is not None else None,
            )
        ]

    def _own(self) -> dict[str, Any]:
        if self._geo is None or self._shape is None:
            return {}
        own: dict[str, Any] = self._geo.get("columns", {}).get(self._shape, {})
        return own

    def _crs(self, own: dict[str, Any]) -> str | None:
        if "crs" not in own:
            return _DEFAULT_CRS
        return None if own["crs"] is None else json.dumps(own["crs"])

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """Rows numbered from 1 in the order of the file."""
        wanted = [*table.columns, *([self._shape] if self._shape else [])]
        seen = Count(self._name, self._caps)
        try:
            for record in self._file.iter_batches(batch_rows, columns=wanted):
                yield self._batch(record, table, seen)
        except (pa.ArrowException, OSError) as error:
            raise InvalidInput("file.unreadable", file=self._name) from error

    def _batch(self, record: pa.RecordBatch, table: TableInfo, seen: Count) -> Batch:
        first = seen.rows + 1
        seen.add_rows(record.num_rows)
        columns = {
            name: require_text(_plain(record.column(name)), self._name) for name in table.columns
        }
        geometry = unreadable = None
        if self._shape is not None:
            column = record.column(self._shape)
            if self._own().get("encoding", "WKB").lower() == _NATIVE_POINT:
                geometry = _native_points(column)
            else:
                geometry, unreadable = shapes_from_wkb(column)
            seen.add_vertices(geometry, first)
        numbers = np.arange(first, first + record.num_rows, dtype=np.int64)
        return Batch(columns, geometry, numbers, unreadable)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _plain(column: Any) -> Any:
    """Dictionary columns as their values."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _native_points(column: Any) -> Any:
    x = column.field("x").to_numpy(zero_copy_only=False)
    y = column.field("y").to_numpy(zero_copy_only=False)
    geometry = np.asarray(shapely.points(x, y), dtype=object)
    geometry[~np.asarray(column.is_valid())] = None
    return geometry
