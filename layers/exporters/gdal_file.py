"""Files that GDAL writes: GeoPackage with its style, shapefiles in a zip, KML."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID
from layers.exporters.gpkg_style import add_style
from layers.exporters.tables import GEOMETRY, Batch, ExportTable, to_arrow
from layers.exporters.target import Target

_CRS: Final = f"EPSG:{STORAGE_SRID}"
DBF_TEXT_BYTES: Final = 254
# What GDAL calls the geometry of a layer.
_LAYER_TYPES: Final = MappingProxyType(
    {"Point": "Point", "MultiLineString": "MultiLineString", "MultiPolygon": "MultiPolygon",
     "Unknown": "Unknown"}
)  # fmt: skip


class GeoPackageTarget(Target):
    """One layer named after the kind; opens in QGIS with its style and Chinese headings."""

    def _append(self, batch: Batch) -> None:
        names = [column.name for column in self.table.columns]
        _write(
            to_arrow(self.table, batch, names), self.unfinished, self.table,
            driver="GPKG", layer=self.table.kind, append=self.rows > 0,
        )  # fmt: skip

    def _finish(self, *, failed: bool) -> None:
        if failed:
            return
        if not self.unfinished.exists():
            self._append(empty_batch(self.table))
        add_style(self.unfinished, self.table)


class KmlTarget(Target):
    """KML for earth viewers; GDAL writes a file in one go, so rows wait until the end."""

    def _begin(self) -> None:
        self._tables: list[pa.Table] = []

    def _append(self, batch: Batch) -> None:
        names = [column.name for column in self.table.columns]
        self._tables.append(to_arrow(self.table, batch, names))

    def _finish(self, *, failed: bool) -> None:
        if failed:
            return
        if not self._tables:
            self._append(empty_batch(self.table))
        _write(
            pa.concat_tables(self._tables), self.unfinished, self.table,
            driver="LIBKML", layer=self.table.kind, append=False,
        )  # fmt: skip


class ShapefileZipTarget(Target):
    """A zip of shapefiles, one for each family of geometry that occurs, in GBK or UTF-8.

    Column names are the declared ones of at most ten bytes.  Text that the encoding cannot hold,
    or that is longer than a field, is refused: a shapefile would drop it in silence.
    """

    def __init__(self, path: Path, table: ExportTable, encoding: str = "UTF-8") -> None:
        super().__init__(path, table)
        self.encoding = encoding
        self._written: set[str] = set()

    def _begin(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wangge-export-")

    def _append(self, batch: Batch) -> None:
        table = to_arrow(self.table, batch, [column.dbf for column in self.table.columns])
        self._require_text_fits(table)
        for family, part in _by_family(table, batch, self.table):
            _write(
                part, self._file(family), self.table, driver="ESRI Shapefile", layer=None,
                geometry_type=family, append=family in self._written, encoding=self.encoding,
            )  # fmt: skip
            self._written.add(family)

    def _file(self, family: str) -> Path:
        kind = self.table.kind
        name = f"{kind}_{family.lower()}" if self.table.geometry == "Unknown" else kind
        return Path(self._folder.name) / f"{name}.shp"

    def _require_text_fits(self, table: pa.Table) -> None:
        for column in self.table.columns:
            if column.type not in ("text", "code", "list"):
                continue
            for text in pc.unique(table[column.dbf]).drop_null().to_pylist():
                try:
                    length = len(text.encode(self.encoding))
                except UnicodeEncodeError as error:
                    raise InvalidInput(
                        "export.not_in_encoding", field=column.heading, encoding=self.encoding
                    ) from error
                if length > DBF_TEXT_BYTES:
                    raise InvalidInput(
                        "export.text_too_long", field=column.heading, limit=DBF_TEXT_BYTES
                    )

    def _finish(self, *, failed: bool) -> None:
        with self._folder:
            if failed:
                return
            if not self._written:
                self._append(empty_batch(self.table))
            with zipfile.ZipFile(self.unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(Path(self._folder.name).iterdir()):
                    archive.write(part, part.name)


def empty_batch(table: ExportTable) -> Batch:
    """No rows, with every column."""
    nothing = shapely.from_wkb([]) if table.geometry is not None else None
    return Batch({column.name: () for column in table.columns}, nothing)


_FAMILY_OF_TYPE: Final = MappingProxyType(
    {0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 5: "LineString", 6: "Polygon"}
)
_FAMILY_OF_TABLE: Final = MappingProxyType(
    {"Point": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon",
     "Unknown": "Polygon"}
)  # fmt: skip


def _by_family(table: pa.Table, batch: Batch, shape: ExportTable) -> Sequence[tuple[str, pa.Table]]:
    """The rows by family of geometry; a row without one goes to the family of the table."""
    assert shape.geometry is not None
    assert batch.geometry is not None
    own = _FAMILY_OF_TABLE[shape.geometry]
    types = [_FAMILY_OF_TYPE.get(int(t), own) for t in shapely.get_type_id(batch.geometry)]
    return [
        (family, table.filter(pa.array([t == family for t in types], pa.bool_())))
        for family in sorted(set(types) or {own})
    ]


def _write(
    table: pa.Table,
    path: Path,
    shape: ExportTable,
    *,
    driver: str,
    layer: str | None,
    append: bool,
    geometry_type: str | None = None,
    encoding: str | None = None,
) -> None:
    options: dict[str, Any] = {}
    if shape.geometry is not None:
        options = {
            "geometry_name": GEOMETRY,
            "geometry_type": geometry_type or _LAYER_TYPES[shape.geometry],
            "crs": _CRS,
        }
    pyogrio.write_arrow(
        table, path, layer=layer, driver=driver, append=append, encoding=encoding, **options
    )
