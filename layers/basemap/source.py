"""What every basemap can say and give, whatever it is read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from layers.tiles.address import TileAddress

Drawn = Literal["raster", "vector"]
MEDIA_TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mvt": "application/vnd.mapbox-vector-tile",
}


@dataclass(frozen=True, slots=True)
class Described:
    """``bounds`` west, south, east, north in degrees, None for the whole world."""

    kind: str
    drawn: Drawn
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None = None
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BasemapTile:
    """Bytes as they go to the browser."""

    data: bytes
    media_type: str
    is_gzipped: bool = False


class Basemap(Protocol):
    """One source; used from several threads."""

    def describe(self) -> Described:
        """What it is; raises a WanggeError that says why it cannot be used."""
        ...

    def read_tile(self, at: TileAddress) -> BasemapTile | None:
        """The tile in EPSG:3857, rows from the north; None where there is nothing."""
        ...


def find_media_type(data: bytes) -> str | None:
    """What a picture's first bytes say it is; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return MEDIA_TYPES["png"]
    if data.startswith(b"\xff\xd8\xff"):
        return MEDIA_TYPES["jpeg"]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return MEDIA_TYPES["webp"]
    return None
