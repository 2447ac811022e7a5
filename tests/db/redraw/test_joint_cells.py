"""Open cases name the cells that share them by the grids in force, closed ones by their day."""

from __future__ import annotations

from typing import Any

import shapely
from sqlalchemy import Engine, text

from gis_api.actions.redraw.edit import do_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.publish import publish_plan
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import PartView, read_plan
from gis_api.db.engine import SYSTEM, begin
from tests.db.redraw.places import PLANNER, PUBLISHER
from tests.db.redraw.publishing import WEST, ready


def strip(part: PartView, a: int, b: int) -> Any:
    """Ground from one building to another, a hand wide."""
    return shapely.LineString(part.stored.ground.sites[[a, b]]).buffer(1e-6, cap_style="flat")


def find_three(part: PartView) -> tuple[int, int, int]:
    """Atoms a, b, c: a and c in one grid, b in the next, a beside both and nobody between."""
    ground, grid = part.stored.ground, part.draft.grid
    tree = shapely.STRtree(ground.geoms)

    def are_alone(a: int, b: int) -> bool:
        return set(tree.query(strip(part, a, b), predicate="intersects").tolist()) == {a, b}

    for a, row in enumerate(ground.graph.near):
        beside = [b for b, m in row if m > 0 and are_alone(a, b)]
        others = [b for b in beside if grid[b] != grid[a]]
        mates = [b for b in beside if grid[b] == grid[a]]
        if others and mates:
            return a, others[0], mates[0]
    raise AssertionError("no such place")


def add_parcel_case(
    engine: Engine, code: str, shape: Any, cell: str, joint: str | None, *, closed: bool = False
) -> None:
    with begin(engine, SYSTEM) as conn:
        conn.execute(
            text('INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                 " how, geom, grid_version_id, cell_version_id, cell_id, scope_key, access_key,"
                 " why, closed_on) SELECT :code, 'land', 'visit', today(), 0, 'parcel', 'border',"
                 " ST_Multi(ST_SetSRID(ST_GeomFromWKB(:wkb), 4490)), 1, v.cell_version_id,"
                 " v.cell_id, v.scope_key, v.scope_key, '{}', CASE WHEN :closed THEN today() END"
                 " FROM cell_version v WHERE v.code = :cell AND valid @> today()"),
            {"code": code, "wkb": shapely.to_wkb(shape), "cell": cell, "closed": closed},
        )  # fmt: skip
        conn.execute(
            text("INSERT INTO case_joint (case_id, cell_id, access_key) SELECT c.case_id,"
                 ' v.cell_id, c.access_key FROM "case" c, cell_version v WHERE c.code = :code'
                 " AND v.code = :joint AND v.valid @> today()"),
            {"code": code, "joint": joint},
        )  # fmt: skip


def sharing(engine: Engine, code: str) -> tuple[str, list[str]]:
    """The cell of a case and those it names as joint."""
    with begin(engine, SYSTEM) as conn:
        row = conn.execute(
            text("SELECT v.code, (SELECT coalesce(array_agg(o.code ORDER BY o.code), '{}')"
                 " FROM case_joint j JOIN cell_version o ON o.cell_id = j.cell_id"
                 " AND o.valid @> today() WHERE j.case_id = c.case_id) AS joint"
                 ' FROM "case" c JOIN cell_version v ON v.cell_id = c.cell_id'
                 " AND v.valid @> today() WHERE c.code = :code"),
            {"code": code},
        ).one()  # fmt: skip
    return row.code, list(row.joint)


def test_open_cases_name_the_cells_on_either_side_of_the_new_border(fresh: Engine) -> None:
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    part = read_plan(fresh, PLANNER, plan).parts[0]
    a, b, c = find_three(part)
    code = {grid.grid: grid.code for grid in part.grids}
    own, beside = code[part.draft.grid[a]], code[part.draft.grid[b]]
    add_parcel_case(fresh, "over", strip(part, a, b), own, beside)
    add_parcel_case(fresh, "shut", strip(part, a, b), own, beside, closed=True)
    add_parcel_case(fresh, "inside", strip(part, a, c), own, None)
    step = Intent("reassign", (part.draft.grid[b],), (a,))
    do_step(fresh, PLANNER, plan, WEST, step, part.rev)
    ready(fresh, plan)
    publish_plan(fresh, PUBLISHER, plan)
    # the border that it lay across is gone: all of it is in the grid that took the ground
    assert sharing(fresh, "over") == (beside, [])
    # the new border runs through it
    lead, joint = sharing(fresh, "inside")
    assert {lead, *joint} == {own, beside}
    assert sharing(fresh, "shut") == (own, [beside])
