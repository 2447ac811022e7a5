"""Vector tiles of the map's layers: ids and classes only, as the asker may see them.

A plain address is answered before FastAPI resolves anything: that takes longer than finding a
tile that is kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from gis_api.access.permissions import read_permissions
from gis_api.actions.describe_place import find_village_rank_of
from gis_api.actions.export_tiles import READ_BY
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import Permit, permit
from gis_api.http.quick_read import Quick, QuickRead, quickly
from grid_boundaries.errors import Forbidden
from layers.tiles.address import MAX_ZOOM, read_address
from layers.tiles.catalog import LAYERS, TileLayer

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
Zoom = Annotated[int, Path(ge=0, le=MAX_ZOOM, examples=[12])]
Column = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM, examples=[3305])]
Row = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM, examples=[1559])]
MAX_RANK = 32_000
Rank = Annotated[int, Path(ge=1, le=MAX_RANK, examples=[3])]
Day = Annotated[date | None, Query(description="The day of the plan; today without it.")]


class Tile(Response):
    """A vector tile, gzipped where the asker can read that."""

    media_type = MEDIA_TYPE


router = APIRouter(
    prefix="/tiles",
    tags=["tiles"],
    route_class=QuickRead,
    default_response_class=Tile,
    responses={
        200: {
            "description": "The tile; `id` of each feature and its class, nothing else.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        204: {"description": "Nothing lies there, or nothing that may be seen."},
        304: {"description": "As the asker has it."},
    },
)


def _read_number(text: str, most: int) -> int | None:
    """A plain whole number from 0 to ``most``; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    number = int(text)
    return number if number <= most else None


def _read_place(given: Mapping[str, Any]) -> tuple[int, int, int] | None:
    """Zoom, column and row of an address that is plainly a tile's; None for any other."""
    z = _read_number(given["z"], MAX_ZOOM)
    if z is None:
        return None
    x, y = _read_number(given["x"], 2**z - 1), _read_number(given["y"], 2**z - 1)
    return None if x is None or y is None else (z, x, y)


def _read_day(query: bytes) -> date | None:
    """The day of ``on=YYYY-MM-DD`` and nothing else; ValueError for any other text."""
    name, _, text = query.partition(b"=")
    if name != b"on" or len(text) != len("2026-01-01"):
        raise ValueError(query)
    return date.fromisoformat(text.decode("ascii"))


def answer_plainly(slug: str) -> Quick:
    """The quick answer of a layer for whoever may read it."""
    layer, may = LAYERS[slug], Permit(*READ_BY[slug])

    async def answer(request: Request) -> Response | None:
        given, query = request.path_params, request.scope["query_string"]
        place = _read_place(given)
        rank = _read_number(given["rank"], MAX_RANK) if "rank" in given else None
        if place is None or rank == 0 or (rank is None and "rank" in given):
            return None
        try:
            on = _read_day(query) if query else None
        except ValueError:
            return None
        if on is not None and not layer.by_day:
            return None
        actor = await may(request)
        services: Services = request.app.state.services
        if rank is not None:
            await _require_level(services, actor, rank)
        return await _answer(request, services, actor, slug, place, rank=rank, on=on)

    return answer


@router.get("/level-{rank}/{z}/{x}/{y}.mvt", summary="Cells of one level")
@quickly(answer_plainly("level"))
async def get_level_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["level"])],
    rank: Rank,
    z: Zoom,
    x: Column,
    y: Row,
    on: Day = None,
) -> Response:
    await _require_level(services, actor, rank)
    return await _answer(request, services, actor, "level", (z, x, y), rank=rank, on=on)


@router.get("/claims/{z}/{x}/{y}.mvt", summary="Parcels of one's area; counts below zoom 14")
@quickly(answer_plainly("claims"))
async def get_claim_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["claims"])],
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    return await _answer(request, services, actor, "claims", (z, x, y))


@router.get(
    "/land-findings/{z}/{x}/{y}.mvt", summary="What a look found in one's area; shapes from zoom 14"
)
@quickly(answer_plainly("land-findings"))
async def get_land_finding_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["land-findings"])],
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    return await _answer(request, services, actor, "land-findings", (z, x, y))


@router.get("/cases/{z}/{x}/{y}.mvt", summary="Cases one may see; counts below zoom 13")
@quickly(answer_plainly("cases"))
async def get_case_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["cases"])],
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    return await _answer(request, services, actor, "cases", (z, x, y))


@router.get("/zones/{z}/{x}/{y}.mvt", summary="Zones: acquisition, mining, subsidence")
@quickly(answer_plainly("zones"))
async def get_zone_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["zones"])],
    z: Zoom,
    x: Column,
    y: Row,
    on: Day = None,
) -> Response:
    return await _answer(request, services, actor, "zones", (z, x, y), on=on)


@router.get("/service-points/{z}/{x}/{y}.mvt", summary="Service points")
@quickly(answer_plainly("service-points"))
async def get_service_point_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["service-points"])],
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    return await _answer(request, services, actor, "service-points", (z, x, y))


@router.get("/villager-groups/{z}/{x}/{y}.mvt", summary="Villager groups (社/组/独贵龙)")
@quickly(answer_plainly("villager-groups"))
async def get_villager_group_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit(*READ_BY["villager-groups"])],
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    return await _answer(request, services, actor, "villager-groups", (z, x, y))


async def _require_level(services: Services, actor: Actor, rank: int) -> None:
    """A visitor sees villages and what is above them."""
    if not read_permissions().shows(actor.role, "cell", "below_village"):
        await run_in_threadpool(_require_village, services, actor, rank)


def _require_village(services: Services, actor: Actor, rank: int) -> None:
    village_rank = find_village_rank_of(services.engine, actor)
    if village_rank is None or rank > village_rank:
        raise Forbidden("permission.level", rank=rank)


async def _answer(
    request: Request,
    services: Services,
    actor: Actor,
    slug: str,
    place: tuple[int, int, int],
    *,
    rank: int | None = None,
    on: date | None = None,
) -> Response:
    layer: TileLayer = LAYERS[slug]
    at = read_address(*place)
    asked = request.headers.get("if-none-match")
    if asked is not None and asked == services.tiles.find_tag(actor, layer, at, rank, on):
        return Response(status_code=304, headers=_headers(asked))
    tile = await services.tiles.get_tile(actor, layer, at, rank, on)
    headers = _headers(tile.tag)
    if not tile.gzipped:
        return Response(status_code=204, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Tile(tile.gzipped, headers=headers | {"Content-Encoding": "gzip"})
    return Tile(gzip.decompress(tile.gzipped), headers=headers)


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
