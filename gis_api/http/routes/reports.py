"""Reports of a day, week, month or year, and their frozen copies."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions.reports import (
    Asked,
    compare_frozen,
    correct_frozen,
    freeze_report,
    list_frozen,
    read_ledger,
    read_place,
    read_report,
    read_weekly,
)
from gis_api.cases.reports.sheets import (
    Sheet,
    sheet_of_ledger,
    sheet_of_report,
    write_workbook,
)
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.reports import (
    AskedBody,
    CorrectionBody,
    Day,
    Dimension,
    FrozenComparison,
    LedgerItem,
    LedgerPage,
    PeriodKind,
    Report,
    SnapshotItem,
    SnapshotPage,
    WeeklyItem,
    WeeklyList,
)
from web_map.pages import render_sheet

router = APIRouter(prefix="/api/reports", tags=["reports"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = Literal["xlsx", "html"]
MOST_ROWS = 20_000


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


@router.get("/frozen/{row_id}", summary="A frozen report beside the same counted today")
def get_frozen_one(
    row_id: Annotated[int, Path(ge=1, le=2**62)],
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "read")],
) -> FrozenComparison:
    return FrozenComparison(**compare_frozen(services.engine, actor, row_id))


@router.post(
    "/frozen/{row_id}/correction",
    status_code=201,
    summary="Let today's figures take the place of a frozen report, with a reason",
)
def post_correction(
    row_id: Annotated[int, Path(ge=1, le=2**62)],
    body: CorrectionBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "freeze")],
) -> Report:
    """What was sent stays to be seen as it was."""
    return Report(**correct_frozen(services.engine, actor, row_id, body.reason))


@router.get("/figures.{form}", summary="The figures of a period as a workbook or a page to print")
def get_figures_file(
    form: Form,
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "read")],
    period: Annotated[PeriodKind, Query()] = "month",
    on: Annotated[Day | None, Query()] = None,
    dimension: Annotated[Dimension, Query()] = "area",
    area: Annotated[Code | None, Query()] = None,
    live: Annotated[bool, Query()] = False,
) -> Response:
    asked = Asked(period, on, dimension, area)
    report = read_report(services.engine, actor, asked, live=live)
    return _file(sheet_of_report(report), form, f"report-{report['period']['from_on']}")


@router.get("/ledger", summary="The ledger of some days")
def get_ledger(
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "ledger")],
    from_on: Annotated[Day, Query(alias="from")],
    to_on: Annotated[Day, Query(alias="to")],
    area: Annotated[Code | None, Query()] = None,
    after: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> LedgerPage:
    """Both days included; cases that were open in these days or registered in them."""
    found = read_ledger(
        services.engine, actor, from_on=from_on, to_on=to_on + timedelta(days=1),
        area_code=area, after=after, limit=limit,
    )  # fmt: skip
    return LedgerPage(
        items=[LedgerItem(**row) for row in found],
        next=int(found[-1]["case_id"]) if len(found) == limit else None,
    )


@router.get("/ledger.{form}", summary="The ledger in the customer's columns, to keep or to print")
def get_ledger_file(
    form: Form,
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "ledger")],
    from_on: Annotated[Day, Query(alias="from")],
    to_on: Annotated[Day, Query(alias="to")],
    area: Annotated[Code | None, Query()] = None,
) -> Response:
    after = to_on + timedelta(days=1)
    found = read_ledger(
        services.engine, actor, from_on=from_on, to_on=after, area_code=area, after=None,
        limit=MOST_ROWS,
    )  # fmt: skip
    place, synthetic = read_place(services.engine, actor)
    sheet = sheet_of_ledger(found, from_on=from_on, to_on=after, place=place, synthetic=synthetic)
    return _file(sheet, form, f"ledger-{from_on}")


@router.get("/weekly", summary="Open cases for the weekly meeting, with every reason")
def get_weekly(
    services: ServicesDep,
    actor: Annotated[Actor, permit("report", "read")],
    area: Annotated[Code | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> WeeklyList:
    found = read_weekly(services.engine, actor, area_code=area, limit=limit)
    return WeeklyList(items=[WeeklyItem(**row) for row in found])


def _file(sheet: Sheet, form: Form, name: str) -> Response:
    if form == "html":
        page = render_sheet(sheet.title, sheet.notes, sheet.headings, sheet.rows)
        return Response(page, media_type="text/html; charset=utf-8")
    return Response(
        write_workbook(sheet),
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )
