"""Reports of a day, week, month or year, and their frozen copies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gis_api.actions.reports import Asked, freeze_report, list_frozen, read_report
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.reports import (
    AskedBody,
    Day,
    Dimension,
    PeriodKind,
    Report,
    SnapshotItem,
    SnapshotPage,
)

router = APIRouter(prefix="/api/reports", tags=["reports"])


@router.get("/figures", summary="Figures of a period, each with its denominator")
def get_figures(
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "read")],
    period: Annotated[PeriodKind, Query()] = "month",
    on: Annotated[Day | None, Query()] = None,
    dimension: Annotated[Dimension, Query()] = "area",
    area: Annotated[Code | None, Query()] = None,
    live: Annotated[bool, Query()] = False,
) -> Report:
    """The frozen copy when there is one; ``live`` counts anew."""
    asked = Asked(period, on, dimension, area)
    return Report(**read_report(services.engine, actor, asked, live=live))


@router.post("/frozen", status_code=201, summary="Freeze the figures of a period that is over")
def post_frozen(
    body: AskedBody, services: ServicesDep, actor: Annotated[Actor, permit("report", "freeze")]
) -> Report:
    asked = Asked(body.period, body.on, body.dimension, body.area)
    return Report(**freeze_report(services.engine, actor, asked))


@router.get("/frozen", summary="Frozen reports, newest first")
def get_frozen(
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "read")],
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SnapshotPage:
    found = list_frozen(services.engine, actor, after=after, limit=limit)
    return SnapshotPage(
        items=[SnapshotItem(**row) for row in found],
        next=int(found[-1]["id"]) if len(found) == limit else None,
    )
