"""Who holds which post in one's area, for whoever puts officers on and off duty."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from gis_api.cases.store import reading
from gis_api.db.engine import Actor, begin
from gis_api.db.upkeep import store
from grid_boundaries.errors import InvalidInput


def list_posts(
    engine: Engine, actor: Actor, cell_code: str | None, limit: int
) -> list[dict[str, Any]]:
    """Posts of today in the actor's area, by place; each row tells the ``total`` too.

    Raises InvalidInput ``cell.unknown`` for a code that no cell has today.
    """
    with begin(engine, actor) as conn:
        below = None
        if cell_code is not None:
            scope_key = reading.find_scope_of_cell(conn, cell_code)
            if scope_key is None:
                raise InvalidInput("cell.unknown", cell_code=cell_code)
            below = (scope_key, scope_key + "g")
        return store.list_held_posts(conn, below, limit)
