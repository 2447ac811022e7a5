"""The map page and its icon; everything they need lies under /static."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.service_state import PlaceLabel, find_place_label
from gis_api.http.dependencies import Services, ServicesDep
from web_map.pages import render_map_page
from web_map.wall_pages import render_wall_page

router = APIRouter(include_in_schema=False)

_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    b'<rect width="16" height="16" rx="3" fill="#0b3d66"/>'
    b'<path d="M3 6h10M3 10h10M6 3v10M10 3v10" stroke="#f0f0f0" fill="none"/></svg>'
)


@router.get("/")
def show_map(
    services: ServicesDep,
    mode: Annotated[Literal["wall"] | None, Query()] = None,
    pitch: Annotated[float | None, Query(gt=0.05, lt=10)] = None,  # noqa: ARG001  read by the script
    dist: Annotated[float | None, Query(gt=0.2, lt=100)] = None,  # noqa: ARG001  read by the script
    visitor: Annotated[bool, Query()] = False,  # noqa: ARG001  read by the script
) -> HTMLResponse:
    """The map page; asks for sign-in itself.  ``mode=wall`` is the map wall: millimetres per pixel
    and metres to the reader decide how large its text is.
    """
    place = _find_place(services)
    render = render_wall_page if mode == "wall" else render_map_page
    page = render(
        place_name_zh=place.name_zh if place else "", synthetic=bool(place and place.synthetic)
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _find_place(services: Services) -> PlaceLabel | None:
    try:
        with begin(services.engine, SYSTEM) as conn:
            return find_place_label(conn)
    except SQLAlchemyError:
        return None  # the page says itself that the service is away


@router.get("/favicon.ico")
async def show_icon() -> Response:
    """The product's sign."""
    return Response(_ICON, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})
