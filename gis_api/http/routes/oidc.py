"""Sign-in through the customer's directory: away to it, and back."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from gis_api.access.errors import NotSignedIn
from gis_api.access.rate_limit import RouteClass
from gis_api.actions.sign_in_oidc import OidcDoor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.routes.session import end_earlier_session
from gis_api.http.session_cookie import is_under_tls, set_session_cookie
from grid_boundaries.errors import Forbidden, NotFound

# Followed by browsers, not called by programs.
router = APIRouter(prefix="/api/oidc", include_in_schema=False)

STATE_COOKIE = "wangge_oidc"
_PATH = "/api/oidc"
# The provider may be slow: its waits must not use up the threads of others.
_asking = anyio.CapacityLimiter(4)


@router.get("/sign-in")
async def begin_sign_in(request: Request, services: ServicesDep) -> Response:
    """To the provider, with a fresh state that this browser keeps.

    Only from our own page, or typed: a link elsewhere must not sign in whoever is known there.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("session.csrf")
    door = _require_door(request, services)
    url, state = await to_thread.run_sync(door.begin, _callback_url(request), limiter=_asking)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        _state_name(request), state, max_age=600, path=_PATH, secure=is_under_tls(request),
        httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.get("/callback")
async def finish_sign_in(
    request: Request,
    services: ServicesDep,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
    error: Annotated[str | None, Query(max_length=200)] = None,
    error_description: Annotated[str | None, Query(max_length=2000)] = None,  # noqa: ARG001  never shown: it is the provider's text
    error_uri: Annotated[str | None, Query(max_length=2000)] = None,  # noqa: ARG001
    iss: Annotated[str | None, Query(max_length=400)] = None,  # noqa: ARG001  the ID token's own is checked
    session_state: Annotated[str | None, Query(max_length=400)] = None,  # noqa: ARG001
    scope: Annotated[str | None, Query(max_length=400)] = None,  # noqa: ARG001
) -> Response:
    """Back from the provider: a session like any other, and on to the map."""
    door = _require_door(request, services)
    if error is not None:
        raise NotSignedIn("oidc.refused")
    asked_s = time.monotonic()
    work = partial(
        door.finish, _callback_url(request), state, request.cookies.get(_state_name(request)), code
    )
    token, session = await to_thread.run_sync(work, limiter=_asking)
    await end_earlier_session(request, services)
    services.sessions.remember(session, asked_s)
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(
        _state_name(request), path=_PATH, secure=is_under_tls(request), httponly=True,
        samesite="lax",
    )  # fmt: skip
    set_session_cookie(request, response, token, door.rules.absolute_limit.total_seconds())
    request.state.account_id = session.actor.user_id
    return response


def _state_name(request: Request) -> str:
    # the path keeps it from the name of a host cookie
    return f"__Secure-{STATE_COOKIE}" if is_under_tls(request) else STATE_COOKIE


def _require_door(request: Request, services: Services) -> OidcDoor:
    address = request.client.host if request.client else "local"
    services.rate_limits.take(address, RouteClass.SIGN_IN)
    if services.oidc is None:
        raise NotFound("http.no_such_page")
    return services.oidc


def _callback_url(request: Request) -> str:
    return str(request.url.replace(path="/api/oidc/callback", query="", fragment=""))
