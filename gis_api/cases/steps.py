"""Which steps somebody may take on a case now.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gis_api.cases.workflow import Step, Workflow
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput

# They direct the work of others and may act for a handler of their area.
DIRECTORS = frozenset({"system", "centre", "clerk", "investigator", "village_leader"})
# They take in what comes on paper: also the signature of somebody who has no account.
WINDOW = frozenset({"system", "centre", "clerk"})


@dataclass(frozen=True, slots=True)
class CaseNow:
    """What decides about the next step of a case."""

    state: str
    overlays: frozenset[str] = frozenset()
    lead_officer_id: int | None = None
    receiver_officer_id: int | None = None
    # others who hold the post that was asked
    receiver_holders: frozenset[int] = frozenset()
    ended_by: int | None = None
    outcome: str | None = None
    is_settled: bool = False
    open_performances: int = 0
    # the procedures that run, and those that ended: procedure → result
    procedures: frozenset[str] = frozenset()
    results: frozenset[tuple[str, str]] = frozenset()
    running_clocks: frozenset[str] = frozenset()
    open_documents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Doer:
    """Who asks."""

    user_id: int
    role: str
    officer_id: int | None = None


def list_allowed(workflow: Workflow, now: CaseNow, doer: Doer) -> list[Step]:
    """Steps that are possible now for this person, as declared in order."""
    return [
        step
        for step in workflow.steps.values()
        if fits(step, now) and may(step, doer) and is_related(step, now, doer)
    ]


def require_step(workflow: Workflow, now: CaseNow, doer: Doer, name: str) -> Step:
    """The step, if it may be taken now by this person.

    Raises InvalidInput ``step.unknown``, Forbidden ``step.not_yours``, Conflict
    ``step.wrong_state`` with the steps allowed instead.
    """
    step = workflow.steps.get(name)
    if step is None:
        raise InvalidInput("step.unknown", field="step", known=sorted(workflow.steps))
    if not may(step, doer):
        raise Forbidden("step.not_yours", step=name, role=doer.role, who="role")
    if not fits(step, now):
        allowed = [each.step for each in list_allowed(workflow, now, doer)]
        raise Conflict("step.wrong_state", step=name, state=now.state, allowed=allowed)
    if not is_related(step, now, doer):
        raise Forbidden("step.not_yours", step=name, role=doer.role, who=step.who)
    return step


def fits(step: Step, now: CaseNow) -> bool:
    """Whether state, overlays and what hangs on the case let the step be taken by anybody."""
    if now.state not in step.from_states or step.unless & now.overlays:
        return False
    if step.while_any and not step.while_any & now.overlays:
        return False
    guard = GUARDS.get(step.step)
    return guard is None or guard(now)


def may(step: Step, doer: Doer) -> bool:
    """Whether the role may take the step at all."""
    return doer.role == "system" or doer.role in step.may


def is_related(step: Step, now: CaseNow, doer: Doer) -> bool:
    """Whether this person stands to the case as the step asks for."""
    return RELATION[step.who](now, doer)


def _is_receiver(now: CaseNow, doer: Doer) -> bool:
    if doer.role in WINDOW:
        return True
    asked = {now.receiver_officer_id or now.lead_officer_id, *now.receiver_holders} - {None}
    return doer.officer_id in asked


def _is_handler(now: CaseNow, doer: Doer) -> bool:
    if doer.role in DIRECTORS or now.lead_officer_id is None:
        return True
    return doer.officer_id == now.lead_officer_id


def _is_not_handler(now: CaseNow, doer: Doer) -> bool:
    is_lead = doer.officer_id is not None and doer.officer_id == now.lead_officer_id
    return not is_lead and doer.user_id != now.ended_by


def _is_officer(now: CaseNow, doer: Doer) -> bool:
    asked = {now.lead_officer_id, now.receiver_officer_id} - {None}
    return doer.officer_id in asked


RELATION: Mapping[str, Callable[[CaseNow, Doer], bool]] = {
    "anyone": lambda _now, _doer: True,
    "receiver": _is_receiver,
    "handler": _is_handler,
    "not_handler": _is_not_handler,
    "officer": _is_officer,
}


def _mediation_is_open(now: CaseNow) -> bool:
    # one side's refusal ends mediation: a new one begins only by both sides' will
    return ("mediation", "refused") not in now.results or "mediation" in now.procedures


GUARDS: Mapping[str, Callable[[CaseNow], bool]] = {
    "agree": _mediation_is_open,
    "end_mediation": lambda now: "mediation" in now.procedures,
    "extend": lambda now: bool(now.running_clocks),
    "ask_extension": lambda now: bool(now.running_clocks),
    "answer": lambda now: bool(now.open_documents),
    "record_event": lambda now: bool(now.procedures),
    "performed": lambda now: now.open_performances > 0,
    "confirm_settled": lambda now: (
        not now.is_settled
        and now.open_performances == 0
        and now.outcome
        in {"agreement_written", "agreement_oral", "decision", "explained", "withdrawn"}
    ),
}
