"""Printing what the map shows, measuring on it, and the reach of service points."""

from __future__ import annotations

import math
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from gis_api.actions.service_reach import read_reach
from gis_api.actions.sheets.map_view import gather_map_view
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.sheets import MapSheetBody, MeasureBody, Measured
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import zone_meridian, zone_srid
from grid_boundaries.geo.measure import (
    area_ellipsoidal_m2,
    area_plane_m2,
    length_ellipsoidal_m,
    length_plane_m,
    mu,
)
from web_map.sheets.content import make_sheet
from web_map.sheets.map_frame import frame_around
from web_map.sheets.papers import get_paper
from web_map.sheets.write_print import write_pdf, write_pngs

router = APIRouter(prefix="/api", tags=["sheets"])

_FILE: dict[str, Any] = {"content": {"application/pdf": {}, "image/png": {}}}
_CLOSED = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}
Kind = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,40}$")]


@router.post(
    "/sheets/map",
    summary="The map as it is seen, on A4 or A3",
    response_class=Response,
    responses={200: _FILE},
)
def post_map_sheet(
    body: MapSheetBody, services: ServicesDep, actor: Annotated[Actor, permit("sheet", "print")]
) -> Response:
    """PDF (or the first page as PNG) at an exact scale: graticule, scale bar, north, CRS, source,
    date, page of pages, and a line for the number of the map review.
    """
    paper = get_paper(body.paper, body.orientation)
    frame = frame_around(body.bounds, paper.map_width_mm, paper.map_height_mm, scale=body.scale)
    content = gather_map_view(services.engine, actor, body.to_view(frame.bounds()), body.lang)
    sheet = make_sheet(content, paper, scale=frame.scale)
    if body.form == "png":
        made, media = write_pngs(sheet)[0], "image/png"
    else:
        made, media = write_pdf(sheet), "application/pdf"
    name = f'attachment; filename="wangge-map.{body.form}"'
    return Response(made, media_type=media, headers={**_CLOSED, "Content-Disposition": name})


@router.post("/measure", summary="Length and area on the ellipsoid and in the plane")
def post_measure(
    body: MeasureBody, _actor: Annotated[Actor, permit("location", "read")]
) -> Measured:
    """For a closed ring the length is its perimeter; one that crosses itself has no area."""
    ring = body.points
    if not body.closed:
        line = shapely.LineString(ring)
        return _told(line, None)
    if len({*ring}) < 3:
        raise InvalidInput("measure.too_few")
    area = shapely.Polygon(ring)
    if not area.is_valid or area.area == 0:
        raise InvalidInput("measure.crosses_itself")
    return _told(area.exterior, area)


def _told(line: Any, area: Any | None) -> Measured:
    west, _, east, _ = line.bounds
    middle = (west + east) / 2
    ellipsoidal = None if area is None else area_ellipsoidal_m2(area)
    plane = None if area is None else area_plane_m2(area)
    length_m = length_plane_m(line)
    if not all(map(math.isfinite, (length_m, plane or 0.0))):
        raise InvalidInput("measure.too_far")
    return Measured(
        length_ellipsoidal_m=length_ellipsoidal_m(line), length_plane_m=length_m,
        area_ellipsoidal_m2=ellipsoidal, area_plane_m2=plane,
        area_ellipsoidal_mu=None if ellipsoidal is None else mu(ellipsoidal),
        area_plane_mu=None if plane is None else mu(plane),
        crs=f"CGCS2000 / 3° GK CM {zone_meridian(middle)}°E (EPSG:{zone_srid(middle)})",
    )  # fmt: skip


class PointItem(BaseModel):
    """A service point: when it is open, in the words of whoever entered it."""

    kind: str
    name: str
    opening: str
    lng: float
    lat: float


class VillageReach(BaseModel):
    """Households of a village, and how many of them are further off than was asked."""

    code: str
    name: str
    households: int
    beyond: int


class ReachView(BaseModel):
    """Points of the whole place; villages of one's area."""

    beyond_m: float
    points: list[PointItem]
    villages: list[VillageReach]


@router.get("/service-reach", summary="Opening days, and households beyond a distance, by village")
def get_reach(
    services: ServicesDep,
    actor: Annotated[Actor, permit("service_point", "coverage")],
    beyond_m: Annotated[float, Query(gt=0, le=200_000, allow_inf_nan=False)] = 5000.0,
    kind: Annotated[list[Kind] | None, Query(max_length=20)] = None,
) -> ReachView:
    """Counts of households only, on the ellipsoid, as the crow flies."""
    found = read_reach(services.engine, actor, beyond_m, kind)
    return ReachView(
        beyond_m=beyond_m,
        points=[PointItem(**point) for point in found.points],
        villages=[VillageReach(**village) for village in found.villages],
    )
