"""Party groups and members: seen and changed by the leader of the group, by nobody else."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile
from fastapi.responses import HTMLResponse

from gis_api.actions.members_change import change_contact_households, change_member
from gis_api.actions.members_read import (
    read_group_households,
    read_groups,
    read_member,
    search_members,
)
from gis_api.actions.members_roster import compare_roster, confirm_roster
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.db.service_state import find_place_label
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.member_views import (
    group_item,
    household_item,
    member_detail,
    member_item,
    roster_view,
)
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.members import ContactHouseholds, MemberChange, MemberSearch
from layers.members.vocabulary import DUTIES, SKILLS
from web_map.member_pages import render_members_page

router = APIRouter(prefix="/api", tags=["members"])
page_router = APIRouter(include_in_schema=False)

Id = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/party-groups", summary="Groups one leads: members per micro grid")
def get_groups(
    services: ServicesDep, actor: Annotated[Actor, permit("party_group", "read")]
) -> dict[str, Any]:
    """No person is named; micro grids without a member have ``members`` 0."""
    groups = read_groups(services.engine, actor)
    return {
        "items": [group_item(group) for group in groups],
        "duties": [word._asdict() for word in DUTIES],
        "skills": [word._asdict() for word in SKILLS],
    }


@router.get("/party-groups/{party_group_id}/households", summary="Households of a led group")
def get_households(
    party_group_id: Id,
    services: ServicesDep,
    actor: Annotated[Actor, permit("member", "change")],
    cell: Annotated[Code | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> dict[str, Any]:
    """To choose a home or contact households from; logged."""
    found = read_group_households(services.engine, actor, party_group_id, cell, limit)
    return {"items": [household_item(row) for row in found]}


@router.post("/members/search", summary="Find members by name, initials or micro grid")
def post_search(
    body: MemberSearch,
    services: ServicesDep,
    actor: Annotated[Actor, permit("member", "search")],
) -> dict[str, Any]:
    """POST, so that no name is ever part of an address."""
    found = search_members(services.engine, actor, body.to_filter(), body.limit)
    return {"items": [member_item(row) for row in found.rows], "total": found.total}


@router.get("/members/{member_id}", summary="One member with the duty list")
def get_member(
    member_id: Id, services: ServicesDep, actor: Annotated[Actor, permit("member", "read")]
) -> dict[str, Any]:
    return member_detail(read_member(services.engine, actor, member_id))


@router.patch("/members/{member_id}", summary="Change a member")
def patch_member(
    member_id: Id,
    body: MemberChange,
    services: ServicesDep,
    actor: Annotated[Actor, permit("member", "change")],
) -> dict[str, Any]:
    change_member(services.engine, actor, member_id, body.rev, body.to_changes())
    return member_detail(read_member(services.engine, actor, member_id))


@router.put("/members/{member_id}/contact-households", status_code=204, summary="Set the duty list")
def put_contacts(
    member_id: Id,
    body: ContactHouseholds,
    services: ServicesDep,
    actor: Annotated[Actor, permit("member", "change")],
) -> Response:
    change_contact_households(services.engine, actor, member_id, body.household_ids)
    return Response(status_code=204)


@router.post("/members/roster-diff", summary="Compare a roster workbook; writes nothing")
def post_roster(
    file: UploadFile, services: ServicesDep, actor: Annotated[Actor, permit("member", "change")]
) -> dict[str, Any]:
    """Added, removed, changed, and the cells that cannot be taken; the file is not kept."""
    return roster_view(compare_roster(services.engine, actor, file.file.read()))


@router.post("/members/roster-diff/confirm", summary="Apply a compared roster")
def post_roster_confirm(
    file: UploadFile,
    digest: Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")],
    services: ServicesDep,
    actor: Annotated[Actor, permit("member", "change")],
) -> dict[str, Any]:
    """The same file again with the ``digest`` of its comparison; 409 when something moved."""
    return roster_view(confirm_roster(services.engine, actor, file.file.read(), digest))


@page_router.get("/members")
def show_members(services: ServicesDep) -> HTMLResponse:
    """The leader's page; asks for sign-in itself and holds no person."""
    with begin(services.engine, SYSTEM) as conn:
        place = find_place_label(conn)
    page = render_members_page(
        place_name_zh=place.name_zh if place else "", synthetic=bool(place and place.synthetic)
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})
