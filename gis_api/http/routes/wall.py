"""Figures of the map wall."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from gis_api.actions.read_wall import read_wall
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.cases import Code

router = APIRouter(prefix="/api/wall", tags=["wall"])

EXAMPLE: dict[str, Any] = {
    "at": "2026-11-22T09:30:00+08:00",
    "cell": {"code": "150622103", "name": "纳日松镇", "rank": 1},
    "path": [{"code": "150622103", "name": "纳日松镇", "rank": 1}],
    "extent": {"west": 110.2, "south": 39.3, "east": 110.8, "north": 39.7},
    "figures": {
        "open": {"n": 41, "of": 330},
        "new_today": {"n": 2, "of": 9},
        "late": {"n": 3, "of": 41},
        "settled_month": {"n": 5, "of": 7},
    },
    "children": [
        {"id": 2, "code": "150622103201", "name": "羊市塔村", "rank": 2, "cases": 20, "open": 4,
         "new_today": 0, "late": 1, "in_month": 2, "lng": 110.5, "lat": 39.45, "radius_m": 1900.0,
         "west": 110.4, "south": 39.4, "east": 110.6, "north": 39.5}
    ],
    "cases": [],
    "events": [
        {"kind": "case.registered", "cell_code": "150622103201001", "code": "2026-000331-4",
         "at": "2026-11-22T09:29:41+08:00"}
    ],
}  # fmt: skip


@router.get(
    "",
    summary="One cell on the map wall: figures with what they are a part of, and the cells below",
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}},
)
def get_wall(
    services: ServicesDep,
    actor: Annotated[Actor, permit("count", "read")],
    cell: Annotated[
        Code | None, Query(description="Code; without it the top of one's area.")
    ] = None,
    month: Annotated[
        str | None,
        Query(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", description="Counts of this month too."),
    ] = None,
    visitor: Annotated[bool, Query(description="As a visitor sees it.")] = False,
) -> JSONResponse:
    """A visitor gets villages and above, no case, and null for numbers from one to four."""
    first = None if month is None else date.fromisoformat(f"{month}-01")
    view = read_wall(services.engine, actor, cell, first, as_visitor=visitor)
    return JSONResponse(jsonable_encoder(asdict(view)), headers={"Cache-Control": "no-store"})
