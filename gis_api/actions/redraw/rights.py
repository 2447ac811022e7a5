"""Which plan, and whether it may be changed now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gis_api.access.permissions import require_permission
from gis_api.db.engine import Actor
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict, NotFound

CHANGEABLE = ("draft", "checked", "approved")


def require_plan_right(actor: Actor, verb: str) -> None:
    """Forbidden ``permission.denied`` unless the role may; the system may everything."""
    if not actor.is_system:
        require_permission(actor.role, "plan", verb)


def get_plan(conn: Connection, redraw_plan_id: int) -> dict[str, Any]:
    """NotFound ``redraw.plan_unknown`` for one that is not there or out of sight."""
    plan = store.find_plan(conn, redraw_plan_id)
    if plan is None:
        raise NotFound("redraw.plan_unknown", plan=redraw_plan_id)
    return plan


def lock_changeable(conn: Connection, redraw_plan_id: int) -> dict[str, Any]:
    """The plan, held; Conflict ``redraw.wrong_state`` when it can no longer be changed."""
    if not store.lock_plan_row(conn, redraw_plan_id):
        raise NotFound("redraw.plan_unknown", plan=redraw_plan_id)
    plan = get_plan(conn, redraw_plan_id)
    if plan["state"] not in CHANGEABLE:
        raise Conflict("redraw.wrong_state", plan=redraw_plan_id, state=plan["state"])
    return plan


def get_part(conn: Connection, redraw_plan_id: int, parent_code: str | None) -> dict[str, Any]:
    """The part of a parent, or the only one; NotFound ``redraw.part_unknown``."""
    parts = store.list_parts(conn, redraw_plan_id)
    found = [p for p in parts if parent_code is None or p["parent_code"] == parent_code]
    if len(found) != 1:
        raise NotFound("redraw.part_unknown", cell=parent_code or "", parts=len(parts))
    return found[0]
