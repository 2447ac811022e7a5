"""No body above the limit is read: by its declared length, and while it streams in."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis_api.http.errors.handlers import too_large
from gis_api.http.errors.problems import render_problem

# Boundaries and part headers around an attachment of the full size.
_MULTIPART_ROOM_BYTES = 64 * 1024
_CLOSE = {"Connection": "close"}


class BodyLimit:
    """Answers 413 once more than ``max_bytes`` are declared or have arrived.

    ``larger`` gives uploads to a path a limit of their own.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        limit = self._max_bytes
        if headers.get(b"content-type", b"").startswith(b"multipart/"):
            limit = self._larger.get(scope["path"], limit) + _MULTIPART_ROOM_BYTES
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(limit, scope, receive, send)
            return
        counter = _Counter(limit, scope, receive, send)
        try:
            await self._app(scope, counter.receive, counter.send)
        except ClientDisconnect:
            if not counter.refused:
                raise


class _Counter:
    """Counts one request's body; on too much answers itself and silences the app."""

    def __init__(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        self._limit = limit
        self._scope, self._receive, self._send = scope, receive, send
        self._seen = 0
        self._started = False
        self.refused = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            if not self._started and not self.refused:
                self.refused = True
                await _refuse(self._limit, self._scope, self._receive, self._send)
            raise ClientDisconnect
        return message

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._started = self._started or message["type"] == "http.response.start"
            await self._send(message)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    await render_problem(too_large(limit), headers=_CLOSE)(scope, receive, send)
