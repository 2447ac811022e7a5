"""Read vector tiles as somebody may see them, and the versions of the layers they come from."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from gis_api.db.engine import SYSTEM, Actor, ask_once, begin
from grid_boundaries.store import shapes
from layers.tiles.address import TileAddress
from layers.tiles.catalog import TileLayer
from layers.tiles.store import LayerVersions, plan_tile, read_versions


def read_tile(
    engine: Engine,
    actor: Actor,
    layer: TileLayer,
    at: TileAddress,
    *,
    rank: int | None = None,
    on: date | None = None,
) -> bytes:
    """One tile as the actor may see it; b"" when there is nothing in it."""
    question, params = plan_tile(layer, at, rank=rank, on=on)
    found = ask_once(engine, actor, question, params)
    return b"" if found is None else bytes(found)


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
