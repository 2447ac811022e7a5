"""Leave, hand-overs of posts with their open cases, and notes between shifts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions.hand_over import hand_over, list_hand_overs, preview_hand_over
from gis_api.actions.hand_over_shift import list_shift_notes, take_shift_note, write_shift_note
from gis_api.actions.leave import add_leave, end_leave, list_leave
from gis_api.actions.list_posts import list_posts
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.upkeep import (
    HandOverAnswer,
    HandOverBody,
    HandOverItem,
    HandOverItems,
    HandOverPreview,
    HeldPost,
    HeldPosts,
    LeaveBody,
    LeaveItem,
    LeaveItems,
    Made,
    OwnLeaveBody,
    ShiftNoteBody,
    ShiftNoteItem,
    ShiftNoteItems,
)

router = APIRouter(prefix="/api", tags=["upkeep"])

Key = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/leave", summary="Who is away, today and later")
def get_leave(
    services: ServicesDep, actor: Annotated[Actor, permit("leave", "read")]
) -> LeaveItems:
    """One's own, and of post-holders in one's area."""
    return LeaveItems(items=[LeaveItem(**row) for row in list_leave(services.engine, actor)])


@router.post("/leave", status_code=201, summary="Note an officer's leave")
def post_leave(
    body: LeaveBody, services: ServicesDep, actor: Annotated[Actor, permit("leave", "add")]
) -> Made:
    """New cases pass the officer over on these days; open cases stay."""
    return Made(id=add_leave(services.engine, actor, body.officer_id, body.from_on, body.to_on))


@router.post("/leave/mine", status_code=201, summary="Note one's own leave")
def post_own_leave(
    body: OwnLeaveBody, services: ServicesDep, actor: Annotated[Actor, permit("leave", "add_own")]
) -> Made:
    return Made(id=add_leave(services.engine, actor, None, body.from_on, body.to_on))


@router.delete("/leave/{officer_leave_id}", status_code=204, summary="End an officer's leave")
def delete_leave(
    officer_leave_id: Key, services: ServicesDep, actor: Annotated[Actor, permit("leave", "remove")]
) -> Response:
    """Leave to come is taken back; leave that has begun ends today."""
    end_leave(services.engine, actor, officer_leave_id, own_only=False)
    return Response(status_code=204)


@router.delete("/leave/mine/{officer_leave_id}", status_code=204, summary="End one's own leave")
def delete_own_leave(
    officer_leave_id: Key,
    services: ServicesDep,
    actor: Annotated[Actor, permit("leave", "remove_own")],
) -> Response:
    end_leave(services.engine, actor, officer_leave_id, own_only=True)
    return Response(status_code=204)


@router.get("/posts", summary="Posts of one's area, their holders, leave and open cases")
def get_posts(
    services: ServicesDep,
    actor: Annotated[Actor, permit("post", "staff")],
    cell_code: Annotated[str | None, Query(min_length=1, max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=2000)] = 2000,
) -> HeldPosts:
    """For whoever puts officers on and off duty; ``cell_code`` narrows it to a cell and below."""
    rows = list_posts(services.engine, actor, cell_code, limit)
    total = rows[0]["total"] if rows else 0
    return HeldPosts(items=[HeldPost(**row) for row in rows], total=total)


@router.post("/handovers/preview", summary="What handing a post over would move; writes nothing")
def post_handover_preview(
    body: HandOverBody, services: ServicesDep, actor: Annotated[Actor, permit("handover", "add")]
) -> HandOverPreview:
    found = preview_hand_over(
        services.engine, actor, body.post_id, body.from_officer_id, body.to_officer_id, body.from_on
    )
    return HandOverPreview(
        is_now=found.is_now, case_count=found.case_count, recused_count=found.recused_count
    )


@router.get("/handovers", summary="Hand-overs of posts, newest first")
def get_handovers(
    services: ServicesDep, actor: Annotated[Actor, permit("handover", "read")]
) -> HandOverItems:
    rows = list_hand_overs(services.engine, actor)
    return HandOverItems(items=[HandOverItem(**row) for row in rows])


@router.post("/handovers", status_code=201, summary="Hand a post over with its open cases")
def post_handover(
    body: HandOverBody, services: ServicesDep, actor: Annotated[Actor, permit("handover", "add")]
) -> HandOverAnswer:
    """One transaction: the post, its open cases, their history, and both officers told."""
    done = hand_over(
        services.engine, actor, body.post_id, body.from_officer_id, body.to_officer_id, body.from_on
    )
    return HandOverAnswer(
        post_handover_id=done.post_handover_id,
        case_count=done.case_count,
        queued_count=done.queued_count,
    )


@router.get("/shift-notes", summary="Notes between shifts, newest first")
def get_shift_notes(
    services: ServicesDep,
    actor: Annotated[Actor, permit("shift_note", "read")],
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ShiftNoteItems:
    rows = list_shift_notes(services.engine, actor, before, limit)
    items = [ShiftNoteItem(text=row.pop("body"), **row) for row in rows]
    return ShiftNoteItems(
        items=items, next=items[-1].shift_note_id if len(items) == limit else None
    )


@router.post("/shift-notes", status_code=201, summary="Tell the next shift")
def post_shift_note(
    body: ShiftNoteBody, services: ServicesDep, actor: Annotated[Actor, permit("shift_note", "add")]
) -> Made:
    return Made(
        id=write_shift_note(services.engine, actor, body.cell_code, body.text, body.open_items)
    )


@router.post("/shift-notes/{shift_note_id}/take", status_code=204, summary="Take a note over")
def post_take(
    shift_note_id: Key, services: ServicesDep, actor: Annotated[Actor, permit("shift_note", "take")]
) -> Response:
    """Signs for it, once; not one's own."""
    take_shift_note(services.engine, actor, shift_note_id)
    return Response(status_code=204)
