"""Move a case or change its kind: it is routed anew and the change is on its record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.assignment import (
    PartyTies,
    assign,
)
from gis_api.actions.file_case import (
    history_detail,
    list_messages,
    place_columns,
    plan_grants,
)
from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import ResolvedPlace, resolve_again, resolve_place
from gis_api.cases.flow import store as flow
from gis_api.cases.intake import GivenPlace
from gis_api.cases.store import reading, writing
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, whole_scope
from gis_api.db.grid_cache import GridCache, LoadedGrid
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from grid_boundaries.errors import Conflict, InvalidInput, NotFound


def change_case(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    code: str,
    rev: int,
    *,
    kind: str | None = None,
    place: GivenPlace | None = None,
    accuracy_m: float | None = None,
    margin_m: float,
) -> None:
    """Re-route a case from its new place or kind, on the revision the caller saw.

    The old and the new officer are told; the chain of history grows by one row.  Raises NotFound
    ``case.unknown`` (missing, out of scope, or merely seen by being asked to help), Conflict
    ``case.stale`` (with the revision in force), InvalidInput ``case.nothing_to_change``,
    ``case.kind_unknown``, ``place.*``.
    """
    if kind is None and place is None and accuracy_m is None:
        raise InvalidInput("case.nothing_to_change")

    def deed(conn: Connection, grid: LoadedGrid, at: datetime) -> None:
        case = _lock(conn, actor, code)
        if case["rev"] != rev:
            raise Conflict("case.stale", case_code=code, rev=case["rev"])
        if kind is not None and not reading.case_kind_exists(conn, kind):
            raise InvalidInput("case.kind_unknown", kind=kind)
        accuracy = accuracy_m if place is not None or accuracy_m is not None else case["accuracy_m"]
        where = (
            resolve_place(conn, grid, place, accuracy, margin_m)
            if place is not None
            else _same_place(grid, case, accuracy)
        )
        with whole_scope(conn, actor):
            _apply(conn, grid, actor, case, kind or case["kind"], where, accuracy, at)

    with_plan(engine, grids, actor, deed)


def _lock(conn: Connection, actor: Actor, code: str) -> dict[str, Any]:
    """The case held, for those of its area and for whoever answers for it from elsewhere."""
    case = reading.lock_case(conn, code)
    if case is not None:
        return case
    seen = flow.find_case(conn, code)
    if seen is None or actor.officer_id is None or seen["lead_officer_id"] != actor.officer_id:
        # who was asked to help reads it; moving it is for its area and for whoever answers
        raise NotFound("case.unknown", case_code=code)
    with whole_scope(conn, actor):
        held = reading.lock_case(conn, code)
    assert held is not None
    return held


def reroute_case(conn: Connection, grid: LoadedGrid, actor: Actor, code: str, at: datetime) -> None:
    """Route a case anew where it lies: its parties have changed.  The whole place is in sight."""
    case = reading.lock_case(conn, code)
    assert case is not None
    where = _same_place(grid, case, case["accuracy_m"])
    _apply(conn, grid, actor, case, case["kind"], where, case["accuracy_m"], at)


def _same_place(grid: LoadedGrid, case: dict[str, Any], accuracy_m: float | None) -> ResolvedPlace:
    geometry = None if case["wkb"] is None else shapely.from_wkb(bytes(case["wkb"]))
    return resolve_again(grid, geometry, case["cell_id"], case["place_kind"], accuracy_m)


def _apply(
    conn: Connection,
    grid: LoadedGrid,
    actor: Actor,
    case: dict[str, Any],
    kind: str,
    where: ResolvedPlace,
    accuracy_m: float | None,
    at: datetime,
) -> None:
    case_id = case["case_id"]
    assignment = assign(conn, grid, where, kind, find_ties(conn, case), accuracy_m)
    writing.change_case(
        conn, case_id=case_id, kind=kind, **place_columns(where, assignment, accuracy_m)
    )
    writing.remove_joint(conn, case_id)
    writing.move_access(conn, case_id, assignment.access_key)
    for handler in assignment.joint:
        writing.add_joint(
            conn, case_id, handler.cell_id, post_id=handler.post_id,
            officer_id=handler.officer_id, access_key=assignment.access_key,
        )  # fmt: skip
    writing.add_grants(conn, case_id, plan_grants(assignment))
    # the old lead sees it no longer; the leader in charge, departments and linked leads do
    flow.sync_grants(conn, case_id)
    before = {
        "kind": case["kind"],
        "cell_id": case["cell_id"],
        "post_id": case["lead_post_id"],
        "officer_id": case["lead_officer_id"],
        "queue_reason": case["queue_reason"],
    }
    writing.add_history(
        conn,
        case_id,
        at=at,
        actor_id=actor.user_id,
        act="rerouted",
        detail={
            "before": before,
            "after": {"kind": kind, **history_detail(assignment)},
            "rev": case["rev"] + 1,
        },
        access_key=assignment.access_key,
    )
    add_audit(conn, actor, "case.change", "case", case["code"], row_count=1)
    old_officer, new_officer = case["lead_officer_id"], assignment.decision.officer_id
    if old_officer is not None and old_officer != new_officer:
        notify(conn, old_officer, case_id, "case.taken_away")
    told = () if new_officer != old_officer or old_officer is None else (old_officer,)
    for officer_id, message in list_messages(assignment, "case.assigned", already_told=told):
        notify(conn, officer_id, case_id, message)
    path = assignment.why["path"]
    cell_code = path[-1]["code"] if path else None
    emit_event(conn, "case.rerouted", cell_code, case["code"], assignment.access_key)
    if case["access_key"] != assignment.access_key:
        # where it was seen before, it is gone: say so there without saying where to
        emit_event(conn, "case.left", None, case["code"], case["access_key"])


def find_ties(conn: Connection, case: dict[str, Any]) -> PartyTies:
    """What routing must know of the parties of a case."""
    ties = reading.list_party_ties(conn, case["case_id"])
    respondent = next((t for t in ties if t["side"] == "respondent"), {})
    return PartyTies(
        household_ids=frozenset(t["household_id"] for t in ties if t["household_id"] is not None),
        respondent_kind=case["respondent_kind"],
        respondent_officer_id=respondent.get("officer_id"),
        respondent_cell_id=respondent.get("cell_id"),
        recused_ids=flow.list_recused(conn, case["case_id"]),
    )
