"""Blank personal data whose time is over; say what is due, what a hold keeps, what was blanked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.audit.personal import store
from gis_api.audit.personal.purposes import RETENTION
from gis_api.audit.personal.retention import (
    Rule,
    list_rules,
    require_basis,
    require_days,
    require_rule,
)
from gis_api.cases.store.writing import add_history
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import SYSTEM, Actor, begin
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

BATCH = 500
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule as it stands: the period in force, and what it finds and did."""

    rule: Rule
    after_days: int
    before: date
    due: int
    held: int
    blanked: int


def retain(
    engine: Engine,
    actor: Actor,
    *,
    commit: bool,
    today: date | None = None,
    step: Step = lambda _done, _total: None,
) -> list[RuleState]:
    """Apply every rule; a dry run only counts.

    Each batch of 500 objects is one transaction: the fields, a row on each case's history, an
    audit row.  A run that is killed goes on where it stopped.
    """
    with begin(engine, SYSTEM) as conn:
        day = today or store.get_today(conn)
        decided = store.read_periods(conn)
    done = []
    rules = list_rules()
    for number, rule in enumerate(rules):
        step(number, len(rules))
        after_days, before = rule.due_before(day, decided)
        with begin(engine, SYSTEM) as conn:
            due, held = store.count_due(conn, rule.statement, before, rule.sides)
        blanked = _blank(engine, actor, rule, after_days, before) if commit and due else 0
        done.append(RuleState(rule, after_days, before, due, held, blanked))
    step(len(rules), len(rules))
    return done


def _blank(engine: Engine, actor: Actor, rule: Rule, after_days: int, before: date) -> int:
    total = 0
    while True:
        with begin(engine, SYSTEM) as conn:
            found = store.blank_due(conn, rule.statement, before, rule.sides, BATCH)
            if not found:
                return total
            rows = sum(row["rows"] for row in found)
            total += rows
            for row in found:
                _note_on_case(conn, actor, rule, row)
            add_audit(
                conn,
                actor,
                "retention.blank",
                rule.table,
                row_count=rows,
                purpose=RETENTION,
                detail={
                    "rule": rule.rule,
                    "after_days": after_days,
                    "before": before.isoformat(),
                    "objects": [row["object_id"] for row in found],
                },
            )


def _note_on_case(conn: Connection, actor: Actor, rule: Rule, row: dict[str, Any]) -> None:
    if row["case_id"] is not None:
        add_history(
            conn,
            row["case_id"],
            at=datetime.now(SHANGHAI),
            actor_id=actor.user_id,
            act="personal_blanked",
            detail={"rule": rule.rule, "rows": row["rows"]},
            access_key=row["access_key"],
        )


def set_period(engine: Engine, actor: Actor, name: str, days: int, *, commit: bool) -> Rule:
    """Decide how long a rule waits; InvalidInput ``retention.*``."""
    rule, days = require_rule(name), require_days(days)
    with begin(engine, SYSTEM) as conn:
        store.write_period(conn, rule.rule, days, actor.user_id)
        add_audit(
            conn, actor, "retention.period", "retention", rule.rule, detail={"after_days": days}
        )
        _end(conn, commit=commit)
    return rule


def hold_case(
    engine: Engine, actor: Actor, code: str, basis: str, review_on: date, *, commit: bool
) -> None:
    """Keep a case from being blanked until the hold is lifted.

    Raises NotFound ``case.unknown``, InvalidInput ``hold.basis_unknown`` and
    ``hold.review_in_past``, Conflict ``hold.exists``.
    """
    require_basis(basis)
    with begin(engine, SYSTEM) as conn:
        if review_on <= store.get_today(conn):
            raise InvalidInput("hold.review_in_past", review_on=review_on.isoformat())
        case = _get_case(conn, code)
        hold_id = store.set_hold(conn, case["case_id"], basis, review_on, actor.user_id)
        if hold_id is None:
            raise Conflict("hold.exists", case_code=code, basis=basis)
        detail = {"basis": basis, "review_on": review_on.isoformat()}
        add_audit(conn, actor, "hold.set", "case", case["code"], detail=detail)
        _end(conn, commit=commit)


def lift_hold(engine: Engine, actor: Actor, code: str, basis: str, *, commit: bool) -> None:
    """End a hold; NotFound ``case.unknown`` or ``hold.unknown``."""
    require_basis(basis)
    with begin(engine, SYSTEM) as conn:
        case = _get_case(conn, code)
        if store.lift_hold(conn, case["case_id"], basis, actor.user_id) is None:
            raise NotFound("hold.unknown", case_code=code, basis=basis)
        add_audit(conn, actor, "hold.lift", "case", case["code"], detail={"basis": basis})
        _end(conn, commit=commit)


def list_holds(engine: Engine) -> list[dict[str, Any]]:
    """Holds in force, the one to be reviewed first on top."""
    with begin(engine, SYSTEM) as conn:
        return store.list_holds(conn)


def _get_case(conn: Connection, code: str) -> dict[str, Any]:
    case = store.find_case(conn, code)
    if case is None:
        raise NotFound("case.unknown", case_code=code)
    return case


def _end(conn: Connection, *, commit: bool) -> None:
    if not commit:
        conn.rollback()
