"""GeoParquet 1.0: Arrow columns and WKB in EPSG:4490; plain Parquet for kinds without geometry."""

from __future__ import annotations

import json
from typing import Final

import pyarrow.parquet as pq

from grid_boundaries.geo.crs import STORAGE_SRID, get_crs
from layers.exporters.tables import GEOMETRY, Batch, GeometryType, make_batch, to_arrow
from layers.exporters.target import Target

_GEOMETRY_TYPES: Final[dict[GeometryType, list[str]]] = {
    "Point": ["Point"],
    "MultiLineString": ["MultiLineString"],
    "MultiPolygon": ["MultiPolygon"],
    "Unknown": [],
}


class ParquetTarget(Target):
    """One row group a batch."""

    _writer: pq.ParquetWriter | None = None

    def _append(self, batch: Batch) -> None:
        table = to_arrow(self.table, batch, [column.name for column in self.table.columns])
        if self._writer is None:
            geo = _geo_metadata(self.table.geometry)
            self._writer = pq.ParquetWriter(self.unfinished, table.schema.with_metadata(geo))
        self._writer.write_table(table.cast(self._writer.schema))

    def _finish(self, *, failed: bool) -> None:
        if self._writer is None and not failed:
            nothing: Batch = make_batch(self.table, [], [] if self.table.geometry else None)
            self._append(nothing)
        if self._writer is not None:
            self._writer.close()


def _geo_metadata(geometry: GeometryType | None) -> dict[bytes, bytes]:
    if geometry is None:
        return {}
    column = {
        "encoding": "WKB",
        "geometry_types": _GEOMETRY_TYPES[geometry],
        "crs": get_crs(STORAGE_SRID).to_json_dict(),
    }
    geo = {"version": "1.0.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    return {b"geo": json.dumps(geo).encode()}
