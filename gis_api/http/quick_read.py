"""Routes that answer their plain question before FastAPI resolves anything.

Resolving dependencies and four query parameters costs more time than finding the cell of a point.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

Quick = Callable[[Request], Awaitable[Response | None]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_quick_answers: dict[Callable[..., Any], Quick] = {}


def quickly(answer: Quick) -> Callable[[Endpoint], Endpoint]:
    """Let ``answer`` try first on a route of class :class:`QuickRead`.

    It returns None, before any side effect, for whatever it does not know: then the route itself
    answers or refuses.  It asks for the same permission, and gives the same bytes.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        _quick_answers[endpoint] = answer
        return endpoint

    return mark


class QuickRead(APIRoute):
    """A route whose endpoint may carry a :func:`quickly`; documented and refused like any other."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        whole = super().get_route_handler()
        quick = _quick_answers.get(self.endpoint)
        if quick is None:
            return whole

        async def handle(request: Request) -> Response:
            answer = await quick(request)
            return await whole(request) if answer is None else answer

        return handle
