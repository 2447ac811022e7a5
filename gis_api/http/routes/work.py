"""What there is to do, next due first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from gis_api.actions.read_work import read_attention, read_my_cases, read_queue
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Slug
from gis_api.http.step_views import attention_view, my_case_view, queue_view

router = APIRouter(prefix="/api", tags=["cases"])

Lister = Annotated[Actor, permit("case", "list")]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/my-cases", summary="One's own open cases, next due first")
def get_my_cases(
    services: ServicesDep, actor: Lister, limit: Limit = 100, offset: Offset = 0
) -> dict[str, Any]:
    rows = read_my_cases(services.engine, actor, limit=limit, offset=offset)
    return {"items": [my_case_view(row) for row in rows], "total": _total(rows)}


@router.get("/attention", summary="Cases that somebody must look at, and why; oldest first")
def get_attention(
    services: ServicesDep,
    actor: Lister,
    reason: Annotated[Slug | None, Query()] = None,
    mine: Annotated[bool, Query()] = False,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    rows = read_attention(
        services.engine, actor, reason=reason, mine=mine, limit=limit, offset=offset
    )
    return {"items": [attention_view(row) for row in rows], "total": _total(rows)}


@router.get("/queue", summary="What the sweeper found, with the steps one may take against it")
def get_queue(
    services: ServicesDep,
    actor: Lister,
    reason: Annotated[Slug | None, Query()] = None,
    mine: Annotated[bool, Query()] = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    offset: Offset = 0,
) -> dict[str, Any]:
    """``counts`` has the number of findings of every reason."""
    rows, counts = read_queue(
        services.engine, actor, reason=reason, mine=mine, limit=limit, offset=offset
    )
    return {"items": [queue_view(row) for row in rows], "total": _total(rows), "counts": counts}


def _total(rows: list[dict[str, Any]]) -> int:
    return rows[0]["total"] if rows else 0
