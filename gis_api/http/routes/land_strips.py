"""Contested strips: lines that are tried, the survey act, the field, the sheet."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from gis_api.actions import land_sheet, land_strips, land_survey
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.land_views import division_view, strip_view
from gis_api.http.schemas.land_split import SplitBody
from gis_api.http.schemas.land_strips import AgreeBody, LineBody, RevBody, StripBody
from gis_api.http.schemas.land_survey import (
    PointBody,
    PositionBody,
    ScanBody,
    SightingBody,
    SurveyBody,
)
from gis_api.http.schemas.upkeep import Made
from layers.parcels.setting_out import MEDIA_TYPES as POINT_TYPES
from layers.parcels.split_amounts import split_amount

SHEET_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

router = APIRouter(prefix="/api/land", tags=["land"])

StripId = Annotated[int, Path(ge=1, le=2**62)]
LineQuery = Annotated[int | None, Query(ge=1, le=2**62)]
Reader = Annotated[Actor, permit("land_strip", "read")]
Proposer = Annotated[Actor, permit("land_strip", "propose")]
Surveyor = Annotated[Actor, permit("land_strip", "survey")]
Measurer = Annotated[Actor, permit("land_strip", "measure")]
Agreer = Annotated[Actor, permit("land_strip", "agree")]
Printer = Annotated[Actor, permit("land_strip", "print")]


@router.get("/strips", summary="Contested strips, newest first")
def get_strips(
    services: ServicesDep,
    actor: Reader,
    case_code: Annotated[str | None, Query(min_length=1, max_length=40)] = None,
) -> dict[str, Any]:
    found = land_strips.list_strips(services.engine, actor, case_code)
    return {"items": [strip_view(row) for row in found]}


@router.post("/strips", status_code=201, summary="Tie a contested strip to a case")
def post_strip(
    body: StripBody,
    response: Response,
    services: ServicesDep,
    actor: Annotated[Actor, permit("land_strip", "open")],
) -> Made:
    """Their overlap, or with a line the corridor along it; never across datums."""
    made = land_strips.open_strip(services.engine, actor, body.to_new())
    response.headers["Location"] = f"/api/land/strips/{made}"
    return Made(id=made)


@router.get("/strips/{land_strip_id}", summary="A strip with everything that speaks about it")
def get_strip(land_strip_id: StripId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    return strip_view(land_strips.read_strip(services.engine, actor, land_strip_id))


@router.post("/strips/{land_strip_id}/what-if", summary="What a line would give to either side")
def post_what_if(
    land_strip_id: StripId, body: LineBody, services: ServicesDep, actor: Proposer
) -> dict[str, Any]:
    """Nothing is written; the server draws and measures."""
    division, new = land_strips.try_line(services.engine, actor, land_strip_id, body.to_order())
    return division_view(division, new)


@router.post("/strips/{land_strip_id}/lines", status_code=201, summary="Keep a proposed line")
def post_line(
    land_strip_id: StripId, body: LineBody, services: ServicesDep, actor: Proposer
) -> dict[str, Any]:
    line_id, division = land_strips.keep_line(
        services.engine, actor, land_strip_id, body.to_order()
    )
    return division_view(division) | {"land_line_id": line_id}


@router.post("/strips/{land_strip_id}/agree", summary="Both sides took a line")
def post_agree(
    land_strip_id: StripId, body: AgreeBody, services: ServicesDep, actor: Agreer
) -> dict[str, Any]:
    """New versions of both papers, agreed and not registered; the old ones are kept."""
    new = land_strips.agree_on_line(
        services.engine, services.grids, actor, land_strip_id, body.land_line_id, body.rev,
        body.explanation,
    )  # fmt: skip
    return {"difference_m2": round(new.difference_m2, 6), "is_conserved": new.is_conserved}


@router.post("/strips/{land_strip_id}/withdraw", status_code=204, summary="Contested no longer")
def post_withdraw(
    land_strip_id: StripId, body: RevBody, services: ServicesDep, actor: Agreer
) -> None:
    land_strips.withdraw_strip(services.engine, actor, land_strip_id, body.rev)


@router.put(
    "/strips/{land_strip_id}/survey", status_code=204, summary="指界: notice and attendance"
)
def put_survey(
    land_strip_id: StripId, body: SurveyBody, services: ServicesDep, actor: Surveyor
) -> None:
    """People are named by their number among the parties of the case."""
    land_survey.write_survey(services.engine, actor, land_strip_id, body.rev, body.to_act())


@router.post("/strips/{land_strip_id}/points", status_code=201, summary="Keep a measured point")
def post_point(
    land_strip_id: StripId, body: PointBody, services: ServicesDep, actor: Measurer
) -> Made:
    return Made(id=land_survey.add_point(services.engine, actor, land_strip_id, body.to_new()))


@router.post("/strips/{land_strip_id}/position", summary="Where one stands against the strip")
def post_position(
    land_strip_id: StripId, body: PositionBody, services: ServicesDep, actor: Reader
) -> dict[str, Any]:
    """Never "inside" when the circle of accuracy crosses the edge; the position is not kept."""
    found = land_survey.tell_where(
        services.engine, actor, land_strip_id, body.lng, body.lat, body.accuracy_m
    )
    return {"verdict": found.verdict, "edge_m": round(found.edge_m, 2),
            "accuracy_m": found.accuracy_m}  # fmt: skip


@router.post("/strips/{land_strip_id}/scans", status_code=201, summary="Lay a scanned map down")
def post_scan(
    land_strip_id: StripId, body: ScanBody, services: ServicesDep, actor: Surveyor
) -> dict[str, Any]:
    """`rms_m` is what is left over; null with three points, which tell nothing."""
    made, fit = land_survey.lay_scan(
        services.engine, services.limits.attachments_dir, actor, land_strip_id, body.to_new()
    )
    return {
        "land_scan_id": made,
        "rms_m": None if fit.rms_m is None else round(fit.rms_m, 3),
        "residuals_m": [round(float(one), 3) for one in fit.residual_m],
        "worst": fit.worst,
    }


@router.post("/marks/{marker_id}/sightings", status_code=201, summary="How a mark was found")
def post_sighting(
    marker_id: StripId, body: SightingBody, services: ServicesDep, actor: Measurer
) -> Made:
    """Of marks of parcels; administrative border posts are nobody's to edit here."""
    return Made(id=land_survey.add_sighting(services.engine, actor, marker_id, body.to_new()))


@router.get(
    "/strips/{land_strip_id}/sheet",
    summary="The sheet that both sides sign",
    response_class=Response,
    responses={200: {"content": {one: {} for one in SHEET_TYPES.values()}}},
)
def get_sheet(
    land_strip_id: StripId,
    services: ServicesDep,
    actor: Printer,
    line: LineQuery = None,
    form: Annotated[Literal["pdf", "docx"], Query()] = "pdf",
    paper: Annotated[Literal["a4", "a3"], Query()] = "a4",
    lang: Annotated[Literal["zh", "en"], Query()] = "zh",
) -> Response:
    content = land_sheet.print_sheet(services.engine, actor, land_strip_id, line, form, paper, lang)
    return _file(content, f"strip-{land_strip_id}.{form}", SHEET_TYPES[form])


@router.get(
    "/strips/{land_strip_id}/points",
    summary="Points to set out",
    response_class=Response,
    responses={200: {"content": {one: {} for one in POINT_TYPES.values()}}},
)
def get_points(
    land_strip_id: StripId,
    services: ServicesDep,
    actor: Printer,
    line: LineQuery = None,
    form: Annotated[Literal["csv", "dxf", "kml", "gpx"], Query()] = "csv",
) -> Response:
    content = land_sheet.export_points(services.engine, actor, land_strip_id, line, form)
    return _file(content, f"strip-{land_strip_id}-points.{form}", POINT_TYPES[form])


@router.post("/split", summary="Split money or an area to the last fen")
def post_split(
    body: SplitBody, _actor: Annotated[Actor, permit("land_split", "compute")]
) -> dict[str, Any]:
    """Each side with what every household gets; the sums are exact, and nothing is kept."""
    found = split_amount(body.total, body.to_sides(), body.basis, body.floor)
    return {
        "total": str(found.total),
        "sides": [
            {
                "key": side.key,
                "amount": str(side.amount),
                "households": len(side.amounts),
                "per_household": str(side.per_household),
                "amounts": {key: str(amount) for key, amount in side.amounts.items()},
            }
            for side in found.sides
        ],
    }


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
