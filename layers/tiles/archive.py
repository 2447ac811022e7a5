"""A whole area's vector tiles in one PMTiles file (version 3), made from any source of tiles."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

from layers.tiles.address import TileAddress

_LIMIT_LAT = 85.0511287798066
BBox = tuple[float, float, float, float]
ReadTile = Callable[[TileAddress], bytes]


def write_archive(
    path: Path, bbox: BBox, zooms: range, read: ReadTile, metadata: Mapping[str, Any]
) -> int:
    """Write every tile over ``bbox`` (west, south, east, north in degrees) that is not empty.

    Same tiles, same bytes.  Where a tile is empty nothing below it is asked for, so ``read`` must
    show at a zoom whatever it shows at the next.  Returns how many tiles there are; with none the
    file is not made.
    """
    written = 0
    with write(str(path)) as writer:
        wanted = list(list_tiles(bbox, zooms.start)) if len(zooms) else []
        for zoom in zooms:
            full = []
            for tile in sorted(wanted, key=lambda t: zxy_to_tileid(t.z, t.x, t.y)):
                data = read(tile)
                if data:
                    full.append(tile)
                    packed = gzip.compress(data, mtime=0)
                    writer.write_tile(zxy_to_tileid(tile.z, tile.x, tile.y), packed)
            written += len(full)
            wanted = [child for tile in full for child in _children(tile) if _meets(child, bbox)]
            if zoom + 1 not in zooms or not wanted:
                break
        if written:
            writer.finalize(_header(bbox, zooms), dict(metadata))
    if not written:
        path.unlink()
    return written


def _header(bbox: BBox, zooms: range) -> dict[str, Any]:
    west, south, east, north = (round(degrees * 1e7) for degrees in bbox)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": zooms.start,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def list_tiles(bbox: BBox, zoom: int) -> Iterator[TileAddress]:
    """The tiles of a zoom that touch a box in degrees, by column, then row."""
    west, south, east, north = bbox
    (x0, y0), (x1, y1) = _place(west, north, zoom), _place(east, south, zoom)
    for x in range(x0, x1 + 1):
        for y in range(y0, y1 + 1):
            yield TileAddress(zoom, x, y)


def count_tiles(bbox: BBox, zooms: range) -> int:
    """How many tiles there are over a box in degrees, empty ones too."""
    west, south, east, north = bbox
    count = 0
    for zoom in zooms:
        (x0, y0), (x1, y1) = _place(west, north, zoom), _place(east, south, zoom)
        count += (x1 - x0 + 1) * (y1 - y0 + 1)
    return count


def _place(lng: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 2**zoom
    up = math.asinh(math.tan(math.radians(max(-_LIMIT_LAT, min(_LIMIT_LAT, lat))))) / math.pi
    x, y = math.floor((lng + 180) / 360 * side), math.floor((1 - up) / 2 * side)
    return min(side - 1, max(0, x)), min(side - 1, max(0, y))


def _children(tile: TileAddress) -> Iterator[TileAddress]:
    for x in (2 * tile.x, 2 * tile.x + 1):
        for y in (2 * tile.y, 2 * tile.y + 1):
            yield TileAddress(tile.z + 1, x, y)


def _meets(tile: TileAddress, bbox: BBox) -> bool:
    west, south, east, north = bbox
    (x0, y0), (x1, y1) = _place(west, north, tile.z), _place(east, south, tile.z)
    return x0 <= tile.x <= x1 and y0 <= tile.y <= y1
