"""What stands on every sheet: the place, where the data is from, of which day, and its warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Connection

from gis_api.access.permissions import AREA, read_permissions
from gis_api.cases.wall import store as wall_store
from gis_api.db.engine import Actor, Scope
from gis_api.db.grid_cache import read_token
from gis_api.db.place_store import find_grid_version, find_place_setting
from grid_boundaries.errors import Conflict, NotFound
from grid_boundaries.store.cells import CellShape, Level, list_levels
from web_map.sheets.areas import Area
from web_map.sheets.sheet import Lang
from web_map.sheets.words import say


@dataclass(frozen=True, slots=True)
class Heading:
    """Words common to the sheets of a place on a day, and its levels by rank."""

    place: str
    source: str
    on: date
    banner: tuple[str, ...]
    levels: dict[int, Level]

    def level_name(self, rank: int, lang: Lang) -> str:
        level = self.levels[rank]
        return level.name_zh if lang == "zh" else level.name_en


def read_heading(conn: Connection, lang: Lang, *warnings: str) -> Heading:
    """The heading of today; Conflict ``grid.none`` when no grid was ever published."""
    token = read_token(conn)
    if token is None:
        raise Conflict("grid.none")
    setting = find_place_setting(conn) or {"name_zh": "", "name_en": "", "synthetic": False}
    version = find_grid_version(conn, token.on)
    name = setting["name_zh"] if lang == "zh" else setting["name_en"] or setting["name_zh"]
    banner = (*([say(lang, "synthetic")] if setting["synthetic"] else []), *warnings)
    number = token.newest_version_id if version is None else version["grid_version_id"]
    source = say(lang, "source_grid", number=number)
    levels = {level.rank: level for level in list_levels(conn, token.on)}
    return Heading(name, source, token.on, banner, levels)


def area_of(shape: CellShape) -> Area:
    """A cell of the map as an area of a sheet."""
    return Area(shape.code, shape.name, shapely.from_geojson(shape.geometry))


def find_cell(conn: Connection, actor: Actor, code: str) -> dict[str, Any]:
    """Id, code, name, rank, scope_key and parent of a cell; NotFound ``cell.unknown``.

    A cell outside the asker's area is answered like one that is not.
    """
    found = wall_store.list_cells(conn, code, bound_of(actor))
    if len(found) != 1:
        raise NotFound("cell.unknown", cell_code=code)
    return found[0]


def bound_of(actor: Actor) -> Scope | None:
    """The range outside which this actor gets no sheet; None: the whole place."""
    role = read_permissions().roles.get(actor.role)
    is_bound = role is not None and role.sees == AREA and not actor.scope.is_whole
    return actor.scope if is_bound else None
