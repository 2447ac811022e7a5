"""Steps towards a publication, and what tests look at afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from gis_api.actions.redraw.check import ACCEPTABLE, submit_plan
from gis_api.actions.redraw.edit import do_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.publish import approve_plan
from gis_api.actions.redraw.view import read_plan
from gis_api.db.engine import SYSTEM, begin
from tests.db.redraw.places import PLANNER, PUBLISHER, VILLAGES

WEST = VILLAGES[0]


def scalar(engine: Engine, statement: str, **params: Any) -> Any:
    with begin(engine, SYSTEM) as conn:
        return conn.execute(text(statement), params).scalar_one()


def split_and_merge(engine: Engine, plan: int, parent: str = WEST) -> None:
    """Cut the first grid in two and join the last to a neighbour that is not the first."""
    part = next(p for p in read_plan(engine, PLANNER, plan).parts if p.parent == parent)
    first, last = part.grids[0], part.grids[-1].grid
    west, south, east, north = first.bbox
    x = (west + east) / 2
    line = ((x, south - 1), (x, north + 1))
    step = do_step(engine, PLANNER, plan, parent, Intent("split", (first.grid,), line=line),
                   part.rev)  # fmt: skip
    near, grid = part.stored.ground.graph.near, step.draft.grid
    beside = next(
        grid[b] for a in range(len(grid)) if grid[a] == last
        for b, _ in near[a] if grid[b] not in (last, first.grid, step.draft.next_grid - 1)
    )  # fmt: skip
    do_step(engine, PLANNER, plan, parent, Intent("merge", (beside, last)), step.rev)


def ready(engine: Engine, plan: int) -> None:
    submit_plan(engine, PLANNER, plan, accepted=ACCEPTABLE, reason="合成", request="请批准")
    approve_plan(engine, PUBLISHER, plan, "〔2026〕3 号")


def add_case(engine: Engine, code: str, home: int, *, closed: bool = False) -> int:
    with begin(engine, SYSTEM) as conn:
        return int(conn.execute(
            text('INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                 " how, geom, grid_version_id, cell_version_id, cell_id, scope_key, access_key,"
                 " why, closed_on) SELECT :code, 'land', 'visit', today(), 0, 'point', 'inside',"
                 " h.geom,"
                 " 1, v.cell_version_id, h.cell_id, h.scope_key, h.scope_key, '{}',"
                 " CASE WHEN :closed THEN today() END FROM household h JOIN cell_version v"
                 " ON v.cell_id = h.cell_id WHERE h.household_id = :home RETURNING case_id"),
            {"code": code, "closed": closed, "home": home},
        ).scalar_one())  # fmt: skip
