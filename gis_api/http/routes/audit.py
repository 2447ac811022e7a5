"""The auditor's page and what it asks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from gis_api.actions.read_audit import AuditFilter, export_audit, read_audit, read_choices
from gis_api.audit.personal.purposes import read_purposes
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.audit import AuditChoices, AuditRow, AuditRows
from web_map.audit_pages import render_audit_page

router = APIRouter(prefix="/api/audit", tags=["audit"])
page_router = APIRouter(include_in_schema=False)

Reader = Annotated[Actor, permit("audit", "read")]
Exporter = Annotated[Actor, permit("audit", "export")]
Login = Annotated[str, Query(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Act = Annotated[str, Query(pattern=r"^[a-z0-9_.]{1,60}$")]
Slug = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,40}$")]
# ids and codes only: a person's name does not fit
ObjectId = Annotated[str, Query(pattern=r"^[A-Za-z0-9 ._:/+-]{1,80}$")]

_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def get_filter(
    actor: Login | None = None,
    act: Act | None = None,
    kind: Slug | None = None,
    object_id: Annotated[ObjectId | None, Query(alias="object")] = None,
    purpose: Slug | None = None,
    from_on: Annotated[date | None, Query(alias="from")] = None,
    to_on: Annotated[date | None, Query(alias="to")] = None,
) -> AuditFilter:
    """The filters that listing and export share; ``from`` and ``to`` are both included."""
    return AuditFilter(actor, act, kind, object_id, purpose, from_on, to_on)


Filter = Annotated[AuditFilter, Depends(get_filter)]


@router.get("", summary="The audit trail, newest first")
def get_audit(
    services: ServicesDep,
    auditor: Reader,
    wanted: Filter,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditRows:
    """Reading the trail is on the trail."""
    page = read_audit(services.engine, auditor, wanted, limit=limit, before_id=before)
    items = [AuditRow(**row) for row in page.rows]
    is_full = len(items) == limit
    return AuditRows(items=items, next=items[-1].audit_id if is_full else None, total=page.total)


@router.get("/choices", summary="Acts, kinds of object and purposes that occur")
def get_choices(services: ServicesDep, auditor: Reader) -> AuditChoices:
    """For the lists of the page's filters."""
    acts, kinds = read_choices(services.engine, auditor)
    purposes = {one.slug: {"zh": one.zh, "en": one.en} for one in read_purposes().values()}
    return AuditChoices(acts=acts, object_kinds=kinds, purposes=purposes)


@router.get(
    "/export",
    summary="The rows that fit, as a file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def get_export(
    services: ServicesDep,
    auditor: Exporter,
    wanted: Filter,
    file_format: Annotated[Literal["xlsx", "csv"], Query(alias="format")] = "xlsx",
) -> Response:
    """At most 50,000 rows; codes are text and no cell can start a formula."""
    content = export_audit(services.engine, auditor, wanted, file_format)
    return Response(
        content,
        media_type=_MEDIA_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="audit.{file_format}"'},
    )


@page_router.get("/audit")
def show_audit() -> HTMLResponse:
    """The page; asks for sign-in itself and shows nothing before."""
    return HTMLResponse(render_audit_page(), headers={"Cache-Control": "no-cache"})
