"""Service requests (群众点单—社区派单—党员接单): a type of their own, never counted as disputes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions import service_requests, service_requests_steps
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.member_views import request_detail, request_item
from gis_api.http.schemas.members import (
    FinishStep,
    GroupStep,
    NewRequestBody,
    PlainStep,
    TakeStep,
)

router = APIRouter(prefix="/api/service-requests", tags=["service requests"])

RequestCode = Annotated[int, Path(alias="code", ge=1, le=2**62)]
Lister = Annotated[Actor, permit("service_request", "list")]
Filer = Annotated[Actor, permit("service_request", "file")]
Dispatcher = Annotated[Actor, permit("service_request", "dispatch")]
Taker = Annotated[Actor, permit("service_request", "take")]
Finisher = Annotated[Actor, permit("service_request", "finish")]


@router.post("", status_code=201, summary="Ask for help at a place")
def post_request(
    body: NewRequestBody, response: Response, services: ServicesDep, actor: Filer
) -> dict[str, Any]:
    request_id = service_requests.file_request(
        services.engine,
        services.grids,
        actor,
        body.to_request(),
        services.limits.envelope_margin_m,
    )
    response.headers["Location"] = f"/api/service-requests/{request_id}"
    return _detail(services, actor, request_id)


@router.get("", summary="Requests of one's area or groups, newest first")
def get_requests(
    services: ServicesDep,
    actor: Lister,
    state: Annotated[Literal["open", "taken", "done", "withdrawn"] | None, Query()] = None,
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    rows = service_requests.read_requests(
        services.engine, actor, state=state, after=after, limit=limit
    )
    return {
        "items": [request_item(row, in_the_clear=False) for row in rows],
        "next": str(rows[-1]["service_request_id"]) if len(rows) == limit else None,
    }


@router.get("/hours", summary="Hours of help by group, never by person")
def get_hours(
    services: ServicesDep,
    actor: Lister,
    from_on: Annotated[date | None, Query(alias="from")] = None,
    to_on: Annotated[date | None, Query(alias="to")] = None,
) -> dict[str, Any]:
    rows = service_requests.read_hours(services.engine, actor, from_on, to_on)
    return {"items": [row | {"hours": round(row["minutes"] / 60, 1)} for row in rows]}


@router.get("/{code}", summary="One request and who was asked")
def get_request(code: RequestCode, services: ServicesDep, actor: Lister) -> dict[str, Any]:
    return _detail(services, actor, code)


@router.get("/{code}/helpers", summary="Groups and volunteers that could help, best first")
def get_helpers(code: RequestCode, services: ServicesDep, actor: Dispatcher) -> dict[str, Any]:
    found = service_requests.find_helpers(services.engine, actor, code)
    return {"groups": found.groups, "members": found.members}


@router.post("/{code}/dispatch", summary="Ask a group")
def post_dispatch(
    code: RequestCode, body: GroupStep, services: ServicesDep, actor: Dispatcher
) -> dict[str, Any]:
    service_requests_steps.dispatch_request(
        services.engine, actor, code, body.rev, body.party_group_id
    )
    return _detail(services, actor, code)


@router.post("/{code}/take", summary="Take it for a volunteer of one's group")
def post_take(
    code: RequestCode, body: TakeStep, services: ServicesDep, actor: Taker
) -> dict[str, Any]:
    service_requests_steps.take_request(services.engine, actor, code, body.rev, body.member_id)
    return _detail(services, actor, code)


@router.post("/{code}/decline", summary="Decline, or give back, for one's group")
def post_decline(
    code: RequestCode, body: GroupStep, services: ServicesDep, actor: Taker
) -> dict[str, Any]:
    service_requests_steps.decline_request(
        services.engine, actor, code, body.rev, body.party_group_id
    )
    return _detail(services, actor, code)


@router.post("/{code}/finish", summary="Done; the time counts for the group")
def post_finish(
    code: RequestCode, body: FinishStep, services: ServicesDep, actor: Finisher
) -> dict[str, Any]:
    service_requests_steps.finish_request(services.engine, actor, code, body.rev, body.minutes)
    return _detail(services, actor, code)


@router.post("/{code}/withdraw", summary="No longer needed")
def post_withdraw(
    code: RequestCode, body: PlainStep, services: ServicesDep, actor: Dispatcher
) -> dict[str, Any]:
    service_requests_steps.withdraw_request(services.engine, actor, code, body.rev)
    return _detail(services, actor, code)


def _detail(services: Services, actor: Actor, request_id: int) -> dict[str, Any]:
    return request_detail(service_requests.read_request(services.engine, actor, request_id))
