"""Where an image lies: the footprint of a GeoTIFF from its tags, or from a world file beside it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import shapely

from grid_boundaries.errors import InvalidInput
from layers.importers.tables import Batch, TableInfo

_WIDTH, _HEIGHT = 256, 257
_SCALE, _TIEPOINT, _MATRIX, _GEO_KEYS = 33550, 33922, 34264, 34735
_WANTED: Final = frozenset((_WIDTH, _HEIGHT, _SCALE, _TIEPOINT, _MATRIX, _GEO_KEYS))
_FORMATS: Final = {1: "B", 3: "H", 4: "I", 12: "d", 16: "Q"}
_MOST_TAGS: Final = 4096
_MOST_VALUES: Final = 100_000
_GEOGRAPHIC, _PROJECTED, _RASTER_TYPE = 2048, 3072, 1025
_PIXEL_IS_POINT: Final = 2
_USER_DEFINED: Final = 32767
_WORLD_SUFFIXES: Final = (".tfw", ".tifw", ".wld")
Affine = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x = a·column + b·row + c, y = d·column + e·row + f."""


class GeoTiffReader:
    """One table of one row: the outline of the image as a polygon."""

    format = "geotiff"

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        tags = read_tags(path, name)
        self._size = (int(tags[_WIDTH][0]), int(tags[_HEIGHT][0]))
        affine = _affine(tags) or _world_file(path)
        if affine is None:
            raise InvalidInput("file.not_georeferenced", file=name)
        self._affine = affine
        self._crs = _crs(tags.get(_GEO_KEYS))

    def list_tables(self) -> list[TableInfo]:
        """The one table."""
        return [
            TableInfo(
                Path(self._name).stem,
                1,
                ("file", "width_px", "height_px"),
                has_geometry=True,
                geometry_type="Polygon",
                crs_text=self._crs,
            )
        ]

    def read_batches(self, table: TableInfo, batch_rows: int) -> Iterator[Batch]:
        """One batch of one row."""
        del table, batch_rows
        width, height = self._size
        a, b, c, d, e, f = self._affine
        corners = [(0, 0), (width, 0), (width, height), (0, height)]
        ring = [(a * col + b * row + c, d * col + e * row + f) for col, row in corners]
        columns = {
            "file": pa.array([self._name]),
            "width_px": pa.array([width]),
            "height_px": pa.array([height]),
        }
        shape = np.array([shapely.Polygon(ring)], dtype=object)
        yield Batch(columns, shape, np.array([1], dtype=np.int64))

    def close(self) -> None:
        """Nothing is kept open."""


def read_tags(path: Path, name: str) -> dict[int, tuple[Any, ...]]:
    """The tags of the first image that tell size and place; raises InvalidInput."""
    try:
        with path.open("rb") as source:
            return _read_directory(source)
    except (struct.error, KeyError, ValueError, OverflowError) as error:
        raise InvalidInput("file.unreadable", file=name) from error


def _read_directory(source: BinaryIO) -> dict[int, tuple[Any, ...]]:
    head = source.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(order + "H", head[2:4])[0] == 43
    at = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
    source.seek(at)
    count = struct.unpack(order + ("Q" if big else "H"), source.read(8 if big else 2))[0]
    if count > _MOST_TAGS:
        raise ValueError("too many tags")
    size, inline = (20, 8) if big else (12, 4)
    raw = source.read(count * size)
    found: dict[int, tuple[Any, ...]] = {}
    for entry in range(count):
        part = raw[entry * size : (entry + 1) * size]
        tag, kind = struct.unpack(order + "HH", part[:4])
        if tag not in _WANTED:
            continue
        number = struct.unpack(order + ("Q" if big else "I"), part[4 : 12 if big else 8])[0]
        if number > _MOST_VALUES:
            raise ValueError("too many values")
        layout = order + _FORMATS[kind] * number
        length = struct.calcsize(layout)
        held = part[-inline:]
        if length > inline:
            source.seek(struct.unpack(order + ("Q" if big else "I"), held)[0])
            held = source.read(length)
        found[tag] = struct.unpack(layout, held[:length])
    if _WIDTH not in found or _HEIGHT not in found:
        raise ValueError("no size")
    return found


def _affine(tags: dict[int, tuple[Any, ...]]) -> Affine | None:
    """From a transformation, or from one tie point and the size of a pixel."""
    shift = 0.5 if _key(tags.get(_GEO_KEYS), _RASTER_TYPE) == _PIXEL_IS_POINT else 0.0
    if len(tags.get(_MATRIX, ())) == 16:
        m = tags[_MATRIX]
        a, b, c, d, e, f = m[0], m[1], m[3], m[4], m[5], m[7]
    elif len(tags.get(_TIEPOINT, ())) >= 6 and len(tags.get(_SCALE, ())) >= 2:
        column, row, _, x, y, _ = tags[_TIEPOINT][:6]
        a, b, d, e = tags[_SCALE][0], 0.0, 0.0, -tags[_SCALE][1]
        c, f = x - a * column, y - e * row
    else:
        return None
    return (a, b, c - shift * (a + b), d, e, f - shift * (d + e))


def _world_file(path: Path) -> Affine | None:
    for suffix in _WORLD_SUFFIXES:
        beside = path.with_suffix(suffix)
        if beside.is_file():
            try:
                a, d, b, e, c, f = (float(part) for part in beside.read_text("ascii").split()[:6])
            except ValueError:
                return None
            # a world file gives the middle of the first pixel
            return (a, b, c - (a + b) / 2, d, e, f - (d + e) / 2)
    return None


def _key(keys: tuple[Any, ...] | None, wanted: int) -> int | None:
    if keys is None:
        return None
    entries = [keys[at : at + 4] for at in range(4, len(keys) - 3, 4)]
    return next((int(e[3]) for e in entries if e[0] == wanted and e[1] == 0), None)


def _crs(keys: tuple[Any, ...] | None) -> str | None:
    for wanted in (_PROJECTED, _GEOGRAPHIC):
        number = _key(keys, wanted)
        if number is not None and number not in (0, _USER_DEFINED):
            return f"EPSG:{number}"
    return None
