"""Whom a case can be given to: the posts over its place, or over another one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.recusals import find_case_recusals
from gis_api.cases.flow import store
from gis_api.cases.store import reading
from gis_api.db.engine import Actor, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from grid_boundaries.errors import InvalidInput, NotFound


def list_receivers(
    engine: Engine, grids: GridCache, actor: Actor, code: str, cell_code: str | None
) -> list[dict[str, Any]]:
    """Posts with their holders, lowest level first: of the case's own path, or of a cell's.

    A case that lies in no cell has the posts at the top of the place.  Who must step back is left
    out.  Raises NotFound ``case.unknown``, InvalidInput ``cell.unknown``.
    """

    def deed(conn: Connection, grid: LoadedGrid, _at: Any) -> list[dict[str, Any]]:
        case = store.find_case(conn, code)
        if case is None:
            raise NotFound("case.unknown", case_code=code)
        scope_key = case["scope_key"]
        if cell_code is not None:
            found = reading.find_scope_of_cell(conn, cell_code)
            if found is None:
                raise InvalidInput("cell.unknown", cell_code=cell_code)
            scope_key = found
        cells = [cell.cell_id for cell in store.list_path(conn, scope_key)]
        index = grid.index
        top = [cell.cell_id for cell in index.cells if not index.ancestors[cell.row]]
        with whole_scope(conn, actor):
            own_path = store.list_path(conn, case["scope_key"])
            out = find_case_recusals(
                conn, case["case_id"], case["scope_key"], case["access_key"], own_path
            )
        open_cells = [one for one in cells or top if one not in out.closed_cell_ids]
        posts = reading.list_posts_on_path(conn, open_cells, grid.token.on)
        return [post for post in posts if post["officer_id"] not in out.officer_ids]

    return with_plan(engine, grids, actor, deed)
