"""Alarms: a task "check causes" for a person, and what the person found."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine

from gis_api.actions.risk_inputs import find_frame
from gis_api.cases.risk import store
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

# What a person looks at before deciding.
CAUSES: Final = ("dust", "marks", "unpaid_money")
# Why an alarm was right, or was not.
CONFIRMED: Final = ("dust", "marks", "unpaid_money", "other_cause")
DISMISSED: Final = ("one_event_many_cases", "campaign_or_patrol", "wrong_place", "no_cause_found")


def list_alarms(engine: Engine, actor: Actor, area: str | None, state: str | None,
                limit: int) -> dict[str, Any]:  # fmt: skip
    """Alarms of an area and how the earlier ones ended; NotFound ``cell.unknown``."""
    with begin(engine, actor) as conn:
        counted = find_frame(conn, actor, area).counted
        return {
            "items": store.list_alarms(conn, counted, state, limit),
            "score": store.score_alarms(conn, counted),
        }


def decide_alarm(
    engine: Engine, actor: Actor, code: str, *, state: str, checked: list[str], reason: str
) -> None:
    """Note that an alarm had a cause or had none, with the reason, once.

    Raises NotFound ``risk.no_alarm``, Conflict ``risk.alarm_decided``, InvalidInput
    ``risk.bad_reason``.
    """
    allowed = CONFIRMED if state == "confirmed" else DISMISSED
    if reason not in allowed or not set(checked) <= set(CAUSES):
        raise InvalidInput("risk.bad_reason", allowed=list(allowed))
    with begin(engine, actor) as conn:
        alarm = store.lock_alarm(conn, code)
        if alarm is None:
            raise NotFound("risk.no_alarm")
        if alarm["state"] != "open":
            raise Conflict("risk.alarm_decided", state=alarm["state"])
        store.decide_alarm(
            conn, risk_alarm_id=alarm["risk_alarm_id"], state=state, checked=sorted(set(checked)),
            reason=reason, decided_by=actor.user_id,
        )  # fmt: skip
        add_audit(conn, actor, "risk.decide", "risk_alarm", code,
                  detail={"state": state, "reason": reason})  # fmt: skip
