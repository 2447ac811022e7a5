"""Messages to the signed-in officer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gis_api.actions.read_inbox import mark_message_read, read_inbox
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.inbox import Inbox, Message

router = APIRouter(prefix="/api/inbox", tags=["inbox"])

MessageId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", summary="My messages, newest first")
def get_inbox(services: ServicesDep, actor: Annotated[Actor, permit("inbox", "read")]) -> Inbox:
    """The newest 100 messages and the number of unread ones."""
    rows, unread = read_inbox(services.engine, actor)
    return Inbox(items=[Message(**row) for row in rows], unread=unread)


@router.post("/{notification_id}/read", status_code=204, summary="I have read this one")
def post_read(
    notification_id: MessageId,
    services: ServicesDep,
    actor: Annotated[Actor, permit("inbox", "mark")],
) -> Response:
    """Note the time; a second time changes nothing."""
    mark_message_read(services.engine, actor, notification_id)
    return Response(status_code=204)
