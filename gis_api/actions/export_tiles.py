"""The tiles that somebody may see, of all zooms, as one PMTiles file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import read_permissions, require_permission
from gis_api.cases.store import reading
from gis_api.cases.wall.store import find_extent
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import read_token
from gis_api.db.place_store import find_place_setting
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput
from grid_boundaries.store.cells import list_levels
from layers.tiles.address import TileAddress
from layers.tiles.archive import count_tiles, write_archive
from layers.tiles.catalog import LAYERS, TileLayer
from layers.tiles.joined import join_tiles
from layers.tiles.store import plan_tile

DEFAULT_LAYERS: Final = ("level", "zones", "villager-groups", "service-points")
LAST_ZOOM: Final = 15
# What a route asks for before it shows a tile of a layer.
READ_BY: Final[dict[str, tuple[str, str]]] = {
    "level": ("cell", "read"),
    "claims": ("parcel", "read"),
    "land-findings": ("land_finding", "read"),
    "cases": ("case", "list"),
    "zones": ("zone", "read"),
    "service-points": ("service_point", "read"),
    "villager-groups": ("villager_group", "read"),
}


@dataclass(frozen=True, slots=True)
class TileFile:
    """What was written: how many tiles, which layers."""

    path: Path
    tiles: int
    layers: tuple[str, ...]


Step = Callable[[int, int | None], None]


def export_tiles(
    engine: Engine,
    actor: Actor,
    path: Path,
    *,
    layers: Sequence[str],
    zooms: range,
    step: Step = lambda _done, _at_most: None,
) -> TileFile:
    """Tiles of the layers as the actor sees them now, from one state of the database.

    Ids and classes only; the file says whether it is synthetic, of which day, and that its borders
    are indicative.  ``step(done, at_most)`` is called before each tile and may raise to stop.

    Raises Forbidden for a layer that the role may not read, InvalidInput ``tile.layer_unknown`` /
    ``tile.zooms``, Conflict ``grid.none`` without a plan.
    """
    check_tiles(actor, layers, zooms)
    whole = engine.execution_options(isolation_level="REPEATABLE READ")
    with begin(whole, actor) as conn:
        token, extent = read_token(conn), find_extent(conn, None)
        if token is None or extent is None:
            raise Conflict("grid.none")
        parts = _list_parts(conn, actor, layers, token.on)

        bbox = (extent["west"], extent["south"], extent["east"], extent["north"])
        asked, at_most = itertools.count(), count_tiles(bbox, zooms)

        def read(at: TileAddress) -> bytes:
            step(next(asked), at_most)
            return join_tiles((name, _read(conn, layer, at, rank)) for name, layer, rank in parts)

        names = tuple(name for name, _, _ in parts)
        count = write_archive(path, bbox, zooms, read, _describe(conn, names, zooms, token.on))
        add_audit(conn, actor, "export.tiles", "tiles", ",".join(names), row_count=count)
    return TileFile(path, count, names)


def check_tiles(actor: Actor, layers: Sequence[str], zooms: range) -> None:
    """Raises what ``export_tiles`` raises before it reads anything."""
    require_permission(actor.role, "export", "make")
    for slug in layers:
        if slug not in LAYERS:
            raise InvalidInput("tile.layer_unknown", known=list(LAYERS))
        require_permission(actor.role, *READ_BY[slug])
    if not zooms or not 0 <= zooms.start <= zooms[-1] <= LAST_ZOOM:
        raise InvalidInput("tile.zooms", last=LAST_ZOOM)


def _list_parts(
    conn: Connection, actor: Actor, layers: Sequence[str], on: Any
) -> list[tuple[str, TileLayer, int | None]]:
    """(name in the file, layer, rank); levels from the highest down, as far as the role sees."""
    parts: list[tuple[str, TileLayer, int | None]] = []
    deepest = None
    if not read_permissions().shows(actor.role, "cell", "below_village"):
        deepest = reading.find_village_rank(conn)
        if deepest is None:
            raise Forbidden("permission.level", rank=1)
    for slug in layers:
        if slug != "level":
            parts.append((slug, LAYERS[slug], None))
            continue
        ranks = (level.rank for level in list_levels(conn, on))
        parts += [
            (f"level-{rank}", LAYERS["level"], rank)
            for rank in ranks
            if deepest is None or rank <= deepest
        ]
    return parts


def _read(conn: Connection, layer: TileLayer, at: TileAddress, rank: int | None) -> bytes:
    question, params = plan_tile(layer, at, rank=rank, on=None)
    found = conn.exec_driver_sql(question, params).scalar_one()
    return b"" if found is None else bytes(found)


def _describe(conn: Connection, names: Sequence[str], zooms: range, on: Any) -> dict[str, Any]:
    setting = find_place_setting(conn) or {}
    synthetic = bool(setting.get("synthetic"))
    label = "合成数据 · synthetic data · " if synthetic else ""
    return {
        "name": f"{setting.get('name_zh', '网格')} 网格瓦片",
        "description": f"{label}边界仅供参考 · borders are indicative",
        "attribution": "",
        "type": "overlay",
        "plan_of": str(on),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "synthetic": synthetic,
        "vector_layers": [
            {"id": name, "fields": {}, "minzoom": zooms.start, "maxzoom": zooms[-1]}
            for name in names
        ],
    }
