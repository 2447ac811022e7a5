"""File a case: one transaction from the place to the officer, the history and the event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.alert import alert_ladder
from gis_api.actions.assignment import (
    Assignment,
    PartyTies,
    assign,
    known_ids,
    resolve_respondent,
)
from gis_api.actions.intake_clocks import start_intake_clocks
from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import ResolvedPlace, resolve_place
from gis_api.cases.intake import NewCase
from gis_api.cases.store import reading, writing
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from grid_boundaries.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Filed:
    """The code of a case, and whether this call made it or an earlier one with the same key."""

    code: str
    is_new: bool


def file_case(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    new: NewCase,
    *,
    idempotency_key: str | None,
    margin_m: float,
) -> Filed:
    """Register a case and decide who answers; acknowledged only when committed.

    The same key with the same body answers with the first case and writes nothing.  Raises
    InvalidInput: ``idempotency.other_body``, ``case.kind_unknown``, ``case.happened_in_future``,
    ``place.*``, ``respondent.*``, ``reporter.household_unknown``.
    """

    def deed(conn: Connection, grid: LoadedGrid, at: Any) -> Filed:
        if idempotency_key is not None:
            earlier = _find_earlier(conn, actor, idempotency_key, new)
            if earlier is not None:
                return Filed(earlier, is_new=False)
        _check(conn, new, grid)
        place = resolve_place(conn, grid, new.place, new.accuracy_m, margin_m)
        cell_id, officer_id = resolve_respondent(conn, new.respondent, grid.token.on)
        ties = PartyTies(
            household_ids=known_ids(new.reporter.household_id, new.respondent.household_id),
            respondent_kind=new.respondent.kind,
            respondent_officer_id=officer_id,
            respondent_cell_id=cell_id,
        )
        with whole_scope(conn, actor):
            assignment = assign(conn, grid, place, new.kind, ties, new.accuracy_m)
            code = writing.next_case_code(conn, at)
            case_id = _write(conn, actor, new, place, ties, assignment, code, at, grid)
            if idempotency_key is not None:
                writing.settle_key(conn, actor.user_id, idempotency_key, case_id)
        return Filed(code, is_new=True)

    return with_plan(engine, grids, actor, deed)


def _find_earlier(conn: Connection, actor: Actor, key: str, new: NewCase) -> str | None:
    body_hash = new.body_hash()
    if writing.claim_key(conn, actor.user_id, key, body_hash):
        return None
    found = reading.find_key(conn, actor.user_id, key)
    if found is None or bytes(found["body_hash"]) != body_hash:
        raise InvalidInput("idempotency.other_body")
    with whole_scope(conn, actor):
        settled = reading.find_key(conn, actor.user_id, key)
    return str(settled["code"]) if settled else None


def _check(conn: Connection, new: NewCase, grid: LoadedGrid) -> None:
    if not reading.case_kind_exists(conn, new.kind):
        raise InvalidInput(
            "case.kind_unknown",
            kind=new.kind,
            known=[row["kind"] for row in reading.list_case_kinds(conn)],
        )
    if new.happened_on is not None and new.happened_on > grid.token.on:
        raise InvalidInput("case.happened_in_future", happened_on=new.happened_on.isoformat())
    for household_id, side in (
        (new.reporter.household_id, "reporter"),
        (new.respondent.household_id, "respondent"),
    ):
        if household_id is not None and reading.find_household_place(conn, household_id) is None:
            raise InvalidInput(f"{side}.household_unknown")


def _write(
    conn: Connection,
    actor: Actor,
    new: NewCase,
    place: ResolvedPlace,
    ties: PartyTies,
    assignment: Assignment,
    code: str,
    at: Any,
    grid: LoadedGrid,
) -> int:
    case_id = writing.add_case(
        conn,
        code=code,
        kind=new.kind,
        source=new.source,
        urgent=new.urgent,
        happened_on=new.happened_on or grid.token.on,
        at=at,
        actor_id=actor.user_id,
        respondent_kind=new.respondent.kind,
        **place_columns(place, assignment, new.accuracy_m),
    )
    access_key = assignment.access_key
    writing.add_case_text(conn, case_id, new.text, access_key)
    _add_parties(conn, case_id, access_key, new, place, ties)
    add_joint_handlers(conn, case_id, assignment)
    writing.add_history(
        conn,
        case_id,
        at=at,
        actor_id=actor.user_id,
        act="registered",
        detail=history_detail(assignment),
        access_key=access_key,
    )
    start_intake_clocks(conn, case_id, new.source, new.kind, grid.token.on)
    add_audit(conn, actor, "case.file", "case", code, row_count=1)
    notify_handlers(conn, case_id, assignment, "case.assigned", already_told=())
    if new.urgent:
        alert_ladder(conn, grid, case_id, place, ties, assignment)
    emit_event(conn, "case.registered", _cell_code(assignment), code, access_key)
    return case_id


def _add_parties(
    conn: Connection,
    case_id: int,
    access_key: str,
    new: NewCase,
    place: ResolvedPlace,
    ties: PartyTies,
) -> None:
    if any((new.reporter.name, new.reporter.phone, new.reporter.household_id)):
        writing.add_party(
            conn,
            case_id,
            access_key,
            "reporter",
            name=new.reporter.name,
            phone=new.reporter.phone,
            household_id=new.reporter.household_id,
        )
    if any((ties.respondent_officer_id, ties.respondent_cell_id, new.respondent.household_id)):
        writing.add_party(
            conn,
            case_id,
            access_key,
            "respondent",
            household_id=new.respondent.household_id,
            officer_id=ties.respondent_officer_id,
            cell_id=ties.respondent_cell_id,
        )
    for household_id in sorted(place.household_ids - ties.household_ids):
        writing.add_party(conn, case_id, access_key, "party", household_id=household_id)


def place_columns(
    place: ResolvedPlace, assignment: Assignment, accuracy_m: float | None
) -> dict[str, Any]:
    """The columns of a case row that its place and assignment decide."""
    return {
        "place_kind": place.kind,
        "wkb": None if place.geometry is None else shapely.to_wkb(place.geometry),
        "accuracy_m": accuracy_m,
        "how": place.placement.how,
        "grid_version_id": assignment.grid_version_id,
        "cell_version_id": assignment.cell_version_id,
        "cell_id": assignment.cell_id,
        "scope_key": assignment.scope_key,
        "access_key": assignment.access_key,
        "lead_post_id": assignment.decision.post_id,
        "lead_officer_id": assignment.decision.officer_id,
        "queue_reason": assignment.decision.queue_reason,
        "why": assignment.why,
    }


def history_detail(assignment: Assignment) -> dict[str, Any]:
    """What history keeps of a decision: ids and codes."""
    return {
        "cell_id": assignment.cell_id,
        "grid_version_id": assignment.grid_version_id,
        "rule_id": assignment.decision.rule_id,
        "post_id": assignment.decision.post_id,
        "officer_id": assignment.decision.officer_id,
        "queue_reason": assignment.decision.queue_reason,
        "joint_cell_ids": [handler.cell_id for handler in assignment.joint],
    }


def add_joint_handlers(conn: Connection, case_id: int, assignment: Assignment) -> None:
    """Record the cells that share the place, and let lead and joint officers see the case."""
    asked = [(handler.officer_id, "joint") for handler in assignment.joint]
    asked.append((assignment.decision.officer_id, "lead"))
    grants = {officer_id: reason for officer_id, reason in asked if officer_id is not None}
    writing.set_grants(conn, case_id, grants)
    for handler in assignment.joint:
        writing.add_joint(
            conn,
            case_id,
            handler.cell_id,
            post_id=handler.post_id,
            officer_id=handler.officer_id,
            access_key=assignment.access_key,
        )


def notify_handlers(
    conn: Connection,
    case_id: int,
    assignment: Assignment,
    kind: str,
    already_told: Iterable[int],
) -> None:
    """Tell the lead and the joint officers, each once."""
    told = set(already_told)
    handlers = [(assignment.decision.officer_id, kind)]
    handlers += [(handler.officer_id, "case.joint") for handler in assignment.joint]
    for officer_id, message in handlers:
        if officer_id is not None and officer_id not in told:
            told.add(officer_id)
            notify(conn, officer_id, case_id, message)


def _cell_code(assignment: Assignment) -> str | None:
    path = assignment.why["path"]
    return path[-1]["code"] if path else None
