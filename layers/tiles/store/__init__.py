"""The SQL of tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import sql_runner
from layers.tiles.address import TileAddress
from layers.tiles.catalog import LAYERS, TileLayer

_run = sql_runner(__file__)
_TILE_SQL = {
    slug: Path(__file__).with_name(f"read_{slug.replace('-', '_')}.sql").read_text("utf-8")
    for slug in LAYERS
}


@dataclass(frozen=True, slots=True)
class LayerVersions:
    """What every layer is at in one snapshot of the database."""

    day: date
    grid: int
    states: dict[str, str]

    def of(self, layer: TileLayer) -> str:
        """The version of a layer: a text that differs whenever its tiles may."""
        state = self.states.get(layer.change, "0")
        if layer.change == "cell":
            state = f"{self.grid}.{state}"
        return f"{self.day}.{state}" if layer.by_day else state


def read_versions(conn: Connection) -> LayerVersions:
    """The versions that this transaction sees."""
    row = _run(conn, "read_versions").one()
    return LayerVersions(row.day, row.grid, dict(row.states))


def plan_tile(
    layer: TileLayer, at: TileAddress, *, rank: int | None, on: date | None
) -> tuple[str, dict[str, Any]]:
    """The question whose one value is the tile (NULL or b"" when nothing is in it)."""
    params: dict[str, Any] = {"z": at.z, "x": at.x, "y": at.y}
    if layer.by_day:
        params["on"] = on
    if rank is not None:
        params["rank"] = rank
    return _TILE_SQL[layer.slug], params


def prune_changes(conn: Connection) -> int:
    """Forget changes older than a day; tiles are then asked for anew once."""
    return int(_run(conn, "prune_changes").rowcount)
