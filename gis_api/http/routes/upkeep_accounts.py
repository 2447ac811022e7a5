"""Invite somebody, choose the first password, close an account."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse

from gis_api.access.permissions import read_permissions
from gis_api.access.rate_limit import RouteClass
from gis_api.access.tokens.limits import list_token_verbs
from gis_api.actions.invite import (
    accept_invitation,
    deactivate,
    invite,
    invite_again,
    invite_many,
    list_accounts,
)
from gis_api.actions.invite_file import read_accounts_of
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.invitations import (
    AcceptAnswer,
    AcceptBody,
    AccountItem,
    AccountItems,
    AccountsFileAnswer,
    DeactivatedAnswer,
    FileFault,
    InvitationAnswer,
    InvitationBody,
    RoleItem,
)
from gis_api.messages import render_sentences
from grid_boundaries.errors import Conflict
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


@router.get("/users", summary="Accounts of one's area, and the roles there are")
def get_users(
    services: ServicesDep, actor: Annotated[Actor, permit("user", "read")]
) -> AccountItems:
    """Never a password, a link or a person's name."""
    return AccountItems(
        items=[AccountItem(**row) for row in list_accounts(services.engine, actor)],
        roles=[
            RoleItem(
                role=role.slug, name_zh=role.name_zh, name_en=role.name_en,
                verbs=list_token_verbs(role.slug),
            )
            for role in read_permissions().roles.values()
        ],
    )  # fmt: skip


@router.post("/invitations/file", summary="Check a file of accounts; writes nothing")
def post_accounts_file(
    file: UploadFile, services: ServicesDep, actor: Annotated[Actor, permit("user", "invite")]
) -> AccountsFileAnswer:
    """A workbook or .csv: login, role, area code, officer number; every fault of every line."""
    return _accounts_of(file.file.read(), services, actor, commit=False)


@router.post("/invitations/file/confirm", summary="Make the accounts of a checked file")
def post_accounts_file_confirm(
    file: UploadFile,
    digest: Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")],
    services: ServicesDep,
    actor: Annotated[Actor, permit("user", "invite")],
) -> AccountsFileAnswer:
    """The same file again with the ``digest`` of its check: all accounts, or none."""
    content = file.file.read()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Conflict("accounts.other_file")
    return _accounts_of(content, services, actor, commit=True)


def _accounts_of(
    content: bytes, services: Services, actor: Actor, *, commit: bool
) -> AccountsFileAnswer:
    wanted, unread = read_accounts_of(content, "")
    found, made = invite_many(services.engine, actor, wanted, commit=commit and not unread)
    faults = sorted([*unread, *found], key=lambda fault: (fault.row, fault.column))
    return AccountsFileAnswer(
        count=len(wanted),
        digest=hashlib.sha256(content).hexdigest(),
        faults=[
            FileFault(
                row=one.row, column=one.column, code=one.code,
                detail=render_sentences(one.code, {"given": one.given}).detail,
            )
            for one in faults
        ],
        made=[
            InvitationAnswer(login=one.login, link=one.link, expires_at=one.expires_at)
            for one in made
        ],
    )  # fmt: skip


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
