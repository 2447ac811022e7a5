"""Rows as a file: small ones at once, large ones by the worker."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from gis_api.actions.export_jobs import (
    KEEP,
    Fetched,
    cancel_export,
    export_or_queue,
    fetch_export,
    queue_tiles,
    read_export,
)
from gis_api.actions.export_request import list_allowed
from gis_api.audit.personal.purposes import read_purposes
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.exports import (
    ExportBody,
    ExportKindItem,
    ExportKinds,
    ExportState,
    PurposeItem,
    TilesBody,
)
from gis_api.jobs.store import Job

router = APIRouter(prefix="/api/exports", tags=["exports"])

ExportId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Exporter = Annotated[Actor, permit("export", "make")]
Follower = Annotated[Actor, permit("export", "read")]
_FILE: dict[str, Any] = {"content": {"application/octet-stream": {}}}
# A download only, kept by nobody on the way.
_CLOSED = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}


@router.get("/kinds", summary="What one may export")
def get_kinds(exporter: Follower) -> ExportKinds:
    """By role; the rows are then those of one's area and grants."""
    items = [
        ExportKindItem(
            kind=one.kind.name, title=one.kind.table.title, formats=one.formats,
            masked=one.kind.holds_persons, may_unmask=one.may_unmask,
        )
        for one in list_allowed(exporter)
    ]  # fmt: skip
    purposes = [
        PurposeItem(slug=one.slug, zh=one.zh, en=one.en)
        for one in read_purposes().values()
        if one.asked and any(item.may_unmask for item in items)
    ]
    return ExportKinds(items=items, purposes=purposes)


@router.post(
    "",
    summary="Rows as a file, or a job that makes it",
    response_class=Response,
    responses={200: _FILE, 202: {"model": ExportState}},
)
def post_export(body: ExportBody, services: ServicesDep, exporter: Exporter) -> Response:
    """Up to 5,000 rows at once; more as a job: 202 with its place in ``Location``.

    Persons are masked unless a purpose is given by somebody who may; every export is logged.
    """
    folder = services.limits.exports_dir
    made = export_or_queue(services.engine, folder, exporter, body.to_request())
    if isinstance(made, Fetched):
        return _file(made, BackgroundTask(made.path.unlink, missing_ok=True))
    state = _state(read_export(services.engine, exporter, made))
    return JSONResponse(
        state.model_dump(mode="json"), 202, headers={"Location": f"/api/exports/{made}"}
    )


@router.post(
    "/tiles",
    status_code=202,
    summary="A job that writes the place's vector tiles as one PMTiles file",
)
def post_tiles(
    body: TilesBody, services: ServicesDep, exporter: Exporter, response: Response
) -> ExportState:
    """What one may see, ids and classes only; ``rows`` counts tiles."""
    zooms = range(body.min_zoom, body.max_zoom + 1)
    made = queue_tiles(services.engine, exporter, body.layers, zooms)
    response.headers["Location"] = f"/api/exports/{made}"
    return _state(read_export(services.engine, exporter, made))


@router.get("/{export_id}", summary="How far an export is")
def get_export(export_id: ExportId, services: ServicesDep, exporter: Follower) -> ExportState:
    """One's own only."""
    return _state(read_export(services.engine, exporter, export_id))


@router.post("/{export_id}/cancel", status_code=202, summary="Stop an export")
def post_cancel(export_id: ExportId, services: ServicesDep, exporter: Follower) -> ExportState:
    """It stops at its next step; no half file stays."""
    return _state(cancel_export(services.engine, exporter, export_id))


@router.get(
    "/{export_id}/file",
    summary="The file of a finished export",
    response_class=FileResponse,
    responses={200: _FILE},
)
def get_file(export_id: ExportId, services: ServicesDep, exporter: Follower) -> FileResponse:
    """Kept for a day, and only while one's rights, area and the grids are what they were."""
    folder = services.limits.exports_dir
    return _file(fetch_export(services.engine, folder, exporter, export_id))


def _file(fetched: Fetched, after: BackgroundTask | None = None) -> FileResponse:
    return FileResponse(
        fetched.path,
        media_type=fetched.media_type,
        filename=fetched.name,
        headers=_CLOSED,
        background=after,
    )


def _state(job: Job) -> ExportState:
    is_done = job.outcome == "succeeded"
    told = job.result or {}
    return ExportState(
        export_id=job.job_id, state=job.state, done=job.done, total=job.total,  # type: ignore[arg-type]
        rows=told.get("rows") if is_done else None, cancel_requested=job.cancel_requested,
        kept_until=job.updated_at + KEEP if is_done else None, problem=told.get("code"),
    )  # fmt: skip
