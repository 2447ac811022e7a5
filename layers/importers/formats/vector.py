"""Everything that GDAL reads, in Arrow batches: shapefile, GeoPackage, GeoJSON, KML, gdb, GPX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.importers.caps import Caps
from layers.importers.findings import Finding
from layers.importers.tables import Batch, TableInfo

# what QGIS keeps beside the rows of a GeoPackage
_NO_DATA: Final = frozenset({"layer_styles", "qgis_projects"})
_SHAPE_COLUMN: Final = "wkb_geometry"
_BAD: Final = (DataSourceError, DataLayerError, ValueError, RuntimeError, pa.ArrowInvalid, OSError)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a file that GDAL opens; ``table`` is its name as the user knows it."""

    path: Path
    layer: str
    table: str
    encoding: str | None = None
    notes: tuple[Finding, ...] = ()


class VectorReader:
    """Reads layers in batches; vertices are counted while they stream."""

    def __init__(self, name: str, form: str, layers: list[Layer], caps: Caps) -> None:
        self.format = form
        self._name = name
        self._layers = {layer.table: layer for layer in layers}
        self._caps = caps

    def list_tables(self) -> list[TableInfo]:
        """Layers with their columns, declared CRS and row count."""
        return [self._describe(layer) for layer in self._layers.values()]

    def _describe(self, layer: Layer) -> TableInfo:
        try:
            info = pyogrio.read_info(layer.path, layer=layer.layer, force_feature_count=True)
        except _BAD as error:
            raise InvalidInput("file.unreadable", file=self._name) from error
        count = int(info["features"])
        if count > self._caps.max_rows:
            raise TooLarge("file.too_many_rows", file=self._name, limit=self._caps.max_rows)
        fields = tuple(str(field) for field in info["fields"])
        if len(fields) > self._caps.max_columns:
            raise TooLarge("file.too_many_columns", file=self._name, limit=self._caps.max_columns)
        return TableInfo(
            name=layer.table,
            row_count=count if count >= 0 else None,
            columns=fields,
            has_geometry=info["geometry_type"] is not None,
            geometry_type=info["geometry_type"],
            crs_text=info["crs"],
            encoding=layer.encoding,
            notes=layer.notes,
        )

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """Rows numbered from 1 in the order of the file."""
        layer = self._layers[table.name]
        seen = Count(self._name, self._caps)
        try:
            with pyogrio.open_arrow(
                layer.path, layer=layer.layer, batch_size=batch_rows, use_pyarrow=True
            ) as (meta, reader):
                shape_column = meta["geometry_name"] or _SHAPE_COLUMN
                for record in reader:
                    yield self._batch(record, shape_column, table, seen)
        except _BAD as error:
            raise InvalidInput("file.unreadable", file=self._name) from error

    def _batch(
        self, record: pa.RecordBatch, shape_column: str, table: TableInfo, seen: Count
    ) -> Batch:
        first = seen.rows + 1
        seen.add_rows(record.num_rows)
        cut = {note.column for note in table.notes if note.code == "file.cut_text"}
        columns = {
            name: require_text(record.column(name), self._name, mend=name in cut)
            for name in table.columns
            if name in record.schema.names
        }
        geometry = unreadable = None
        if table.has_geometry and shape_column in record.schema.names:
            geometry, unreadable = shapes_from_wkb(record.column(shape_column))
            seen.add_vertices(geometry, first)
        numbers = np.arange(first, first + record.num_rows, dtype=np.int64)
        return Batch(columns, geometry, numbers, unreadable)

    def close(self) -> None:
        """Nothing is kept open between batches."""


@dataclass(slots=True)
class Count:
    """Rows and vertices so far, held to the limits."""

    name: str
    caps: Caps
    rows: int = 0
    vertices: int = 0

    def add_rows(self, count: int) -> None:
        """Raises TooLarge ``file.too_many_rows``."""
        self.rows += count
        if self.rows > self.caps.max_rows:
            raise TooLarge("file.too_many_rows", file=self.name, limit=self.caps.max_rows)

    def add_vertices(self, geometry: npt.NDArray[np.object_], first_row: int) -> None:
        """Raises InvalidInput ``file.shape_too_large``; TooLarge ``file.too_many_vertices``."""
        counts = shapely.get_num_coordinates(geometry)
        if len(counts) and int(counts.max()) > self.caps.max_vertices_of_shape:
            raise InvalidInput(
                "file.shape_too_large",
                file=self.name,
                row=first_row + int(counts.argmax()),
                limit=self.caps.max_vertices_of_shape,
            )
        self.vertices += int(counts.sum())
        if self.vertices > self.caps.max_vertices:
            raise TooLarge("file.too_many_vertices", file=self.name, limit=self.caps.max_vertices)


def require_text(column: Any, name: str, *, mend: bool = False) -> Any:
    """The column itself; text that is not UTF-8 is refused, with ``mend`` freed of broken ends.

    Raises InvalidInput ``file.encoding``.
    """
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid as error:
        if not mend:
            raise InvalidInput("file.encoding", file=name, tried=["UTF-8"]) from error
        raw = column.cast(pa.binary()).to_pylist()
        return pa.array([None if v is None else v.decode("utf-8", "ignore") for v in raw])
    return column


def shapes_from_wkb(wkb: Any) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Shapes of an Arrow column of WKB, and which were there but are no geometry (curves …)."""
    raw = wkb.to_numpy(zero_copy_only=False)
    geometry = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), dtype=object)
    stated = np.asarray(wkb.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    return geometry, stated & shapely.is_missing(geometry)


def list_layers(path: Path, name: str) -> list[str]:
    """Names of the layers of rows that GDAL sees; raises InvalidInput ``file.unreadable``."""
    try:
        names = [str(row[0]) for row in pyogrio.list_layers(path)]
    except _BAD as error:
        raise InvalidInput("file.unreadable", file=name) from error
    return [layer for layer in names if layer not in _NO_DATA]
