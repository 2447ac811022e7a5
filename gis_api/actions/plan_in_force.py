"""Do a deed on the plan in force: decided and written under one hold of that plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine

from gis_api.cases.store import reading
from gis_api.db.engine import Actor
from gis_api.db.grid_cache import GridCache, LoadedGrid, ask_token, token_of
from gis_api.db.prepared import Batch, Cursor, begin_together, get_row
from grid_boundaries.errors import Conflict
from grid_boundaries.store.publish import PLAN_LOCK

Answer = TypeVar("Answer")
Asked = TypeVar("Asked")
Deed = Callable[[Connection, LoadedGrid, datetime], Answer]


def with_plan(engine: Engine, grids: GridCache, actor: Actor, deed: Deed[Answer]) -> Answer:
    """Run ``deed`` in one transaction whose plan is the published one until it commits.

    The plan in memory is trusted only when the database, held against publishing, says that it is
    still the newest of today; otherwise it is loaded again first.  Raises Conflict
    ``grid.none`` when no grid has been published and ``grid.changing`` when plans change faster
    than they load.
    """

    def plain(conn: Connection, grid: LoadedGrid, at: datetime, _asked: None) -> Answer:
        return deed(conn, grid, at)

    return with_plan_asking(engine, grids, actor, lambda _batch: None, plain)


def with_plan_asking(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    ask: Callable[[Batch], Asked],
    deed: Callable[[Connection, LoadedGrid, datetime, Asked], Answer],
) -> Answer:
    """``with_plan`` for a deed whose first questions travel with the hold of the plan.

    They are asked again when the plan has to be loaded again.
    """

    def ask_all(batch: Batch) -> tuple[Cursor, Cursor, Asked]:
        return reading.ask_plan_lock(batch, PLAN_LOCK), ask_token(batch), ask(batch)

    for _ in range(3):
        grid = grids.current or grids.refresh()
        with begin_together(engine, actor, ask_all) as (conn, (held, newest, asked)):
            token = token_of(get_row(newest))
            if token is None:
                raise Conflict("grid.none")
            if grid is not None and grid.token == token:
                return deed(conn, grid, get_row(held)["at"], asked)
        grids.refresh()
    raise Conflict("grid.changing")
