"""Live events as a server-sent stream: contiguous, or an explicit gap."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from gis_api.access.permissions import read_permissions
from gis_api.access.session import Session
from gis_api.actions.replay_events import (
    Replay,
    hears_by_grant,
    is_of_area,
    list_granted,
    replay_events,
)
from gis_api.db.engine import Actor
from gis_api.db.event_reader import START, Event, Position, find_position
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.dependencies.signed_in import find_session
from gis_api.http.event_hub import Listener
from gis_api.http.session_cookie import read_session_cookie
from grid_boundaries.errors import WanggeError

router = APIRouter(prefix="/api/events", tags=["events"])

CHECK_S = 1.0
HEARTBEAT_S = 15.0
MAX_STREAMS = 1000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """An answer of type text/event-stream."""

    media_type = "text/event-stream"


@router.get(
    "",
    summary="Live events of one's area (SSE)",
    response_class=EventStream,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_events(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit("event", "follow")],  # noqa: ARG001  nobody signed in: 401 before the stream begins
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=80)] = None,
) -> StreamingResponse:
    """``data: {id, kind, cell_code, code, at}``, of the area, or of the cases and requests granted;
    ``event: gap`` says that events were lost and the lists must be read again.  Ends with the
    session.
    """
    if not await services.events.wait_ready(5.0):
        raise WanggeError("service.database_down")
    if services.events.listener_count >= MAX_STREAMS:
        raise WanggeError("service.busy")
    token = read_session_cookie(request) or ""
    return EventStream(_Feed(services, token, last_event_id).run(), headers=_HEADERS)


class _Feed:
    """One client's stream: what it missed, then what happens."""

    def __init__(self, services: Services, token: str, last_id: str | None) -> None:
        self._services = services
        self._token = token
        self._last_id = last_id
        # Nothing at or before this position is sent again.
        self._sent_until = START
        self._beat_s = time.monotonic()

    async def run(self) -> AsyncIterator[str]:
        with self._services.events.listen() as listener:
            yield "retry: 2000\n\n"
            try:
                if self._last_id is None:
                    self._sent_until = listener.start
                    yield f"id: {listener.start.to_text()}\n: connected\n\n"
                else:
                    async for text in self._catch_up(self._last_id, listener.start):
                        yield text
                while not self._services.events.closing:
                    session = await self._find_session()
                    if session is None:
                        return
                    for text in await self._take(listener, session):
                        yield text
                    await listener.wait(CHECK_S)
            except SQLAlchemyError:
                return  # the client comes back with its last id

    async def _catch_up(self, last_id: str, until: Position) -> AsyncIterator[str]:
        """What happened since the client's last event; a gap where that is no longer known."""
        after = find_position(last_id)
        is_first = True
        while after is not None and (is_first or after < until):
            is_first = False
            session = await self._find_session()
            if session is None:
                return
            replay: Replay = await run_in_threadpool(
                replay_events, self._services.engine, session.actor, after, until
            )
            if not replay.is_complete:
                after = None
                break
            for event in replay.events:
                yield _frame(event)
            after = max(after, replay.next_after)
        self._sent_until = until if after is None else max(after, until)
        if after is None:
            yield _gap(until, "forgotten")

    async def _take(self, listener: Listener, session: Session) -> list[str]:
        lost_until, events = listener.take()
        frames = [] if lost_until is None else [_gap(lost_until, "slow")]
        fresh = [event for event in events if event.position > self._sent_until]
        frames += [_frame(event) for event in await self._list_heard(session.actor, fresh)]
        if frames:
            self._beat_s = time.monotonic()
        elif time.monotonic() - self._beat_s >= HEARTBEAT_S:
            self._beat_s = time.monotonic()
            frames.append(": beat\n\n")
        return frames

    async def _list_heard(self, actor: Actor, events: list[Event]) -> list[Event]:
        if not hears_by_grant(actor.role):
            return [event for event in events if is_of_area(actor, event)]
        if not events:
            return []
        return await run_in_threadpool(list_granted, self._services.engine, actor, events)

    async def _find_session(self) -> Session | None:
        """The session as it is now, at most a second old; looking does not keep it alive."""
        session = await find_session(self._services, self._token, trust_memory=True)
        if session is None or session.must_change_password:
            return None
        may = read_permissions().allows(session.actor.role, "event", "follow")
        return session if may else None


def _frame(event: Event) -> str:
    data = {
        "id": event.position.to_text(),
        "kind": event.kind,
        "cell_code": event.cell_code,
        "code": event.code,
        "at": event.at.isoformat(),
    }
    return f"id: {event.position.to_text()}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _gap(position: Position, reason: str) -> str:
    return f'id: {position.to_text()}\nevent: gap\ndata: {{"reason": "{reason}"}}\n\n'
