"""Who asks.  A read with a remembered session costs two dictionary look-ups and no database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from gis_api.access.errors import NotSignedIn
from gis_api.access.rate_limit import RateLimits, RouteClass
from gis_api.access.session import Session, hash_token
from gis_api.access.tokens.limits import find_bearer, hash_api_token
from gis_api.db.engine import Actor
from gis_api.http.dependencies.services import Services
from gis_api.http.session_cookie import read_session_cookie
from grid_boundaries.errors import Forbidden

CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_background: set[asyncio.Task[None]] = set()


async def find_session(services: Services, token: str, *, trust_memory: bool) -> Session | None:
    """The living session of a cookie; from memory where that may be trusted."""
    read = services.door.find_session
    return await _find(services, hash_token(token), read, trust_memory=trust_memory)


async def find_api_token(services: Services, token: str, *, trust_memory: bool) -> Session | None:
    """What a living API token may; from memory where that may be trusted."""
    read = services.door.find_token
    return await _find(services, hash_api_token(token), read, trust_memory=trust_memory)


async def _find(
    services: Services,
    token_hash: bytes,
    read: Callable[[bytes], Session | None],
    *,
    trust_memory: bool,
) -> Session | None:
    if trust_memory:
        session = services.sessions.find(token_hash)
        if session is not None:
            return session
    asked_s = time.monotonic()
    session = await run_in_threadpool(read, token_hash)
    if session is None:
        services.sessions.forget(token_hash)
    else:
        services.sessions.remember(session, asked_s)
    return session


async def require_caller(request: Request) -> Session:
    """The session of the cookie, or what the API token of the ``Authorization`` header may.

    Reads may come from memory; writes are read afresh, and those of a cookie need the CSRF header.
    A header wins over a cookie.  Takes the request alone: each dependency of a dependency costs
    every request about 20 µs.

    Raises NotSignedIn ``session.missing`` / ``token.not_valid`` and Forbidden ``session.csrf``.
    """
    services: Services = request.app.state.services
    is_read = request.method in SAFE_METHODS
    header = request.headers.get("authorization")
    bearer = None if header is None else find_bearer(header)
    if bearer is not None:
        session = await find_api_token(services, bearer, trust_memory=is_read)
        if session is None:
            raise NotSignedIn("token.not_valid")
    else:
        token = read_session_cookie(request)
        if not token:
            raise NotSignedIn("session.missing")
        session = await find_session(services, token, trust_memory=is_read)
        if session is None:
            raise NotSignedIn("session.missing")
        if not is_read and not session.is_csrf_token(request.headers.get(CSRF_HEADER)):
            raise Forbidden("session.csrf")
    request.state.account_id = session.actor.user_id  # for the log line
    if services.sessions.is_touch_due(session):
        _in_background(services, session)
    return session


async def require_session(request: Request) -> Session:
    """The session of a person, counted against the limit; Forbidden ``token.not_here``."""
    session = await require_caller(request)
    if not session.is_person:
        raise Forbidden("token.not_here")
    is_read = request.method in SAFE_METHODS
    limits: RateLimits = request.app.state.services.rate_limits
    limits.take(session.rate_key, RouteClass.READ if is_read else RouteClass.WRITE)
    return session


def _in_background(services: Services, session: Session) -> None:
    async def touch() -> None:
        await run_in_threadpool(services.door.touch, session)

    task = asyncio.get_running_loop().create_task(touch())
    _background.add(task)
    task.add_done_callback(_finished)


def _finished(task: asyncio.Task[None]) -> None:
    _background.discard(task)
    if not task.cancelled():
        task.exception()  # a busy database must not disturb the answer


SignedInUser = Annotated[Session, Depends(require_session)]


async def require_actor(request: Request) -> Actor:
    """The actor of a person's session; Forbidden until a first password has been changed."""
    session = await require_session(request)
    if session.must_change_password:
        raise Forbidden("session.password_change_required")
    return session.actor


ActorDep = Annotated[Actor, Depends(require_actor)]
