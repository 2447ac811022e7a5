"""A case on its way: the steps allowed next, and taking one."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions.list_receivers import list_receivers
from gis_api.actions.print_dossier import print_dossier
from gis_api.actions.take_step import read_clocks, read_papers, read_steps, take_step
from gis_api.db.engine import Actor
from gis_api.http.case_views import post_view
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.case_steps import StepBody
from gis_api.http.schemas.cases import Code
from gis_api.http.step_views import clock_view, steps_view
from grid_boundaries.errors import NotFound

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
FILE_CODE = re.compile(r"[0-9-]{1,40}")

router = APIRouter(prefix="/api/cases", tags=["cases"])

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]
Reader = Annotated[Actor, permit("case", "read")]
Stepper = Annotated[Actor, permit("case", "step")]


@router.get("/{code}/steps", summary="Where a case stands, and the steps allowed next")
def get_steps(code: CaseCode, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    return steps_view(read_steps(services.engine, actor, code))


@router.get("/{code}/receivers", summary="Whom a case can be given to")
def get_receivers(
    code: CaseCode,
    services: ServicesDep,
    actor: Stepper,
    cell: Annotated[Code | None, Query()] = None,
) -> dict[str, Any]:
    """Posts over its place, over another ``cell``, or at the top for a case in no cell."""
    rows = list_receivers(services.engine, services.grids, actor, code, cell)
    return {"items": [post_view(row) for row in rows]}


@router.post("/{code}/steps", summary="Take one step, on the revision the caller saw")
def post_step(
    code: CaseCode, body: StepBody, services: ServicesDep, actor: Stepper
) -> dict[str, Any]:
    """409 `case.stale` lists in `params.changes` what others did since that revision."""
    take_step(services.engine, actor, code, body.to_order())
    return _steps_or_receipt(services, actor, code)


@router.get("/{code}/clocks", summary="The clocks of a case, each counted line by line")
def get_clocks(code: CaseCode, services: ServicesDep, actor: Reader) -> list[dict[str, Any]]:
    return [clock_view(row) for row in read_clocks(services.engine, actor, code)]


@router.get("/{code}/papers", summary="Documents, agreements, notes and procedures of a case")
def get_papers(code: CaseCode, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    return read_papers(services.engine, actor, code)


@router.get(
    "/{code}/dossier",
    summary="The file of a case, to print and sign",
    response_class=Response,
    responses={200: {"content": {one: {} for one in MEDIA_TYPES.values()}}},
)
def get_dossier(
    code: CaseCode,
    services: ServicesDep,
    actor: Reader,
    form: Annotated[Literal["docx", "pdf"], Query()] = "pdf",
) -> Response:
    content = print_dossier(services.engine, actor, code, form)
    name = f"{code}.{form}" if FILE_CODE.fullmatch(code) else f"case.{form}"
    return Response(
        content,
        media_type=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _steps_or_receipt(services: Services, actor: Actor, code: str) -> dict[str, Any]:
    """A case that left the asker's sight is acknowledged by its code alone."""
    try:
        return steps_view(read_steps(services.engine, actor, code))
    except NotFound:
        return {"code": code, "visible": False}
