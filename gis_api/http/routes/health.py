"""Is the process alive, is it ready, and its numbers."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Request, Response

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.migrate import current_revision, head_revision
from gis_api.db.service_state import count_queued_cases, count_waiting_jobs
from gis_api.http.dependencies import ServicesDep
from grid_boundaries.errors import NotFound, WanggeError

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="The process answers")
async def check_alive() -> dict[str, str]:
    """200 as long as the process can answer at all; asks nobody else."""
    return {"status": "ok"}


@router.get("/readyz", summary="Database, schema and grid are there")
def check_ready(services: ServicesDep) -> dict[str, str | int]:
    """200 when the database answers, its schema is the newest, and a grid version is loaded.

    503 ``service.not_ready`` names what is missing.
    """
    with begin(services.engine, SYSTEM) as conn:
        revision = current_revision(conn)
    if revision is None or revision != head_revision():
        raise WanggeError("service.not_ready", missing="schema", revision=revision)
    grid = services.grids.current
    if grid is None:
        raise WanggeError("service.not_ready", missing="grid")
    return {
        "status": "ok",
        "schema": revision,
        "grid_version_id": grid.token.newest_version_id,
    }


@router.get("/metrics", summary="Prometheus metrics, from this machine only")
def read_metrics(request: Request, services: ServicesDep) -> Response:
    """The text format of Prometheus; other machines get 404."""
    if not _is_from_here(request):
        raise NotFound("http.no_such_page")
    metrics = services.metrics
    metrics.streams.set(services.events.listener_count)
    metrics.pool_in_use.set(services.count_connections_in_use())
    with begin(services.engine, SYSTEM) as conn:
        metrics.jobs_waiting.set(count_waiting_jobs(conn))
        metrics.cases_queued.set(count_queued_cases(conn))
    return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_from_here(request: Request) -> bool:
    if request.client is None:
        return True
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
