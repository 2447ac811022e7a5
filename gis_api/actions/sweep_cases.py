"""Every minute: cases that somebody must look at, and mediations that ran past their day."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from gis_api.actions.step_order import StepOrder
from gis_api.actions.take_step import apply_step
from gis_api.cases.flow import store as flow
from gis_api.cases.sweep import store
from gis_api.db.engine import SYSTEM, begin
from grid_boundaries.errors import WanggeError

CLIMB_AT_ONCE = 100
# The words of the system on the record of a case it moved on.
OVERDUE = "调解逾期未成，按规定升级 / mediation ran past its day: one rung up"


@dataclass(frozen=True, slots=True)
class Swept:
    """New findings, findings that ceased, all on the list, and mediations that climbed."""

    found: int
    cleared: int
    listed: int
    climbed: int


def sweep_cases(engine: Engine) -> Swept:
    """Find and list; then let overdue mediations climb, each in its own transaction.

    Safe to run twice and side by side: a finding is listed once, a case climbs once.
    """
    with begin(engine, SYSTEM) as conn:
        overdue = store.list_overdue_mediations(conn, CLIMB_AT_ONCE)
    climbed = sum(_climb(engine, code) for code in overdue)
    with begin(engine, SYSTEM) as conn:
        counts = store.sweep(conn)
    return Swept(**counts, climbed=climbed)


def _climb(engine: Engine, code: str) -> bool:
    try:
        with begin(engine, SYSTEM) as conn:
            case = flow.lock_case(conn, code)
            if case is None:
                return False
            order = StepOrder("end_mediation", case["rev"], why="failed", reason=OVERDUE)
            apply_step(conn, SYSTEM, case, order)
    except WanggeError:
        # somebody else took the case on in this moment: it is theirs
        return False
    return True
