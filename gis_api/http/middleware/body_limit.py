"""No body above the limit is read: by its declared length, and while it streams in."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_api.http.errors.handlers import too_large
from gis_api.http.errors.problems import render_problem

# Boundaries and part headers around an attachment of the full size.
_MULTIPART_ROOM_BYTES = 64 * 1024
_CLOSE = {"Connection": "close"}


class BodyLimit:
    """Answers 413 once more than ``max_bytes`` are declared or have arrived."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = self._max_bytes
        if headers.get(b"content-type", b"").startswith(b"multipart/"):
            limit += _MULTIPART_ROOM_BYTES
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await render_problem(too_large(limit), headers=_CLOSE)(scope, receive, send)
            return
        seen = 0
        started = refused = False

        async def counted_receive() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                if not started and not refused:
                    refused = True
                    await render_problem(too_large(limit), headers=_CLOSE)(scope, receive, send)
                raise ClientDisconnect
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if refused:
                return
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted_receive, guarded_send)
        except ClientDisconnect:
            if not refused:
                raise
