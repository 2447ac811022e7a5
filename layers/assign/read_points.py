"""Points from CSV (lng, lat), GeoPackage and other vector files, and GeoParquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from grid_boundaries.errors import InvalidInput, NotFound
from layers.assign.chunk import ROWS_AT_ONCE, Chunk, PointSource
from layers.assign.dbf_text import find_text_encoding
from layers.assign.shapefile_zip import Unpacked

_CSV_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_CSV_CRS: Final = "EPSG:4490"


def open_points(path: Path) -> PointSource:
    """The source for the file's kind, by its ending.

    Raises NotFound ``file.not_found``; InvalidInput ``file.unreadable``, ``assign.missing_columns``
    (CSV without lng, lat), ``file.several_layers``, ``file.no_geometry``.
    """
    if not path.is_file():
        raise NotFound("file.not_found", file=path.name)
    ending = path.suffix.lower()
    if ending == ".csv":
        return CsvPoints(path)
    if ending in (".parquet", ".geoparquet"):
        return ParquetPoints(path)
    return VectorPoints(path)


class CsvPoints:
    """CSV with the columns ``lng`` and ``lat`` in degrees; UTF-8, or else GB 18030."""

    crs: str | None = _CSV_CRS

    def __init__(self, path: Path) -> None:
        self.path = path
        self._encoding, self.total_rows = _survey_csv(path)
        try:
            header = pd.read_csv(path, nrows=0, dtype=str, encoding=self._encoding)
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise InvalidInput("file.unreadable", file=path.name) from error
        missing = [name for name in ("lng", "lat") if name not in header.columns]
        if missing:
            raise InvalidInput(
                "assign.missing_columns",
                file=path.name,
                missing=missing,
                found=[str(name) for name in header.columns[:30]],
            )

    def chunks(self) -> Iterator[Chunk]:
        """Attributes stay the text that they were."""
        first = 1
        try:
            reader = pd.read_csv(
                self.path, dtype=str, keep_default_na=False, encoding=self._encoding,
                chunksize=ROWS_AT_ONCE,
            )  # fmt: skip
            with reader:
                for frame in reader:
                    frame = frame.reset_index(drop=True)
                    x, y = _numbers(frame["lng"]), _numbers(frame["lat"])
                    yield Chunk(first, frame, x, y, np.zeros(len(frame), dtype=bool))
                    first += len(frame)
        except pd.errors.ParserError as error:
            raise InvalidInput("file.unreadable", file=self.path.name, row=first) from error


class VectorPoints:
    """A layer of points that GDAL reads: GeoPackage, shapefile (zip too), GeoJSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = open_layer(path)
        info = self._opened.info
        self.crs: str | None = info["crs"]
        self.total_rows = int(info["features"])

    def chunks(self) -> Iterator[Chunk]:
        """Attributes keep their types: Arrow types, in which whole numbers can have gaps."""
        for first in range(0, self.total_rows, ROWS_AT_ONCE):
            try:
                frame = pyogrio.read_dataframe(
                    self._opened.unpacked.path,
                    skip_features=first,
                    max_features=ROWS_AT_ONCE,
                    encoding=self._opened.encoding,
                    use_arrow=True,
                    arrow_to_pandas_kwargs={"types_mapper": pd.ArrowDtype},
                )
            except (DataSourceError, UnicodeDecodeError, shapely.errors.GEOSException) as error:
                raise InvalidInput("file.unreadable", file=self.path.name, row=first + 1) from error
            geoms = np.asarray(frame.geometry.array, dtype=object)
            yield _chunk_of(first + 1, pd.DataFrame(frame.drop(columns="geometry")), geoms)


class ParquetPoints:
    """GeoParquet with WKB geometry; a file that names no CRS is in lng, lat of WGS 84."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with pq.ParquetFile(path) as file:
                metadata = file.schema_arrow.metadata or {}
                self.total_rows = int(file.metadata.num_rows)
            geo = json.loads(metadata[b"geo"])
            self._geometry = str(geo["primary_column"])
            column: dict[str, Any] = geo["columns"][self._geometry]
        except (pa.ArrowInvalid, OSError) as error:
            raise InvalidInput("file.unreadable", file=path.name) from error
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("file.no_geometry", file=path.name) from error
        if column.get("encoding") != "WKB":
            raise InvalidInput(
                "file.geometry_encoding", file=path.name, encoding=str(column.get("encoding"))[:40]
            )
        self.crs: str | None = _parquet_crs(column)

    def chunks(self) -> Iterator[Chunk]:
        """Attributes keep their types."""
        first = 1
        with pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                table = pa.Table.from_batches([batch])
                blobs = table.column(self._geometry).to_numpy()
                try:
                    geoms = shapely.from_wkb(blobs)
                except shapely.errors.GEOSException as error:
                    raise InvalidInput("file.unreadable", file=self.path.name, row=first) from error
                attributes = table.drop_columns([self._geometry]).to_pandas(
                    types_mapper=pd.ArrowDtype
                )
                yield _chunk_of(first, attributes, geoms)
                first += len(attributes)


@dataclass(frozen=True, slots=True)
class OpenedLayer:
    """The only layer with geometry of a file: where GDAL finds it, its encoding, what it says."""

    unpacked: Unpacked
    encoding: str | None
    info: dict[str, Any]


def open_layer(path: Path) -> OpenedLayer:
    """Find the only layer with geometry.

    Raises NotFound ``file.not_found``; InvalidInput ``file.unreadable``, ``file.encoding``,
    ``file.several_layers`` or ``file.no_geometry``.
    """
    if not path.is_file():
        raise NotFound("file.not_found", file=path.name)
    unpacked = Unpacked(path)
    encoding = find_text_encoding(unpacked.path)
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(unpacked.path) if kind]
        if len(layers) > 1:
            raise InvalidInput("file.several_layers", file=path.name, layers=layers[:20])
        if not layers:
            raise InvalidInput("file.no_geometry", file=path.name)
        info = pyogrio.read_info(
            unpacked.path, layer=layers[0], encoding=encoding, force_feature_count=True
        )
    except (DataSourceError, UnicodeDecodeError) as error:
        raise InvalidInput("file.unreadable", file=path.name) from error
    return OpenedLayer(unpacked, encoding, info)


def _chunk_of(first_row: int, attributes: pd.DataFrame, geoms: npt.NDArray[np.object_]) -> Chunk:
    kind = shapely.get_type_id(geoms)
    wrong = (kind != shapely.GeometryType.POINT) & (kind != shapely.GeometryType.MISSING)
    placed = geoms.copy()
    placed[shapely.is_empty(geoms)] = None  # GEOS raises when an empty point is asked for its x
    x, y = shapely.get_x(placed), shapely.get_y(placed)
    return Chunk(first_row, attributes.reset_index(drop=True), x, y, wrong)


def _numbers(column: pd.Series[str]) -> npt.NDArray[np.float64]:
    values = pd.to_numeric(column.str.strip(), errors="coerce").to_numpy(dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _survey_csv(path: Path) -> tuple[str, int]:
    """Encoding and about how many data rows (lines; quoted line ends count as rows)."""
    for encoding in _CSV_ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="\n") as file:
                return encoding, max(sum(1 for _ in file) - 1, 0)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("file.encoding", file=path.name, tried=list(_CSV_ENCODINGS))


def _parquet_crs(column: dict[str, Any]) -> str | None:
    if "crs" not in column:
        return "OGC:CRS84"
    stated = column["crs"]
    return None if stated is None else str(CRS.from_user_input(stated).to_wkt())
