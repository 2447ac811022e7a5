"""Cases: file, list, read, move."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from gis_api.actions.change_case import change_case
from gis_api.actions.file_case import file_case
from gis_api.actions.read_cases import CaseFilter, read_case, read_cases
from gis_api.db.engine import Actor
from gis_api.http.case_views import case_detail, case_item
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import Permit, permit
from gis_api.http.dependencies.screen import screen_request
from gis_api.http.quick_read import QuickRead, quickly
from gis_api.http.schemas.bbox import BboxQuery, parse_bbox
from gis_api.http.schemas.cases import ChangeCaseBody, Code, NewCaseBody, Slug
from grid_boundaries.errors import InvalidInput, NotFound

router = APIRouter(prefix="/api/cases", tags=["cases"], route_class=QuickRead)

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]
Filer = Annotated[Actor, permit("case", "file")]
Lister = Annotated[Actor, permit("case", "list")]
Reader = Annotated[Actor, permit("case", "read")]
Changer = Annotated[Actor, permit("case", "change")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]

_may_file = Permit("case", "file")
_answer = TypeAdapter(dict[str, Any])


async def _file_quickly(request: Request) -> Response | None:
    """A filing of the usual form: read, permitted and written with two changes of thread.

    Resolving the dependencies of the route and writing out its answer cost more than the filing.
    """
    headers = request.headers
    key = headers.get("idempotency-key")
    if headers.get("content-type") != "application/json" or request.scope["query_string"]:
        return None
    if key is not None and not 1 <= len(key) <= 200:
        return None
    try:
        body = NewCaseBody.model_validate(await request.json())
    except (ValueError, RecursionError):
        return None  # the route says what is wrong
    await screen_request(request)
    actor = await _may_file(request)
    services: Services = request.app.state.services
    filed = await run_in_threadpool(
        file_case, services.engine, services.grids, actor, body.to_case(),
        idempotency_key=key, margin_m=services.limits.envelope_margin_m,
    )  # fmt: skip
    if filed.is_new and filed.page is not None and filed.titles is not None:
        answer = case_detail(filed.page, filed.titles)
    elif filed.is_new:
        answer = _receipt(filed.code)
    else:
        answer = await run_in_threadpool(_detail_or_receipt, services, actor, filed.code)
    return Response(
        _answer.dump_json(answer), 201, {"Location": f"/api/cases/{filed.code}"},
        media_type="application/json",
    )  # fmt: skip


@router.post("", status_code=201, summary="File a case: the answer names grid and officer")
@quickly(_file_quickly)
def post_case(
    body: NewCaseBody, response: Response, services: ServicesDep, actor: Filer, key: Key = None
) -> dict[str, Any]:
    filed = file_case(
        services.engine,
        services.grids,
        actor,
        body.to_case(),
        idempotency_key=key,
        margin_m=services.limits.envelope_margin_m,
    )
    response.headers["Location"] = f"/api/cases/{filed.code}"
    if not filed.is_new:
        return _detail_or_receipt(services, actor, filed.code)
    if filed.page is None or filed.titles is None:
        return _receipt(filed.code)
    return case_detail(filed.page, filed.titles)


@router.get("", summary="Cases in one's area, newest first")
def get_cases(
    services: ServicesDep,
    actor: Lister,
    kind: Annotated[Slug | None, Query()] = None,
    state: Annotated[Slug | None, Query()] = None,
    cell: Annotated[Code | None, Query()] = None,
    bbox: BboxQuery = None,
    from_on: Annotated[date | None, Query(alias="from")] = None,
    to_on: Annotated[date | None, Query(alias="to")] = None,
    queue: Annotated[bool | None, Query()] = None,
    due: Annotated[Literal["late", "soon"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str | None, Query(max_length=120)] = None,
) -> dict[str, Any]:
    listed = read_cases(
        services.engine,
        actor,
        CaseFilter(kind, state, cell, parse_bbox(bbox), from_on, to_on, queue, due),
        limit=limit,
        after=_read_cursor(after),
    )
    items = [case_item(row) for row in listed.rows]
    is_full = len(listed.rows) == limit
    return {
        "items": items,
        "next": _write_cursor(listed.rows[-1]) if is_full else None,
        "total": listed.total,
    }


@router.get("/{code}", summary="One case with its reasons and history")
def get_case(code: CaseCode, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    return _detail(services, actor, code)


@router.patch("/{code}", summary="Move a case or change its kind: it is routed anew")
def patch_case(
    code: CaseCode, body: ChangeCaseBody, services: ServicesDep, actor: Changer
) -> dict[str, Any]:
    change_case(
        services.engine,
        services.grids,
        actor,
        code,
        body.rev,
        kind=body.kind,
        place=None if body.place is None else body.place.to_place(),
        accuracy_m=body.accuracy_m,
        margin_m=services.limits.envelope_margin_m,
    )
    return _detail_or_receipt(services, actor, code)


def _detail(services: Services, actor: Actor, code: str) -> dict[str, Any]:
    row, titles = read_case(services.engine, actor, code)
    return case_detail(row, titles)


def _detail_or_receipt(services: Services, actor: Actor, code: str) -> dict[str, Any]:
    """A case that left the asker's area is acknowledged by its code alone."""
    try:
        return _detail(services, actor, code)
    except NotFound:
        return _receipt(code)


def _receipt(code: str) -> dict[str, Any]:
    return {"code": code, "visible": False}


def _write_cursor(row: dict[str, Any]) -> str:
    text = f"{row['registered_at'].isoformat()}|{row['case_id']}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(after: str | None) -> tuple[datetime, int] | None:
    if after is None:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        at, _, case_id = text.partition("|")
        moment, number = datetime.fromisoformat(at), int(case_id)
        if moment.tzinfo is None or not 0 <= number < 2**62:
            raise ValueError(text)
    except (ValueError, binascii.Error) as error:
        raise InvalidInput("query.cursor") from error
    return moment, number
