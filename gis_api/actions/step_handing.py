"""Steps by which a case goes from one officer to another; somebody owns it at every moment."""

from __future__ import annotations

from typing import Any

from gis_api.actions.recusals import find_case_recusals
from gis_api.actions.step_deed import Deed, Outcome
from gis_api.cases.flow import store
from gis_api.cases.ladder import climb
from gis_api.cases.routing import (
    WHOLE_PLACE_ONLY,
    Holder,
    PathCell,
    Recusals,
    Seat,
    route,
    take_seat,
)
from gis_api.cases.store import reading
from grid_boundaries.errors import Conflict, InvalidInput

ASKED = "case.to_sign"


def assign(deed: Deed) -> Outcome:
    """交办: to whoever answers already, or to a post named; the owner stays until signed."""
    if deed.order.post_id is None:
        if deed.order.officer_id is not None:
            raise InvalidInput("step.needs", field="post_id", step="assign", missing=["post_id"])
        lead = deed.case["lead_officer_id"]
        if lead is None:
            raise Conflict("step.nobody_there")
        return _ask(deed.case["lead_post_id"], lead)
    return forward(deed)


def forward(deed: Deed) -> Outcome:
    """转办: the post named is asked to sign; a queued case gets its owner at once."""
    post = None if deed.order.post_id is None else store.find_post(deed.conn, deed.order.post_id)
    if post is None:
        raise InvalidInput("step.post_unknown", field="post_id")
    recusals = find_recusals(deed, store.list_path(deed.conn, deed.case["scope_key"]))
    holder = _holder_of(deed, post, recusals)
    owner = {}
    if deed.case["lead_officer_id"] is None:
        owner = _owner(deed.order.post_id, holder.officer_id)
    asked = _ask(post["post_id"], holder.officer_id)
    return Outcome(columns=asked.columns | owner, detail=asked.detail, told=asked.told)


def sign(deed: Deed) -> Outcome:
    """签收: whoever was asked becomes the owner."""
    officer = deed.case["receiver_officer_id"] or deed.case["lead_officer_id"]
    post = deed.case["receiver_post_id"] or deed.case["lead_post_id"]
    # a colleague who holds the same post may sign: then it is theirs
    if deed.actor.officer_id in deed.now.receiver_holders:
        officer = deed.actor.officer_id
    if officer is None:
        raise Conflict("step.nobody_there")
    before = deed.case["lead_officer_id"]
    told = ((before, "case.signed_for"),) if before not in (None, officer) else ()
    detail = {"post_id": post, "before_officer_id": before}
    if deed.actor.officer_id != officer:
        detail["on_behalf"] = True
    return Outcome(columns=_owner(post, officer) | _nobody_asked(), detail=detail, told=told)


def return_case(deed: Deed) -> Outcome:
    """退回: back to the owner, who never stopped being it."""
    lead = deed.case["lead_officer_id"]
    told = ((lead, "case.returned"),) if lead is not None else ()
    asked = deed.case["receiver_officer_id"]
    return Outcome(columns=_nobody_asked(), detail={"asked_officer_id": asked}, told=told)


def escalate(deed: Deed) -> Outcome:
    """升级: the next rung of the ladder is asked to sign; Conflict ``step.at_top`` above it."""
    found = climb_one(deed)
    if found is None:
        raise Conflict("step.at_top")
    return found


def climb_one(deed: Deed) -> Outcome | None:
    """The next rung asked, or None when nobody stands above."""
    case = deed.case
    path = store.list_path(deed.conn, case["scope_key"])
    seats = reading.list_seats(deed.conn, [cell.cell_id for cell in path], case["today"])
    post_id = case["receiver_post_id"] or case["lead_post_id"]
    post = None if post_id is None else store.find_post(deed.conn, post_id)
    climbed = climb(
        store.list_kind_path(deed.conn, case["kind"]),
        path,
        seats,
        find_recusals(deed, path),
        None if post is None else post["kind"],
    )
    if climbed.seat is None or climbed.holder is None:
        return None
    owner = {}
    if case["lead_officer_id"] is None:
        owner = _owner(climbed.seat.post_id, climbed.holder.officer_id)
    asked = _ask(climbed.seat.post_id, climbed.holder.officer_id)
    return Outcome(
        columns=asked.columns | owner,
        detail=asked.detail | {"before_post_id": post_id},
        state="assigned",
        opens=frozenset({"escalated"}),
        told=asked.told,
        events=("escalate",),
    )


def recuse(deed: Deed) -> Outcome:
    """回避: who steps back is out; the rules decide anew, and the queue takes what nobody can."""
    case = deed.case
    officer = deed.actor.officer_id
    assert officer is not None, "the table of steps asks for an officer of the case"
    store.add_recusal(deed.conn, deed.case_id, officer, has_kin_tie=bool(deed.order.kin))
    path = store.list_path(deed.conn, case["scope_key"])
    detail = {"recused_officer_id": officer, "has_kin_tie": bool(deed.order.kin)}
    if officer != case["lead_officer_id"]:
        lead = case["lead_officer_id"]
        return Outcome(_nobody_asked(), detail, told=((lead, "case.returned"),) if lead else ())
    routing = reading.get_routing(deed.conn)
    decision = route(
        case["kind"],
        path,
        routing.rules,
        routing.ladder,
        reading.list_seats(deed.conn, [cell.cell_id for cell in path], case["today"]),
        find_recusals(deed, path),
    )
    new = decision.officer_id
    columns = {
        "lead_post_id": decision.post_id,
        "lead_officer_id": new,
        "queue_reason": decision.queue_reason,
    }
    told = ((new, "case.assigned"),) if new is not None else ()
    return Outcome(columns | _nobody_asked(), detail | {"post_id": decision.post_id}, told=told)


def take_charge(deed: Deed) -> Outcome:
    """包案: a leader answers for the whole; the handler goes on handling."""
    officer = deed.order.officer_id
    if officer is None or not reading.officer_exists(deed.conn, officer):
        raise InvalidInput("step.officer_unknown", field="officer_id")
    path = store.list_path(deed.conn, deed.case["scope_key"])
    recusals = find_recusals(deed, path)
    if officer in recusals.officer_ids or store.lives_in(
        deed.conn, officer, recusals.household_ids
    ):
        raise Conflict("step.recused")
    return Outcome(
        {"official_officer_id": officer},
        {"official_officer_id": officer},
        told=((officer, "case.in_charge"),),
    )


def find_recusals(deed: Deed, path: list[PathCell]) -> Recusals:
    """Who may not get the case: own household, complained of, stepped back, the hidden area."""
    case = deed.case
    return find_case_recusals(deed.conn, deed.case_id, case["scope_key"], case["access_key"], path)


def _holder_of(deed: Deed, post: dict[str, Any], recusals: Recusals) -> Holder:
    """Who of the post's holders takes it; Conflict when nobody may."""
    seats = [
        seat
        for seat in reading.list_seats(deed.conn, [post["cell_id"]], deed.case["today"])
        if seat.post_id == post["post_id"]
    ]
    wanted = deed.order.officer_id
    if wanted is not None:
        seats = [_only(seat, wanted) for seat in seats]
        if not any(seat.holders for seat in seats):
            raise InvalidInput("step.officer_unknown", field="officer_id")
    if _is_in_hidden_area(deed.case, post["scope_key"]):
        raise Conflict("step.recused")
    cell = PathCell(post["cell_id"], post["code"], post["rank"], post["scope_key"])
    taken = take_seat(seats, post["kind"], cell, recusals, [])
    if taken is None:
        raise Conflict("step.nobody_there")
    return taken[1]


def _only(seat: Seat, officer_id: int) -> Seat:
    holders = tuple(holder for holder in seat.holders if holder.officer_id == officer_id)
    return Seat(seat.post_id, seat.kind, seat.cell_id, holders)


def _is_in_hidden_area(case: dict[str, Any], scope_key: str) -> bool:
    """Whether a post lies in the area complained of."""
    if case["access_key"] == case["scope_key"]:
        return False
    seen_from = "" if case["access_key"] == WHOLE_PLACE_ONLY else case["access_key"]
    closed_from = case["scope_key"][: len(seen_from) + 8]
    return bool(scope_key.startswith(closed_from))


def _ask(post_id: int | None, officer_id: int) -> Outcome:
    return Outcome(
        {"receiver_post_id": post_id, "receiver_officer_id": officer_id},
        {"asked_post_id": post_id, "asked_officer_id": officer_id},
        told=((officer_id, ASKED),),
    )


def _owner(post_id: int | None, officer_id: int) -> dict[str, Any]:
    return {"lead_post_id": post_id, "lead_officer_id": officer_id, "queue_reason": None}


def _nobody_asked() -> dict[str, Any]:
    return {"receiver_post_id": None, "receiver_officer_id": None}
