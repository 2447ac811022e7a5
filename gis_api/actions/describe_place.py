"""What a page needs to know about the place it shows: its name, levels, words and extent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from gis_api.cases.store import reading
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import read_token
from gis_api.db.place_store import find_grid_version, find_place_setting
from grid_boundaries.store.cells import (
    BBox,
    CellShape,
    Level,
    list_cell_labels,
    list_cell_shapes,
    list_levels,
)


@dataclass(frozen=True, slots=True)
class PlaceDescription:
    """All of it on one day; ``setting`` and ``grid_version`` are None in an empty database."""

    setting: dict[str, Any] | None
    grid_version: dict[str, Any] | None
    levels: list[Level]
    case_kinds: list[dict[str, Any]]
    post_titles: dict[str, tuple[str, str]]


def describe_place(engine: Engine, actor: Actor) -> PlaceDescription:
    """Read the place as it is today."""
    with begin(engine, actor) as conn:
        token = read_token(conn)
        return PlaceDescription(
            setting=find_place_setting(conn),
            grid_version=None if token is None else find_grid_version(conn, token.on),
            levels=[] if token is None else list_levels(conn, token.on),
            case_kinds=reading.list_case_kinds(conn),
            post_titles=reading.list_titles(conn),
        )


def read_cells(
    engine: Engine,
    actor: Actor,
    rank: int,
    on: date,
    parent_code: str | None,
    code: str | None,
    bbox: BBox | None,
) -> list[CellShape]:
    """Cells of one level on one day, by code."""
    with begin(engine, actor) as conn:
        return list_cell_shapes(conn, rank, on, parent_code=parent_code, code=code, bbox=bbox)


def read_cell_labels(
    engine: Engine, actor: Actor, rank: int, on: date, bbox: BBox | None, limit: int
) -> list[dict[str, Any]]:
    """Where the names of a level stand, largest cells first."""
    with begin(engine, actor) as conn:
        return list_cell_labels(conn, rank, on, bbox=bbox, limit=limit)


def find_village_rank_of(engine: Engine, actor: Actor) -> int | None:
    """The rank of villages and communities; None where no level has that role."""
    with begin(engine, actor) as conn:
        return reading.find_village_rank(conn)
