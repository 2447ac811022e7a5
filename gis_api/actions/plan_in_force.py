"""Do a deed on the plan in force: decided and written under one hold of that plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine

from gis_api.cases.store import reading
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache, LoadedGrid, read_token
from grid_boundaries.errors import Conflict
from grid_boundaries.store.publish import PLAN_LOCK

Answer = TypeVar("Answer")
Deed = Callable[[Connection, LoadedGrid, datetime], Answer]


def with_plan(engine: Engine, grids: GridCache, actor: Actor, deed: Deed[Answer]) -> Answer:
    """Run ``deed`` in one transaction whose plan is the published one until it commits.

    The plan in memory is trusted only when the database, held against publishing, says that it is
    still the newest of today; otherwise it is loaded again first.  Raises Conflict
    ``grid.none`` when no grid has been published and ``grid.changing`` when plans change faster
    than they load.
    """
    for _ in range(3):
        grid = grids.current or grids.refresh()
        with begin(engine, actor) as conn:
            moment = reading.lock_plan(conn, PLAN_LOCK)
            token = read_token(conn)
            if token is None:
                raise Conflict("grid.none")
            if grid is not None and grid.token == token:
                return deed(conn, grid, moment["at"])
        grids.refresh()
    raise Conflict("grid.changing")
