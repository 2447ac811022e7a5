"""Give a draft up."""

from __future__ import annotations

from sqlalchemy import Engine

from gis_api.actions.redraw.rights import lock_changeable, require_plan_right
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.redraw.plans import store


def drop_plan(engine: Engine, actor: Actor, plan_id: int, *, commit: bool = True) -> None:
    """It leaves the list; nothing of it is deleted.  Conflict ``redraw.wrong_state`` once
    published, NotFound ``redraw.plan_unknown``."""
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        lock_changeable(conn, plan_id)
        store.write_dropped(conn, plan_id)
        add_audit(conn, actor, "redraw.drop", "redraw_plan", str(plan_id))
