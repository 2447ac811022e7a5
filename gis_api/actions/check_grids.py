"""Check the plan in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from gis_api.access.permissions import require_permission
from gis_api.db.engine import Actor, begin
from gis_api.db.imports.store import find_today
from grid_boundaries.errors import Conflict
from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.hierarchy.findings import Finding
from grid_boundaries.hierarchy.tolerances import Tolerances
from grid_boundaries.store.cells import list_levels, load_snapshot


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """The plan of a day and its faults."""

    on: date
    version_id: int
    cells: int
    findings: list[Finding]


def check_grids(
    engine: Engine, actor: Actor, on: date | None, tolerances: Tolerances
) -> CheckedPlan:
    """Every fault of the plan in force on a day (default: today in Shanghai).

    Raises Conflict ``grid.none`` when there is no plan that day, Forbidden ``permission.denied``.
    """
    if not actor.is_system:
        require_permission(actor.role, "plan", "read")
    with begin(engine, actor) as conn:
        day = on or find_today(conn)
        plan = load_snapshot(conn, day)
        digits = {level.rank: level.code_digits for level in list_levels(conn, day)}
    if not len(plan):
        raise Conflict("grid.none")
    findings = check_plan(plan, tolerances, digits)
    return CheckedPlan(day, plan.version_id, len(plan), findings)
