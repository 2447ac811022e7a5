"""Cells drawn over a scan: laid on the ground, noded and checked here, published as a version."""

from __future__ import annotations

import json
from typing import Annotated

import numpy as np
import shapely
from fastapi import APIRouter, Response

from gis_api.actions.trace_grids import TracedPlan, draft_traced, trace_grids
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.tracing import (
    DraftAnswer,
    DraftBody,
    GeoreferenceAnswer,
    GeoreferenceBody,
    TracedFinding,
    TracedRow,
    TracingAnswer,
    TracingBody,
)
from gis_api.messages import render_sentences
from grid_boundaries.geo.measure import area_ellipsoidal_m2
from grid_boundaries.hierarchy.findings import count_findings
from layers.importers.georeference import fit_affine

router = APIRouter(prefix="/api/tracing", tags=["tracing"])

Reader = Annotated[Actor, permit("plan", "read")]
Drafter = Annotated[Actor, permit("plan", "draft")]
Publisher = Annotated[Actor, permit("plan", "publish")]
_SHOWN = 100


@router.post("/georeference", summary="Lay a scan on the ground by clicked points")
def post_georeference(
    body: GeoreferenceBody,
    _actor: Reader,
) -> GeoreferenceAnswer:
    """Least squares, with what is left over at every point; the scan itself stays where it is."""
    fit = fit_affine([(p[0], p[1]) for p in body.points], [(p[2], p[3]) for p in body.points])
    corners = fit.outline(body.width, body.height)[:4]
    return GeoreferenceAnswer(
        to_lng=fit.to_lng, to_lat=fit.to_lat, rms_m=fit.rms_m,
        residual_m=np.round(fit.residual_m, 3).tolist(), worst=fit.worst,
        metres_per_pixel=fit.metres_per_pixel,
        corners=[(float(lng), float(lat)) for lng, lat in corners],
    )  # fmt: skip


@router.post("/check", summary="What traced rings would become")
def post_check(body: TracingBody, services: ServicesDep, actor: Reader) -> TracingAnswer:
    """Snapped, noded and checked as a plan; nothing is written."""
    return _answer(body, trace_grids(services.engine, actor, body.to_tracing(), commit=False))


@router.post("/draft", status_code=201, summary="Keep traced rings as a plan of redrawing")
def post_draft(
    body: DraftBody, services: ServicesDep, actor: Drafter, response: Response
) -> DraftAnswer:
    """Noded here; the plan is checked, approved and published by somebody else (``/redraw``)."""
    plan_id = draft_traced(services.engine, actor, body.to_tracing(), body.title)
    response.headers["Location"] = f"/api/redraw/plans/{plan_id}"
    return DraftAnswer(plan_id=plan_id)


@router.post("/publish", summary="Publish traced rings as a version of the grid")
def post_publish(body: TracingBody, services: ServicesDep, actor: Publisher) -> TracingAnswer:
    """Noded anew here: what a browser has is never stored.  With findings that nobody accepted
    nothing is written, and ``refused`` names their kinds.
    """
    return _answer(body, trace_grids(services.engine, actor, body.to_tracing(), commit=True))


def _answer(body: TracingBody, told: TracedPlan) -> TracingAnswer:
    rows = [
        TracedRow(
            code=cell.code, moved_m=round(moved, 2),
            area_m2=round(area_ellipsoidal_m2(shape), 1),
            geometry=json.loads(shapely.to_geojson(shape)),
        )
        for cell, shape, moved in zip(body.cells, told.shapes, told.moved_m, strict=True)
    ]  # fmt: skip
    return TracingAnswer(
        cells=rows,
        overlap_m2=round(told.overlap_m2, 2),
        findings=[
            TracedFinding(
                code=found.code, codes=list(found.cell_codes), area_m2=found.area_m2,
                lng=found.lng, lat=found.lat,
            )
            for found in told.report.findings[:_SHOWN]
        ],
        kinds={
            count.code: render_sentences(
                f"trace.{count.code.split('.')[1]}", count.to_json()
            ).detail
            for count in count_findings(told.report.findings)
        },
        refused=told.report.refused,
        new_cells=told.report.new_cells,
        changed_cells=told.report.changed_cells,
        grid_version_id=told.report.grid_version_id,
    )  # fmt: skip
