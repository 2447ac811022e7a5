"""Invite somebody, choose the first password, close an account."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from gis_api.access.rate_limit import RouteClass
from gis_api.actions.invite import accept_invitation, deactivate, invite, invite_again
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.invitations import (
    AcceptAnswer,
    AcceptBody,
    DeactivatedAnswer,
    InvitationAnswer,
    InvitationBody,
)
from web_map.invitation_pages import render_invitation_page

router = APIRouter(prefix="/api", tags=["accounts"])
page_router = APIRouter(include_in_schema=False)

LoginPath = Annotated[str, Path(min_length=1, max_length=40)]
# Each hash takes 64 MiB and a core for about 50 ms.
_hashing = anyio.CapacityLimiter(1)


@router.post("/invitations", status_code=201, summary="Make an account and its one-time link")
def post_invitation(
    body: InvitationBody, services: ServicesDep, actor: Annotated[Actor, permit("user", "invite")]
) -> InvitationAnswer:
    """The link works once, for 72 hours; its secret stands behind ``#``."""
    made = invite(services.engine, actor, body.to_wanted())
    return InvitationAnswer(login=made.login, link=made.link, expires_at=made.expires_at)


@router.post("/users/{login}/invitation", status_code=201, summary="A new link for an account")
def post_invitation_again(
    login: LoginPath, services: ServicesDep, actor: Annotated[Actor, permit("user", "invite")]
) -> InvitationAnswer:
    """Earlier links end."""
    made = invite_again(services.engine, actor, login)
    return InvitationAnswer(login=made.login, link=made.link, expires_at=made.expires_at)


@router.post("/users/{login}/deactivate", summary="Close an account")
def post_deactivate(
    login: LoginPath, services: ServicesDep, actor: Annotated[Actor, permit("user", "change")]
) -> DeactivatedAnswer:
    """Sessions, tokens and links end at once; what it did stays.  Tells what to hand over."""
    done = deactivate(services.engine, actor, login)
    return DeactivatedAnswer(
        login=done.login, officer_id=done.officer_id, posts=done.posts, open_cases=done.open_cases
    )


@router.post("/invitations/accept", summary="Choose the password of one's account")
async def post_accept(body: AcceptBody, request: Request, services: ServicesDep) -> AcceptAnswer:
    """Nobody is signed in yet: the secret of the link is what lets one in, once."""
    address = request.client.host if request.client else "local"
    services.rate_limits.take(address, RouteClass.SIGN_IN)
    work = partial(accept_invitation, services.engine, body.token, body.password)
    return AcceptAnswer(login=await to_thread.run_sync(work, limiter=_hashing))


@page_router.get("/invitation")
async def show_invitation() -> HTMLResponse:
    """A form; what stands behind ``#`` never reaches the server in an address."""
    return HTMLResponse(render_invitation_page(), headers={"Cache-Control": "no-cache"})
