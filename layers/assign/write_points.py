"""Points with their grid cell, written slice by slice beside the target and renamed at the end."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from grid_boundaries.errors import InvalidInput
from layers.assign.chunk import Chunk, PointTarget

_GEOMETRY: Final = "geometry"


def open_target(out: Path, crs: str) -> PointTarget:
    """The target for the ending of ``out``: .csv, .gpkg, .parquet.

    Raises InvalidInput ``file.unknown_kind`` and ``file.cannot_write``.
    """
    kinds: dict[str, type[_Target]] = {
        ".csv": CsvTarget,
        ".gpkg": GeoPackageTarget,
        ".parquet": ParquetTarget,
        ".geoparquet": ParquetTarget,
    }
    kind = kinds.get(out.suffix.lower())
    if kind is None:
        raise InvalidInput("file.unknown_kind", file=out.name, known=sorted(kinds))
    if not out.parent.is_dir():
        raise InvalidInput("file.cannot_write", file=out.name)
    return kind(out, crs)


class _Target:
    def __init__(self, out: Path, crs: str) -> None:
        self.out = out
        self.crs = crs
        self.unfinished = out.with_name(f".{out.stem}.{uuid.uuid4().hex[:8]}{out.suffix}")
        self.started = False

    def write(self, chunk: Chunk, results: dict[str, Any]) -> None:
        frame = chunk.attributes.assign(**results)
        try:
            self._append(frame, chunk)
        except (OSError, DataSourceError) as error:
            raise InvalidInput("file.cannot_write", file=self.out.name) from error
        self.started = True

    def _append(self, frame: pd.DataFrame, chunk: Chunk) -> None:
        raise NotImplementedError

    def close(self) -> None:
        if self.started:
            self.unfinished.replace(self.out)

    def discard(self) -> None:
        """Remove what was written so far."""
        self.unfinished.unlink(missing_ok=True)


class CsvTarget(_Target):
    """CSV, UTF-8 with byte-order mark (spreadsheets need it for Chinese); adds lng, lat."""

    def _append(self, frame: pd.DataFrame, chunk: Chunk) -> None:
        if "lng" not in frame.columns or "lat" not in frame.columns:
            frame = frame.assign(lng=chunk.x, lat=chunk.y)
        frame.to_csv(
            self.unfinished,
            mode="a" if self.started else "w",
            header=not self.started,
            index=False,
            encoding="utf-8" if self.started else "utf-8-sig",
        )


class GeoPackageTarget(_Target):
    """GeoPackage with one layer named like the file."""

    def _append(self, frame: pd.DataFrame, chunk: Chunk) -> None:
        located = gpd.GeoDataFrame(
            frame.rename(columns={"fid": "source_fid"}),
            geometry=shapely.points(chunk.x, chunk.y),
            crs=self.crs,
        )
        pyogrio.write_dataframe(
            located,
            self.unfinished,
            layer=self.out.stem,
            driver="GPKG",
            append=self.started,
            use_arrow=True,
        )


class ParquetTarget(_Target):
    """GeoParquet 1.0 with WKB points."""

    _writer: pq.ParquetWriter | None = None

    def _append(self, frame: pd.DataFrame, chunk: Chunk) -> None:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        blobs = pa.array(shapely.to_wkb(shapely.points(chunk.x, chunk.y)), pa.binary())
        table = table.append_column(_GEOMETRY, blobs)
        if self._writer is None:
            metadata = {**(table.schema.metadata or {}), b"geo": self._geo_metadata()}
            self._writer = pq.ParquetWriter(self.unfinished, table.schema.with_metadata(metadata))
        self._writer.write_table(table.cast(self._writer.schema))

    def _geo_metadata(self) -> bytes:
        column = {
            "encoding": "WKB",
            "geometry_types": ["Point"],
            "crs": CRS.from_user_input(self.crs).to_json_dict(),
        }
        geo = {"version": "1.0.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
        return json.dumps(geo).encode()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        super().close()

    def discard(self) -> None:
        if self._writer is not None:
            self._writer.close()
        super().discard()
