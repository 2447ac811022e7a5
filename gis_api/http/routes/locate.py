"""Where is this point, and who answers there?"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from gis_api.actions.preview_responsible import Preview, preview_responsible
from gis_api.cases.explain import explain
from gis_api.db.engine import Actor
from gis_api.db.grid_cache import LoadedGrid
from gis_api.http.case_views import officer_view, post_view
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import Permit, permit
from gis_api.http.locate_view import locate_response, location_view
from gis_api.http.quick_read import QuickRead, quickly
from gis_api.http.schemas.cases import Accuracy, Degrees, Slug
from grid_boundaries.errors import Conflict
from grid_boundaries.geo.envelope import check_position

router = APIRouter(prefix="/api", tags=["locate"], route_class=QuickRead)

Lng = Annotated[Degrees, Query(examples=[110.65])]
Lat = Annotated[Degrees, Query(examples=[39.45])]


_DEGREES: Final = rb"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
PLAIN_QUERY: Final = re.compile(rb"lng=" + _DEGREES + rb"&lat=" + _DEGREES)
_may_locate: Final = Permit("location", "read")


async def locate_quickly(request: Request) -> Response | None:
    """The plain question, a point of today's plan in plain decimals; None for any other."""
    plain = PLAIN_QUERY.fullmatch(request.scope["query_string"])
    services: Services = request.app.state.services
    grid = services.grids.current
    if plain is None or grid is None:
        return None
    await _may_locate(request)
    lng, lat = float(plain[1]), float(plain[2])
    _check(grid, lng, lat, services.limits.envelope_margin_m)
    return locate_response(grid.index, grid.index.locate(lng, lat), lng, lat, grid.token.on)


@router.get("/locate", summary="Point to grid, from memory: lead, joint, runner-up, distances")
@quickly(locate_quickly)
async def get_locate(
    services: ServicesDep,
    _actor: Annotated[Actor, permit("location", "read")],
    lng: Lng,
    lat: Lat,
    accuracy_m: Annotated[Accuracy | None, Query()] = None,
    on: Annotated[date | None, Query()] = None,
) -> Response:
    grid = services.grids.current
    if grid is None or on not in (None, grid.token.on):
        grid = await run_in_threadpool(services.grids.on_date, on)
    grid = _require(grid)
    _check(grid, lng, lat, services.limits.envelope_margin_m)
    if accuracy_m:  # sharing out a disc is real geometry: not on the event loop
        found = await run_in_threadpool(grid.index.locate, lng, lat, accuracy_m)
    else:
        found = grid.index.locate(lng, lat)
    return locate_response(grid.index, found, lng, lat, grid.token.on)


@router.get("/responsible", summary="Who would answer for a case of this kind here, and why")
def get_responsible(
    services: ServicesDep,
    actor: Annotated[Actor, permit("post", "read")],
    lng: Lng,
    lat: Lat,
    kind: Annotated[Slug, Query(examples=["land"])],
    accuracy_m: Annotated[Accuracy | None, Query()] = None,
) -> dict[str, Any]:
    grid = _require(services.grids.on_date(None))
    margin_m = services.limits.envelope_margin_m
    preview = preview_responsible(
        services.engine, services.grids, actor, lng, lat, kind, accuracy_m, margin_m
    )
    found = grid.index.locate(lng, lat, accuracy_m)
    return {
        "location": location_view(found, lng, lat, grid.token.on),
        "lead": _lead(preview),
        "queue_reason": preview.assignment.decision.queue_reason,
        "why": explain(preview.assignment.why, preview.titles),
        "posts": [post_view(row) for row in preview.posts],
    }


def _lead(preview: Preview) -> dict[str, Any] | None:
    decision = preview.assignment.decision
    for row in preview.posts:
        same_post = row["post_id"] == decision.post_id
        if same_post and row["officer_id"] == decision.officer_id is not None:
            fields = ("post_kind", "title_zh", "title_en", "cell_code", "cell_name")
            return {field: row[field] for field in fields} | {"officer": officer_view(row)}
    return None


def _require(grid: LoadedGrid | None) -> LoadedGrid:
    if grid is None:
        raise Conflict("grid.none")
    return grid


def _check(grid: LoadedGrid, lng: float, lat: float, margin_m: float) -> None:
    envelope = grid.envelope
    if envelope is not None:
        check_position(lng, lat, envelope, margin_m)
