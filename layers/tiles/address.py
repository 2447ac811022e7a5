"""Where a tile lies: zoom, column, row of the Web Mercator grid (EPSG:3857)."""

from __future__ import annotations

from dataclasses import dataclass

from grid_boundaries.errors import InvalidInput

MAX_ZOOM = 18


@dataclass(frozen=True, slots=True)
class TileAddress:
    """Column ``x`` counts from the west, row ``y`` from the north."""

    z: int
    x: int
    y: int


def read_address(z: int, x: int, y: int) -> TileAddress:
    """The address; InvalidInput ``tile.zoom`` or ``tile.outside`` when there is no such tile."""
    if not 0 <= z <= MAX_ZOOM:
        raise InvalidInput("tile.zoom", max_zoom=MAX_ZOOM)
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InvalidInput("tile.outside", last=2**z - 1)
    return TileAddress(z, x, y)
