"""Hand a post from one officer to the next, with its open cases, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.access.store import bump_revision
from gis_api.actions.recusals import find_case_recusals
from gis_api.cases.flow import store as flow
from gis_api.cases.ladder import climb
from gis_api.cases.routing import take_seat
from gis_api.cases.store import reading, writing
from gis_api.cases.vocabulary import QueueReason
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin, whole_scope
from gis_api.db.inbox import notify
from gis_api.db.outbox import emit_event
from gis_api.db.upkeep import store
from grid_boundaries.errors import Conflict, InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class HandedOver:
    """``case_count`` None: the day has not come; ``queued_count`` could not go to the new one."""

    post_handover_id: int
    case_count: int | None
    queued_count: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """``is_now``: the cases follow at once; ``recused_count`` cannot go to the new officer."""

    is_now: bool
    case_count: int
    recused_count: int


def hand_over(
    engine: Engine,
    actor: Actor,
    post_id: int,
    from_officer_id: int,
    to_officer_id: int,
    from_on: date,
    *,
    commit: bool = True,
) -> HandedOver:
    """The post goes to another officer from a day on; open cases follow on that day.

    Of today or earlier: at once.  A case whose parties are of the new holder's household, or that
    complains of the new holder, goes to a colleague on the post or up the ladder, and waits in the
    queue only where nobody above can take it: 回避 holds for hand-overs too.  Closed
    cases keep who handled them.  Without ``commit`` nothing is written.

    Raises NotFound ``handover.not_held`` (also for posts beyond the actor's area) and
    ``officer.unknown``, InvalidInput ``handover.same_officer`` / ``handover.too_early``, Conflict
    ``handover.already_holds``.
    """
    with begin(engine, actor, commit=commit) as conn:
        holding = _require_hand_over(conn, post_id, from_officer_id, to_officer_id, from_on)
        store.move_holding(conn, holding, post_id, to_officer_id, from_on)
        handover = {
            "post_id": post_id, "from_officer_id": from_officer_id, "to_officer_id": to_officer_id,
        }  # fmt: skip
        handover_id = store.add_handover(
            conn, from_on=from_on, arranged_by=actor.user_id, **handover
        )
        notify(conn, from_officer_id, None, "post.handed_over")
        notify(conn, to_officer_id, None, "post.taken_over")
        detail = handover | {"from_on": str(from_on)}
        add_audit(conn, actor, "post.hand_over", "post_handover", str(handover_id), detail=detail)
        if not holding["is_due"]:
            return HandedOver(handover_id, None, None)
        return _move_cases(conn, actor, handover | {"post_handover_id": handover_id})


def preview_hand_over(
    engine: Engine,
    actor: Actor,
    post_id: int,
    from_officer_id: int,
    to_officer_id: int,
    from_on: date,
) -> Preview:
    """What a hand-over would move, as of now; writes nothing and raises like ``hand_over``.

    Counts what the actor may see: asking must not tell of a complaint that is hidden from them.
    """
    with begin(engine, actor) as conn:
        holding = _require_hand_over(conn, post_id, from_officer_id, to_officer_id, from_on)
        counts = store.count_seen_cases(conn, post_id, from_officer_id, to_officer_id)
        return Preview(holding["is_due"], counts["case_count"], counts["recused_count"])


def _require_hand_over(
    conn: Connection, post_id: int, from_officer_id: int, to_officer_id: int, from_on: date
) -> Mapping[str, Any]:
    if from_officer_id == to_officer_id:
        raise InvalidInput("handover.same_officer", field="to_officer_id")
    holding = store.lock_holding(conn, post_id, from_officer_id, from_on)
    if holding is None:
        raise NotFound("handover.not_held", post_id=post_id)
    if store.find_officer(conn, to_officer_id) is None:
        raise NotFound("officer.unknown", officer_id=to_officer_id)
    if holding["begins_then"]:
        raise InvalidInput("handover.too_early", field="from_on")
    if store.holds_post(conn, post_id, to_officer_id, from_on, holding["until_on"]):
        raise Conflict("handover.already_holds", officer_id=to_officer_id)
    return holding


def apply_due_hand_overs(engine: Engine, *, commit: bool = True) -> int:
    """Move the cases of hand-overs whose day has come; the number of them.  Safe to run twice.

    Without ``commit`` they are only counted.
    """
    if not commit:
        with begin(engine, SYSTEM) as conn:
            return store.count_due_handovers(conn)
    applied = 0
    while True:
        with begin(engine, SYSTEM) as conn:
            due = store.lock_due_handover(conn)
            if due is None:
                return applied
            _move_cases(conn, SYSTEM, due)
        applied += 1


def list_hand_overs(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Hand-overs of posts in the actor's area, newest first."""
    with begin(engine, actor) as conn:
        return store.list_handovers(conn)


def _move_cases(conn: Connection, actor: Actor, handover: Mapping[str, Any]) -> HandedOver:
    handover_id = handover["post_handover_id"]
    officer = store.find_officer(conn, handover["to_officer_id"])
    assert officer is not None
    ids = {key: handover[key] for key in ("post_id", "from_officer_id", "to_officer_id")}
    with whole_scope(conn, actor):
        # A complaint is hidden from the area of whoever arranges this; it moves all the same.
        cases = store.lock_open_cases(conn, household_id=officer["household_id"], **ids)
        queued_cases = [_move_case(conn, actor, case, handover_id, ids) for case in cases]
    queued = sum(queued_cases)
    store.settle_handover(conn, handover_id, len(cases), queued)
    add_audit(
        conn, actor, "post.cases_moved", "post_handover", str(handover_id),
        row_count=len(cases), detail={"queued": queued},
    )  # fmt: skip
    bump_revision(conn)
    return HandedOver(handover_id, len(cases), queued)


def _move_case(
    conn: Connection,
    actor: Actor,
    case: Mapping[str, Any],
    handover_id: int,
    ids: Mapping[str, int],
) -> bool:
    """Give one case to whoever may take it; whether it waits in the queue now."""
    case_id, old = case["case_id"], ids["from_officer_id"]
    post_id: int | None = ids["post_id"]
    new: int | None = ids["to_officer_id"]
    queue_reason = None
    if case["is_recused"]:
        post_id, new = _climb(conn, case, ids["post_id"]) if case["is_lead"] else (post_id, None)
        if case["is_lead"] and new is None:
            queue_reason = QueueReason.NOBODY_AVAILABLE
        if new is not None:
            notify(conn, new, case_id, "case.assigned")
    if case["is_lead"]:
        store.write_lead(conn, case_id, post_id, new, queue_reason)
    joint = None if case["is_recused"] else new
    store.write_joint(conn, case_id, post_id=ids["post_id"], from_officer_id=old, officer_id=joint)
    writing.set_grants(
        conn, case_id, _plan_grants(store.list_grants(conn, case_id), case, old, new)
    )
    writing.add_history(
        conn,
        case_id,
        at=case["at"],
        actor_id=actor.user_id,
        act="handed_over",
        detail={
            "post_handover_id": handover_id, "post_id": ids["post_id"], "as_lead": case["is_lead"],
            "before_officer_id": old, "officer_id": new, "queue_reason": queue_reason,
            "answers_post_id": post_id,
        },
        access_key=case["access_key"],
    )  # fmt: skip
    emit_event(conn, "case.rerouted", case["cell_code"], case["code"], case["access_key"])
    return queue_reason is not None


def _climb(
    conn: Connection, case: Mapping[str, Any], post_id: int
) -> tuple[int | None, int | None]:
    """(post, officer) instead of a recused new holder: a colleague on the post, then upwards."""
    path = flow.list_path(conn, case["scope_key"])
    seats = reading.list_seats(conn, [cell.cell_id for cell in path], case["today"])
    recusals = find_case_recusals(
        conn, case["case_id"], case["scope_key"], case["access_key"], path
    )
    own = next((seat for seat in seats if seat.post_id == post_id), None)
    cell = next((cell for cell in path if own is not None and cell.cell_id == own.cell_id), None)
    if own is not None and cell is not None and cell.cell_id not in recusals.closed_cell_ids:
        colleague = take_seat([own], own.kind, cell, recusals, [])
        if colleague is not None:
            return post_id, colleague[1].officer_id
    kinds = flow.list_kind_path(conn, case["kind"])
    climbed = climb(kinds, path, seats, recusals, case["post_kind"])
    if climbed.seat is None or climbed.holder is None:
        return None, None
    return climbed.seat.post_id, climbed.holder.officer_id


def _plan_grants(
    grants: list[dict[str, Any]], case: Mapping[str, Any], old: int, new: int | None
) -> dict[int, str]:
    """Who sees the case after it moved; the old officer only where still asked through another."""
    planned = {grant["officer_id"]: grant["reason"] for grant in grants}
    was = next((grant for grant in grants if grant["officer_id"] == old), None)
    planned.pop(old, None)
    if case["leads_elsewhere"]:
        planned[old] = "lead"
    elif was is not None and was["is_joint"]:
        planned[old] = "joint"
    if new is not None and (case["is_lead"] or new not in planned):
        planned[new] = "lead" if case["is_lead"] else "joint"
    return planned
