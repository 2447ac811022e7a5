"""What lies under the map: the list of basemaps, their tiles, and the file of a PMTiles one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from gis_api.db.engine import Actor
from gis_api.http.basemap_service import Offered
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.routes.tiles import Column, Row, Zoom
from gis_api.messages import render_sentences
from layers.tiles.address import read_address

router = APIRouter(tags=["tiles"])
Number = Annotated[int, Path(ge=0, le=99, examples=[0])]
_BINARY: dict[str, Any] = {"content": {"application/octet-stream": {}}}


@router.get("/api/basemaps", summary="Basemaps of this place, in order; none is a choice too")
async def get_basemaps(
    services: ServicesDep,
    actor: Annotated[Actor, permit("place", "read")],  # noqa: ARG001
) -> dict[str, Any]:
    """One that cannot be used says why."""
    return {"items": [_item(one) for one in await services.basemaps.list_offered()]}


@router.get(
    "/basemaps/{number}/{z}/{x}/{y}",
    summary="A tile of a basemap",
    response_class=Response,
    responses={200: _BINARY, 204: {"description": "Nothing lies there."},
               304: {"description": "As the asker has it."}},
)  # fmt: skip
async def get_basemap_tile(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit("place", "read")],  # noqa: ARG001
    number: Number,
    z: Zoom,
    x: Column,
    y: Row,
) -> Response:
    """A picture, or a vector tile; from memory for an hour."""
    served = await services.basemaps.get_tile(number, read_address(z, x, y))
    headers = {"ETag": served.tag, "Cache-Control": "private, max-age=3600", "Vary": "Cookie"}
    if request.headers.get("if-none-match") == served.tag:
        return Response(status_code=304, headers=headers)
    if served.tile is None:
        return Response(status_code=204, headers=headers)
    if served.tile.is_gzipped:
        headers["Content-Encoding"] = "gzip"
    return Response(served.tile.data, media_type=served.tile.media_type, headers=headers)


@router.get(
    "/basemaps/{number}/archive.pmtiles",
    summary="The file of a PMTiles basemap, in parts by HTTP Range",
    response_class=FileResponse,
    responses={200: _BINARY, 206: _BINARY, 416: {"description": "There is no such part."}},
)
async def get_basemap_archive(
    services: ServicesDep,
    actor: Annotated[Actor, permit("place", "read")],  # noqa: ARG001
    number: Number,
) -> FileResponse:
    """For programs that read PMTiles; the map page asks for single tiles."""
    return FileResponse(
        services.basemaps.get_archive(number),
        media_type="application/vnd.pmtiles",
        headers={"Cache-Control": "private, no-cache"},
    )


def _item(offered: Offered) -> dict[str, Any]:
    if offered.described is None:
        assert offered.problem is not None
        told = render_sentences(offered.problem.code, offered.problem.params)
        problem = {"code": offered.problem.code, "detail": told.detail, "fix": told.fix}
        return {"id": offered.number, "problem": problem}
    one = offered.described
    return {
        "id": offered.number, "kind": one.kind, "drawn": one.drawn, "min_zoom": one.min_zoom,
        "max_zoom": one.max_zoom, "bounds": one.bounds, "layers": list(one.layers),
        "problem": None,
    }  # fmt: skip
