"""Long work: how far is it, and stop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from gis_api.actions.follow_job import cancel_job, read_job
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.jobs import JobAnswer

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

JobId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/{job_id}", summary="How far is a job")
def get_job(
    job_id: JobId, services: ServicesDep, actor: Annotated[Actor, permit("job", "read")]
) -> JobAnswer:
    """Progress and outcome of a job one asked for."""
    return JobAnswer.model_validate(read_job(services.engine, actor, job_id))


@router.post("/{job_id}/cancel", status_code=202, summary="Ask a job to stop")
def post_cancel(
    job_id: JobId, services: ServicesDep, actor: Annotated[Actor, permit("job", "cancel")]
) -> JobAnswer:
    """It stops at its next step; nothing half done stays."""
    return JobAnswer.model_validate(cancel_job(services.engine, actor, job_id))
