"""Pages that hold nothing by themselves: their scripts ask for sign-in and then for the rows."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.service_state import PlaceLabel, find_place_label
from gis_api.http.dependencies import Services, ServicesDep
from web_map.pages import STATIC_DIR
from web_map.plain_pages import render_plain_page

router = APIRouter(include_in_schema=False)


@router.get("/account")
def show_account(services: ServicesDep) -> HTMLResponse:
    """My password, my leave, my tokens, my sessions."""
    return _page(services, "account")


@router.get("/upkeep")
def show_upkeep(services: ServicesDep) -> HTMLResponse:
    """Shift notes, leave, hand-overs of posts, accounts: what one's role may of it."""
    return _page(services, "upkeep")


@router.get("/case")
def show_case(services: ServicesDep) -> HTMLResponse:
    """One case; its code stands behind ``#`` and never reaches the server in an address."""
    return _page(services, "case")


@router.get("/import")
def show_import(services: ServicesDep) -> HTMLResponse:
    """Files on their way in."""
    return _page(services, "import")


@router.get("/trace")
def show_trace(services: ServicesDep) -> HTMLResponse:
    """Cells drawn over a scan, where there are no polygons yet."""
    return _page(services, "trace")


@router.get("/risk")
def show_risk(services: ServicesDep) -> HTMLResponse:
    """Where it is high, what is new, why there, did it come true."""
    return _page(services, "risk")


@router.get("/land")
def show_land(services: ServicesDep) -> HTMLResponse:
    """Findings, contested strips and lines tried through them; the strip stands behind ``#``."""
    return _page(services, "land")


@router.get("/land-field")
def show_land_field(services: ServicesDep) -> HTMLResponse:
    """One strip on a phone, with one's own position."""
    return _page(services, "land_field")


@router.get("/redraw")
def show_redraw(services: ServicesDep) -> HTMLResponse:
    """Plans of new grids; which plan is open stands behind ``#``."""
    return _page(services, "redraw")


@router.get("/desk")
def show_desk(services: ServicesDep) -> HTMLResponse:
    """One's own cases by due day, and a new one by keyboard."""
    return _page(services, "desk")


@router.get("/onsite")
def show_onsite(services: ServicesDep) -> HTMLResponse:
    """A case on the spot, with or without a network."""
    return _page(services, "onsite")


@router.get("/sw.js")
async def show_service_worker() -> FileResponse:
    """Keeps ``/onsite`` openable; at the root, since it serves only what lies below itself."""
    return FileResponse(
        STATIC_DIR / "sw.js", media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )


@router.get("/registers")
def show_registers(services: ServicesDep) -> HTMLResponse:
    """Receptions, talking-room sessions, what was settled in the grid, the urgent key."""
    return _page(services, "registers")


@router.get("/reports")
def show_reports(services: ServicesDep) -> HTMLResponse:
    """Figures with denominators, the ledger, the weekly list, frozen copies."""
    return _page(services, "reports")


@router.get("/queue")
def show_queue(services: ServicesDep) -> HTMLResponse:
    """What the sweeper found, what waits for an officer, and cases by code or kind."""
    return _page(services, "queue")


def _page(services: Services, name: str) -> HTMLResponse:
    place = _find_place(services)
    page = render_plain_page(
        name,
        place_name_zh=place.name_zh if place else "",
        synthetic=bool(place and place.synthetic),
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _find_place(services: Services) -> PlaceLabel | None:
    try:
        with begin(services.engine, SYSTEM) as conn:
            return find_place_label(conn)
    except SQLAlchemyError:
        return None  # the page says itself that the service is away
