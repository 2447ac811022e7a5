"""Steps that start, move and end a procedure of a case."""

from __future__ import annotations

from dataclasses import replace

from gis_api.actions.step_deed import Deed, Outcome
from gis_api.actions.step_handing import climb_one
from gis_api.cases.flow import store
from gis_api.cases.lawful import require_lawful, require_way
from gis_api.cases.procedures import Procedure, get_procedure
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput

WAYS_OF_WORK = {"mediating": "mediation", "surveying": "survey", "consulting": None}
ENDS_OF_MEDIATION = ("refused", "failed")
ORGANS = frozenset({"system", "centre", "department_officer"})


def guide(deed: Deed) -> Outcome:
    """引导告知: the written note names the way; any declared way may be named."""
    assert deed.order.way is not None
    require_way(deed.order.way)
    return Outcome(detail={"way": deed.order.way})


def refer(deed: Deed) -> Outcome:
    """导入法定途径: only a way that the law opens to this kind of case."""
    assert deed.order.way is not None
    require_lawful(store.list_kind_path(deed.conn, deed.case["kind"]), deed.order.way)
    return Outcome(detail={"way": deed.order.way})


def ground(deed: Deed) -> Outcome:
    """A decision or refusal names its legal ground by code."""
    return Outcome(detail={"ground": deed.order.ground})


def begin(deed: Deed) -> Outcome:
    """开始办理: mediating and surveying start their procedure."""
    way = deed.order.way
    if way not in WAYS_OF_WORK:
        raise InvalidInput("step.way_unknown", field="way", known=sorted(WAYS_OF_WORK))
    slug = WAYS_OF_WORK[way]
    if slug is None or slug in deed.now.procedures:
        return Outcome(detail={"way": way})
    return Outcome(detail={"way": way}, events=(_start(deed, get_procedure(slug)),))


def end_mediation(deed: Deed) -> Outcome:
    """调解未成: a refusal ends mediation; a failure climbs the ladder as well."""
    why = deed.order.why
    if why not in ENDS_OF_MEDIATION:
        raise InvalidInput("step.why_unknown", field="why", known=list(ENDS_OF_MEDIATION))
    events = (_move(deed, get_procedure("mediation"), why),)
    detail = {"procedure": "mediation", "event": why}
    climbed = climb_one(deed) if why == "failed" else None
    if climbed is None:
        return Outcome(detail=detail, events=events)
    return replace(climbed, detail=climbed.detail | detail, events=(*climbed.events, *events))


def start_procedure(deed: Deed) -> Outcome:
    """启动程序: open to this kind of case, and not running already."""
    assert deed.order.procedure is not None
    procedure = get_procedure(deed.order.procedure)
    if procedure.procedure in deed.now.procedures:
        raise Conflict("step.procedure_runs", procedure=procedure.procedure)
    if procedure.way is not None:
        require_lawful(store.list_kind_path(deed.conn, deed.case["kind"]), procedure.way)
    if deed.case["closed_on"] is not None and not procedure.outlives:
        raise Conflict("step.case_ended", procedure=procedure.procedure)
    detail = {"procedure": procedure.procedure, "event": procedure.stages[0]}
    return Outcome(detail=detail, events=(_start(deed, procedure),))


def record_event(deed: Deed) -> Outcome:
    """记录程序节点: the next stage, or a result."""
    assert deed.order.procedure is not None
    assert deed.order.event is not None
    procedure = get_procedure(deed.order.procedure)
    if deed.order.event in procedure.organ_only and deed.actor.role not in ORGANS:
        raise Forbidden("step.organ_only", procedure=procedure.procedure, event=deed.order.event)
    events = (_move(deed, procedure, deed.order.event),)
    detail = {"procedure": procedure.procedure, "event": deed.order.event}
    return Outcome(detail=detail, events=events)


def _start(deed: Deed, procedure: Procedure) -> str:
    """Begin the procedure; what clocks hear."""
    store.start_procedure(
        deed.conn, deed.case_id, procedure.procedure, procedure.stages[0], deed.on
    )
    return f"{procedure.procedure}.{procedure.stages[0]}"


def _move(deed: Deed, procedure: Procedure, event: str) -> str:
    """Bring the running procedure to a stage or its end; what clocks hear."""
    running = store.find_procedure(deed.conn, deed.case_id, procedure.procedure)
    if running is None:
        raise Conflict("step.procedure_not_running", procedure=procedure.procedure)
    allowed = procedure.list_next(running["stage"])
    if event not in allowed:
        raise Conflict(
            "step.event_out_of_order", field="event", procedure=procedure.procedure,
            stage=running["stage"], allowed=list(allowed),
        )  # fmt: skip
    result = event if event in procedure.results else None
    stage = running["stage"] if result else event
    store.move_procedure(
        deed.conn, deed.case_id, procedure.procedure, stage=stage, result=result, on=deed.on
    )
    return f"{procedure.procedure}.{event}"
