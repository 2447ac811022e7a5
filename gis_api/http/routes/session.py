"""Sign in, sign out, who am I, change the password."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Path, Request, Response

from gis_api.access.permissions import list_verbs, read_permissions
from gis_api.access.session import Session
from gis_api.http.dependencies import Services, ServicesDep, SignedInUser
from gis_api.http.dependencies.signed_in import find_session
from gis_api.http.schemas.session import (
    OwnSession,
    OwnSessions,
    PasswordChange,
    SessionAnswer,
    SignIn,
    SignInWays,
)
from gis_api.http.session_cookie import (
    drop_session_cookie,
    read_session_cookie,
    set_session_cookie,
)
from grid_boundaries.errors import Forbidden

router = APIRouter(prefix="/api/session", tags=["session"])

# Each hash takes 64 MiB and a core for about 50 ms.
_hashing = anyio.CapacityLimiter(2)


def _answer(session: Session) -> SessionAnswer:
    slug = session.actor.role
    role = read_permissions().roles.get(slug)
    return SessionAnswer(
        login=session.login,
        role=slug,
        role_name_zh=role.name_zh if role else slug,
        role_name_en=role.name_en if role else slug,
        csrf_token=session.csrf_token,
        must_change_password=session.must_change_password,
        area_code=session.area_code,
        officer_id=session.actor.officer_id,
        may=list_verbs(slug),
    )


@router.post("", summary="Sign in")
async def sign_in(
    body: SignIn, request: Request, response: Response, services: ServicesDep
) -> SessionAnswer:
    """Check the password and set the session cookie; 10 wrong ones lock the login for a while."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("session.csrf")
    asked_s = time.monotonic()
    address = request.client.host if request.client else "local"
    token, session = await to_thread.run_sync(
        partial(services.door.sign_in, body.login, body.password, address), limiter=_hashing
    )
    await end_earlier_session(request, services)
    services.sessions.remember(session, asked_s)
    set_session_cookie(request, response, token, services.door.rules.absolute_limit.total_seconds())
    request.state.account_id = session.actor.user_id
    return _answer(session)


async def end_earlier_session(request: Request, services: Services) -> None:
    """Whoever signs in again in the same browser leaves no living session behind."""
    earlier = read_session_cookie(request)
    session = await find_session(services, earlier, trust_memory=False) if earlier else None
    if session is not None:
        await to_thread.run_sync(services.door.sign_out, session)
        services.sessions.forget(session.token_hash)


@router.get("", summary="Who is signed in")
async def get_session(session: SignedInUser) -> SessionAnswer:
    """The signed-in user and the CSRF token of the session."""
    return _answer(session)


@router.delete("", status_code=204, summary="Sign out")
async def sign_out(request: Request, session: SignedInUser, services: ServicesDep) -> Response:
    """End the session at once, open event streams included."""
    await to_thread.run_sync(services.door.sign_out, session)
    services.sessions.forget(session.token_hash)
    response = Response(status_code=204)
    drop_session_cookie(request, response)
    return response


@router.get("/ways", summary="How one may sign in")
async def get_ways(services: ServicesDep) -> SignInWays:
    """For the form, before anybody is signed in."""
    return SignInWays(password=True, oidc=services.oidc is not None)


@router.get("/all", summary="My sign-ins")
async def list_sessions(session: SignedInUser, services: ServicesDep) -> OwnSessions:
    """The living sign-ins of one's own account."""
    found = await to_thread.run_sync(services.door.list_sessions, session)
    return OwnSessions(items=[OwnSession.model_validate(item) for item in found])


@router.delete("/all/{handle}", status_code=204, summary="End one of my sign-ins")
async def end_session(
    handle: Annotated[str, Path(pattern="^[0-9a-f]{24}$")],
    session: SignedInUser,
    services: ServicesDep,
) -> Response:
    """End one sign-in of one's own account, elsewhere or here."""
    await to_thread.run_sync(services.door.end_session, session, handle)
    return Response(status_code=204)


@router.delete("/all", status_code=204, summary="Sign out everywhere")
async def sign_out_everywhere(
    request: Request, session: SignedInUser, services: ServicesDep
) -> Response:
    """End every session of the account, this one too; tokens of programs stay."""
    await to_thread.run_sync(services.door.sign_out_everywhere, session)
    services.sessions.forget(session.token_hash)
    response = Response(status_code=204)
    drop_session_cookie(request, response)
    return response


@router.put("/password", status_code=204, summary="Change the password")
async def change_password(
    body: PasswordChange, session: SignedInUser, services: ServicesDep
) -> Response:
    """Replace the own password; ends the user's other sessions."""
    await to_thread.run_sync(
        partial(services.door.change_password, session, body.old, body.new), limiter=_hashing
    )
    services.sessions.forget(session.token_hash)
    return Response(status_code=204)
