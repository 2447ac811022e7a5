"""The clocks that run from registration: those of the door the case came through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gis_api.cases.clocks import store
from gis_api.cases.clocks.rules import Running, list_intake_events, plan_changes, read_rules

PETITION = ("petition", "registered")
# Nothing pauses or extends a clock on its first day.
_FIRST_DAY = ("rule", "started_on", "length", "due_on", "warn_on", "provisional")


@dataclass(frozen=True, slots=True)
class IntakeClocks:
    """Rows of clocks, and procedures as (procedure, stage), of a new case."""

    clocks: tuple[dict[str, Any], ...]
    procedures: tuple[tuple[str, str], ...]


def plan_intake_clocks(conn: Connection, source: str, kind: str, on: date) -> IntakeClocks:
    """What a case of this source owes from its first day; the working days are read if needed.

    A petition registered as such begins its procedure; a visit never becomes one by itself.
    """
    events = list_intake_events(source)
    procedures = (PETITION,) if ".".join(PETITION) in events else ()
    starts = plan_changes((), events, source=source, kinds=[kind]).starts
    if not starts:
        return IntakeClocks((), procedures)
    calendar, rules = store.read_calendar(conn), read_rules()
    clocks = (
        store.clock_columns(Running(rule, on, rules[rule].length), calendar) for rule in starts
    )
    return IntakeClocks(
        tuple({name: one[name] for name in _FIRST_DAY} for one in clocks), procedures
    )
