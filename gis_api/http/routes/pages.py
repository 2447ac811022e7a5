"""The map page and its icon; everything they need lies under /static."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.service_state import PlaceLabel, find_place_label
from gis_api.http.dependencies import Services, ServicesDep
from web_map.pages import render_map_page

router = APIRouter(include_in_schema=False)

_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    b'<rect width="16" height="16" rx="3" fill="#0b3d66"/>'
    b'<path d="M3 6h10M3 10h10M6 3v10M10 3v10" stroke="#f0f0f0" fill="none"/></svg>'
)


@router.get("/")
def show_map(services: ServicesDep) -> HTMLResponse:
    """The map page; asks for sign-in itself."""
    place = _find_place(services)
    page = render_map_page(
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
