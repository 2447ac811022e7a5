"""Which formats there are and which of them can carry a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grid_boundaries.errors import InvalidInput
from layers.exporters.carrying import find_lost_parts
from layers.exporters.csv_file import CsvTarget
from layers.exporters.gdal_file import GeoPackageTarget, KmlTarget, ShapefileZipTarget
from layers.exporters.geojson_file import GeoJsonTarget
from layers.exporters.parquet_file import ParquetTarget
from layers.exporters.tables import ExportTable
from layers.exporters.target import Target
from layers.exporters.xlsx_file import XlsxTarget

ENCODINGS: Final = ("UTF-8", "GBK")
# A worksheet ends here; the first row holds the headings.
XLSX_ROWS: Final = 1_048_575


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``most_rows`` None: no limit.  What it cannot carry is declared in ``carrying.toml``."""

    name: str
    suffix: str
    media_type: str
    open: Callable[[Path, ExportTable], Target]
    most_rows: int | None = None


FORMATS: Final[Mapping[str, FileFormat]] = {
    one.name: one
    for one in (
        FileFormat(
            "xlsx", ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            XlsxTarget, most_rows=XLSX_ROWS,
        ),
        FileFormat("csv", ".csv", "text/csv; charset=utf-8", CsvTarget),
        FileFormat("gpkg", ".gpkg", "application/geopackage+sqlite3", GeoPackageTarget),
        FileFormat("geojson", ".geojson", "application/geo+json", GeoJsonTarget),
        FileFormat("parquet", ".parquet", "application/vnd.apache.parquet", ParquetTarget),
        FileFormat("shapefile", ".zip", "application/zip", ShapefileZipTarget),
        FileFormat(
            "kml", ".kml", "application/vnd.google-earth.kml+xml", KmlTarget, most_rows=50_000
        ),
    )
}  # fmt: skip


def get_format(name: str, table: ExportTable) -> FileFormat:
    """The format, if it can carry the table.

    Raises InvalidInput ``export.format_unknown`` and ``export.format_cannot_carry``.
    """
    found = FORMATS.get(name)
    if found is None:
        raise InvalidInput("export.format_unknown", known=list(FORMATS))
    if "row" in find_lost_parts(table, name):
        able = [one for one in FORMATS if "row" not in find_lost_parts(table, one)]
        raise InvalidInput("export.format_cannot_carry", format=name, kind=table.kind, able=able)
    return found


def open_target(
    file_format: FileFormat, path: Path, table: ExportTable, encoding: str = "UTF-8"
) -> Target:
    """The file to write; ``encoding`` counts for shapefiles.

    Raises InvalidInput ``export.encoding_unknown``.
    """
    if encoding.upper() not in ENCODINGS:
        raise InvalidInput("export.encoding_unknown", known=list(ENCODINGS))
    if file_format.name == "shapefile":
        return ShapefileZipTarget(path, table, encoding.upper())
    return file_format.open(path, table)
