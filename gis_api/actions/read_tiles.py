"""Read vector tiles as somebody may see them, with the version of the layer they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, Actor, begin
from grid_boundaries.store import shapes
from layers.tiles.address import TileAddress
from layers.tiles.catalog import TileLayer
from layers.tiles.store import LayerVersions, read_tile, read_versions


@dataclass(frozen=True, slots=True)
class ReadTile:
    """A tile and the version that the same snapshot of the database gave its layer."""

    version: str
    data: bytes


def read_tile_of(
    engine: Engine,
    actor: Actor,
    layer: TileLayer,
    at: TileAddress,
    *,
    rank: int | None = None,
    on: date | None = None,
) -> ReadTile:
    """One tile; the version is read first, so that it is never newer than the tile.

    A change between the two only makes the tile be asked for once more.
    """
    with begin(engine, actor) as conn:
        version = read_versions(conn).of(layer)
        return ReadTile(version, read_tile(conn, layer, at, rank=rank, on=on))


def read_layer_versions(engine: Engine) -> LayerVersions:
    """What every layer is at."""
    with begin(engine, SYSTEM) as conn:
        return read_versions(conn)


def fill_missing_shapes(engine: Engine) -> int:
    """Make the copies of borders for a plan that was published before there were any.

    Zero when the copies are there, or there is no plan.
    """
    with begin(engine, SYSTEM) as conn:
        if shapes.has_shapes(conn):
            return 0
        return shapes.fill_shapes(conn, date(1, 1, 1))
