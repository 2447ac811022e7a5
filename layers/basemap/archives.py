"""Tiles that are ready in one file: PMTiles (version 3) and MBTiles (1.3)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.reader import Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

from grid_boundaries.errors import InvalidInput
from layers.basemap.source import MEDIA_TYPES, BasemapTile, Described, find_media_type
from layers.tiles.address import TileAddress

_GZIP_MARK = b"\x1f\x8b"
_PMTILES_TYPES = {
    TileType.MVT: "mvt",
    TileType.PNG: "png",
    TileType.JPEG: "jpeg",
    TileType.WEBP: "webp",
}


class PmtilesFile:
    """A PMTiles file; each read opens it, so a file that was replaced is read anew."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def describe(self) -> Described:
        """InvalidInput ``basemap.unreadable`` / ``basemap.tile_type``."""
        header, metadata = self._read_head()
        kind = _PMTILES_TYPES.get(header["tile_type"])
        if kind is None or header["tile_compression"] not in (Compression.NONE, Compression.GZIP):
            raise InvalidInput("basemap.tile_type", file=self.path.name)
        names = tuple(str(one["id"]) for one in metadata.get("vector_layers", []) if "id" in one)
        degrees = (header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon",
                                                           "max_lat"))  # fmt: skip
        west, south, east, north = degrees
        return Described(
            "pmtiles", "vector" if kind == "mvt" else "raster", header["min_zoom"],
            header["max_zoom"], (west, south, east, north), names,
        )  # fmt: skip

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """The tile as it lies in the file."""
        with self.path.open("rb") as file:
            reader = _open_reader(file)
            kind = _PMTILES_TYPES[reader.header()["tile_type"]]
            data = reader.get(at.z, at.x, at.y)
        if data is None:
            return None
        return BasemapTile(data, MEDIA_TYPES[kind], data.startswith(_GZIP_MARK))

    def _read_head(self) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            with self.path.open("rb") as file:
                reader = _open_reader(file)
                return dict(reader.header()), dict(reader.metadata())
        except (OSError, MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError,
                KeyError) as error:  # fmt: skip
            raise InvalidInput("basemap.unreadable", file=self.path.name) from error


def _open_reader(file: BinaryIO) -> Any:
    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    reader: Callable[..., Any] = Reader
    return reader(read)


class MbtilesFile:
    """An MBTiles file, opened for reading only; its rows count from the south."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def describe(self) -> Described:
        """InvalidInput ``basemap.unreadable`` / ``basemap.tile_type``."""
        try:
            with closing(self._open()) as db:
                told = dict(db.execute("SELECT name, value FROM metadata"))
                first, last = db.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles"
                                         ).fetchone()  # fmt: skip
            kind = {"jpg": "jpeg", "pbf": "mvt"}.get(told["format"], told["format"])
            if kind not in MEDIA_TYPES or first is None:
                raise InvalidInput("basemap.tile_type", file=self.path.name)
            rest = json.loads(told.get("json", "{}"))
            bounds = tuple(float(part) for part in told["bounds"].split(",")) if (
                "bounds" in told) else None  # fmt: skip
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise InvalidInput("basemap.unreadable", file=self.path.name) from error
        names = tuple(str(one["id"]) for one in rest.get("vector_layers", []) if "id" in one)
        box = (bounds[0], bounds[1], bounds[2], bounds[3]) if bounds and len(bounds) == 4 else None
        return Described(
            "mbtiles", "vector" if kind == "mvt" else "raster", int(first), int(last), box, names
        )

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """The tile as it lies in the file."""
        with closing(self._open()) as db:
            row = db.execute(
                "SELECT tile_data FROM tiles"
                " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (at.z, at.x, 2**at.z - 1 - at.y),
            ).fetchone()
        if row is None:
            return None
        data = bytes(row[0])
        media_type = find_media_type(data) or MEDIA_TYPES["mvt"]
        return BasemapTile(data, media_type, data.startswith(_GZIP_MARK))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
