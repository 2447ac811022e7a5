"""Take one step on a case: allowed by the declared table, on the revision the caller saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.step_deed import Deed, Outcome
from gis_api.actions.step_deeds import DEEDS, plain
from gis_api.actions.step_order import StepOrder, check_given
from gis_api.audit.personal.purposes import HANDLING
from gis_api.cases.clocks import store as clocks
from gis_api.cases.clocks.rules import plan_changes
from gis_api.cases.flow import store
from gis_api.cases.procedures import read_procedures
from gis_api.cases.steps import CaseNow, Doer, list_allowed, require_step
from gis_api.cases.store import writing
from gis_api.cases.workflow import Step, read_workflow
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from grid_boundaries.errors import Conflict, InvalidInput, NotFound

Row = dict[str, Any]
# Columns of the case row that steps write.
COLUMNS = (
    "state", "outcome", "closed_on", "ended_by", "lead_post_id", "lead_officer_id",
    "receiver_post_id", "receiver_officer_id", "official_officer_id", "queue_reason", "settled_on",
    "settled_by", "satisfaction", "step_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AllowedSteps:
    """Where a case stands and what the asker may do next."""

    case: Row
    now: CaseNow
    steps: list[Step]
    kinds: list[str]


def read_steps(engine: Engine, actor: Actor, code: str) -> AllowedSteps:
    """The allowed next steps of a case; NotFound ``case.unknown`` (missing or out of scope)."""
    with begin(engine, actor) as conn:
        case = store.find_case(conn, code)
        if case is None:
            raise NotFound("case.unknown", case_code=code)
        now = store.read_now(conn, case)
        steps = list_allowed(read_workflow(), now, as_doer(actor))
        return AllowedSteps(case, now, steps, store.list_kind_path(conn, case["kind"]))


def read_papers(engine: Engine, actor: Actor, code: str) -> Row:
    """Documents, agreements, performances, notes, procedures and overlays of one case.

    They hold persons' words: the reading is on the audit trail.  NotFound ``case.unknown``.
    """
    with begin(engine, actor) as conn:
        case = store.find_case(conn, code)
        if case is None:
            raise NotFound("case.unknown", case_code=code)
        papers = store.list_papers(conn, case["case_id"])
        count = sum(len(papers[name]) for name in ("documents", "agreements", "notes"))
        add_audit(conn, actor, "case.read_papers", "case", code, row_count=count, purpose=HANDLING)
        return papers


def read_clocks(engine: Engine, actor: Actor, code: str) -> list[Row]:
    """Every clock of a case with its calculation as ``due``; NotFound ``case.unknown``."""
    with begin(engine, actor) as conn:
        case = store.find_case(conn, code)
        if case is None:
            raise NotFound("case.unknown", case_code=code)
        calendar = clocks.read_calendar(conn)
        return [
            row | {"due": clocks.compute(row["clock"], calendar), "today": case["today"]}
            for row in clocks.list_clocks(conn, case["case_id"])
        ]


def take_step(engine: Engine, actor: Actor, code: str, order: StepOrder) -> None:
    """One step, in one transaction: row, overlays, clocks, papers, history, grants, event.

    Raises NotFound ``case.unknown``; Conflict ``case.stale`` with what changed since the revision,
    ``step.wrong_state`` with the steps allowed instead; Forbidden ``step.not_yours``; InvalidInput
    ``step.unknown``, ``step.needs``, ``step.too_much``, ``step.in_future``, ``step.too_early`` and
    those of the single steps.
    """
    with begin(engine, actor) as conn:
        if store.find_case(conn, code) is None:
            raise NotFound("case.unknown", case_code=code)
        # whoever was asked to help sees the case without owning its area: hold it for them too
        with whole_scope(conn, actor):
            case = store.lock_case(conn, code)
        assert case is not None
        apply_step(conn, actor, case, order)


def apply_step(conn: Connection, actor: Actor, case: Row, order: StepOrder) -> None:
    """``take_step`` on a case that the caller's transaction holds."""
    _require_revision(conn, case, order.revision)
    now = store.read_now(conn, case)
    step = require_step(read_workflow(), now, as_doer(actor), order.step)
    check_given(step, order)
    on = _day_of(case, order)
    with whole_scope(conn, actor):
        deed = Deed(conn, actor, case, now, step, order, on)
        _write(deed, DEEDS.get(step.step, plain)(deed))


def as_doer(actor: Actor) -> Doer:
    """The actor as the table of steps knows people."""
    return Doer(actor.user_id, actor.role, actor.officer_id)


def _require_revision(conn: Connection, case: Row, revision: int) -> None:
    if case["rev"] == revision:
        return
    changes = [
        change | {"at": change["at"].isoformat()}
        for change in store.list_changes(conn, case["case_id"], revision)
    ]
    raise Conflict("case.stale", case_code=case["code"], rev=case["rev"], changes=changes)


def _day_of(case: Row, order: StepOrder) -> date:
    """The day of the step: never in the future, never before the step that came before it."""
    today: date = case["today"]
    on = order.on or today
    earliest = case["step_on"] or case["happened_on"]
    if on > today:
        raise InvalidInput("step.in_future", field="on", on=str(on))
    if on < earliest:
        raise InvalidInput("step.too_early", field="on", on=str(on), earliest=str(earliest))
    return on


def _write(deed: Deed, outcome: Outcome) -> None:
    conn, case, step = deed.conn, deed.case, deed.step
    case_id = case["case_id"]
    state = outcome.state or step.target(case["state"])
    columns = {name: case[name] for name in COLUMNS} | {"state": state, "step_on": deed.on}
    columns |= _endings(deed, state) | outcome.columns
    store.write_step(conn, case_id, columns)
    for overlay in sorted(step.opens | outcome.opens):
        store.open_overlay(conn, case_id, overlay, deed.on)
    for overlay in sorted(step.ends):
        store.end_overlay(conn, case_id, overlay, deed.on)
    ends = columns["closed_on"] is not None and case["closed_on"] is None
    if ends:
        store.end_overlay(conn, case_id, None, deed.on)
        outliving = [one.procedure for one in read_procedures().values() if one.outlives]
        store.end_procedures(conn, case_id, outliving, deed.on)
    _run_clocks(deed, outcome, ends_case=ends)
    detail = {
        "from": case["state"], "to": state, "on": str(deed.on), "rev": case["rev"] + 1,
        "officer_id": columns["lead_officer_id"],
    }  # fmt: skip
    if step.counts:
        detail["counts"] = step.counts
    if columns["outcome"] != case["outcome"]:
        detail["outcome"] = columns["outcome"]
    writing.add_history(
        conn,
        case_id,
        at=case["at"],
        actor_id=deed.actor.user_id,
        act=step.step,
        detail=detail | outcome.detail,
        access_key=case["access_key"],
    )
    if deed.order.reason:
        store.add_note(conn, case_id, deed.order.reason)
    add_audit(conn, deed.actor, f"case.{step.step}", "case", case["code"], row_count=1)
    for officer_id, message in outcome.told:
        notify(conn, officer_id, case_id, message)
    emit_event(conn, "case.step", case["cell_code"], case["code"], case["access_key"])


def _run_clocks(deed: Deed, outcome: Outcome, *, ends_case: bool) -> None:
    """Start, stop, hold and let go the clocks that hear of this step."""
    conn, case = deed.conn, deed.case
    changes = plan_changes(
        clocks.list_running(conn, deed.case_id),
        {deed.step.step, *outcome.events},
        source=case["source"],
        kinds=store.list_kind_path(conn, case["kind"]),
        ends_case=ends_case,
        standing=clocks.list_standing(conn, deed.case_id),
    )
    lengths = {} if deed.order.days is None else {"result_due": deed.order.days}
    clocks.apply_changes(
        conn, deed.case_id, changes, deed.on, stopped_by=deed.step.step, lengths=lengths
    )


def _endings(deed: Deed, state: str) -> Row:
    """Closing day, outcome and who ended it, when a step ends a case or opens it again."""
    workflow, case = read_workflow(), deed.case
    is_ended = state in workflow.ended_states
    if is_ended and case["closed_on"] is None:
        outcome = deed.step.outcome.get(case["state"])
        return {
            "closed_on": deed.on, "outcome": outcome, "ended_by": deed.actor.user_id,
            "receiver_post_id": None, "receiver_officer_id": None,
        }  # fmt: skip
    if not is_ended and case["closed_on"] is not None:
        return {
            "closed_on": None, "outcome": None, "ended_by": None, "settled_on": None,
            "settled_by": None, "satisfaction": None,
        }  # fmt: skip
    return {}
