"""One dispute, many doors: suggestions, links, and telling every reporter."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from gis_api.actions import link_cases
from gis_api.cases.masking import mask_name, mask_phone
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.case_links import (
    LinkBody,
    LinkItem,
    Links,
    NoticeItem,
    Notices,
    SketchBody,
    SuggestionItem,
    Suggestions,
    ToldBody,
    UnlinkBody,
)

router = APIRouter(prefix="/api/cases", tags=["cases"])

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]


@router.post("/suggestions", summary="Cases like one that is being typed")
def post_suggestions(
    body: SketchBody, services: ServicesDep, actor: Annotated[Actor, permit("case_link", "suggest")]
) -> Suggestions:
    """By place, kind and time; recently closed ones too, at most three."""
    found = link_cases.suggest_for_sketch(
        services.engine, services.grids, actor, body.to_sketch(), services.limits.envelope_margin_m
    )
    return Suggestions(items=[SuggestionItem(**row) for row in found])


@router.get("/{code}/suggestions", summary="Cases like this one")
def get_suggestions(
    code: CaseCode, services: ServicesDep, actor: Annotated[Actor, permit("case_link", "suggest")]
) -> Suggestions:
    found = link_cases.suggest_for_case(services.engine, actor, code)
    return Suggestions(items=[SuggestionItem(**row) for row in found])


@router.get("/{code}/links", summary="What this case belongs to, and what belongs to it")
def get_links(
    code: CaseCode, services: ServicesDep, actor: Annotated[Actor, permit("case_link", "read")]
) -> Links:
    return _links(services, actor, code)


@router.post("/{code}/links", status_code=201, summary="Link this case to its main case")
def post_link(
    code: CaseCode,
    body: LinkBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_link", "add")],
) -> Links:
    link_cases.link_case(
        services.engine, actor, code, main_code=body.main_code, relation=body.relation,
        rev=body.rev,
    )  # fmt: skip
    return _links(services, actor, code)


@router.post("/{code}/unlink", summary="Undo the link; a merged case goes on by itself")
def post_unlink(
    code: CaseCode,
    body: UnlinkBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("case_link", "remove")],
) -> Links:
    link_cases.unlink_case(services.engine, actor, code, rev=body.rev)
    return _links(services, actor, code)


@router.get("/{code}/notices", summary="Who is owed a word about this dispute")
def get_notices(
    code: CaseCode,
    services: ServicesDep,
    actor: Annotated[Actor, permit("reporter_notice", "read")],
) -> Notices:
    return _notices(services, actor, code)


@router.post("/{code}/notices", status_code=201, summary="Note that a reporter was told")
def post_notice(
    code: CaseCode,
    body: ToldBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("reporter_notice", "tell")],
) -> Notices:
    link_cases.tell_reporter(
        services.engine, actor, code, case_party_id=body.case_party_id, reason=body.reason,
        channel=body.channel,
    )  # fmt: skip
    return _notices(services, actor, code)


def _links(services: Services, actor: Actor, code: str) -> Links:
    found = link_cases.read_links(services.engine, actor, code)
    return Links(items=[LinkItem(**row) for row in found])


def _notices(services: Services, actor: Actor, code: str) -> Notices:
    found = link_cases.read_notices(services.engine, actor, code)
    items = [
        NoticeItem(**row | {"name": mask_name(row["name"]), "phone": mask_phone(row["phone"])})
        for row in found
    ]
    return Notices(items=items, owed=sum(item.told_at is None for item in items))
