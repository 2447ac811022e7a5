"""The place: its description, its cells, its names."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from gis_api.access.permissions import read_permissions
from gis_api.actions.describe_place import (
    describe_place,
    find_village_rank_of,
    read_cell_labels,
    read_cells,
)
from gis_api.actions.search_names import search_names
from gis_api.cases.vocabulary import RESPONDENT_KINDS, SOURCES, Term
from gis_api.db.engine import Actor
from gis_api.db.grid_cache import LoadedGrid
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.bbox import BboxQuery, parse_bbox
from gis_api.http.schemas.cases import Code
from grid_boundaries.errors import Conflict, Forbidden
from grid_boundaries.store.cells import CellShape

router = APIRouter(prefix="/api", tags=["place"])


@router.get("/place", summary="Name, levels, words and extent of the place")
def get_place(
    services: ServicesDep, actor: Annotated[Actor, permit("place", "read")]
) -> dict[str, Any]:
    place = describe_place(services.engine, actor)
    grid = services.grids.on_date(None)
    setting = place.setting or _named_after_root(grid)
    return setting | {
        "levels": [
            {
                "rank": lv.rank,
                "name_zh": lv.name_zh,
                "name_en": lv.name_en,
                "count": lv.cells,
                "role": lv.role,
            }
            for lv in place.levels
        ],
        "bbox": None if grid is None else grid.envelope,
        "case_kinds": place.case_kinds,
        "sources": _terms(SOURCES, "source"),
        "respondent_kinds": _terms(RESPONDENT_KINDS, "kind"),
        "post_kinds": [
            {"kind": kind, "name_zh": zh, "name_en": en}
            for kind, (zh, en) in sorted(place.post_titles.items())
        ],
        "grid_version": place.grid_version,
    }


def _named_after_root(grid: LoadedGrid | None) -> dict[str, Any]:
    """Imported grids name no place: the one cell at the top gives its name, several give none."""
    index = None if grid is None else grid.index
    roots = [c.name for c in index.cells if not index.ancestors[c.row]] if index else []
    name = roots[0] if len(roots) == 1 else ""
    return {"place": "", "name_zh": name, "name_en": name, "synthetic": False}


def _terms(terms: tuple[Term, ...], slug_field: str) -> list[dict[str, str]]:
    return [{slug_field: t.slug, "name_zh": t.name_zh, "name_en": t.name_en} for t in terms]


@router.get("/cells", summary="Cells of one level as GeoJSON")
def get_cells(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit("cell", "read")],
    rank: Annotated[int, Query(ge=1, le=32_000)],
    parent: Annotated[Code | None, Query()] = None,
    code: Annotated[Code | None, Query()] = None,
    bbox: BboxQuery = None,
    on: Annotated[date | None, Query()] = None,
) -> Response:
    grid = services.grids.on_date(on)
    if grid is None:
        raise Conflict("grid.none")
    _require_level(services, actor, rank)
    tag = _etag(grid.token.newest_version_id, grid.token.on, rank, parent, code, bbox)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    cells = read_cells(services.engine, actor, rank, grid.token.on, parent, code, parse_bbox(bbox))
    return Response(_feature_collection(cells), media_type="application/geo+json", headers=headers)


@router.get("/cells/labels", summary="Where the names of one level stand, largest cells first")
def get_cell_labels(
    request: Request,
    services: ServicesDep,
    actor: Annotated[Actor, permit("cell", "read")],
    rank: Annotated[int, Query(ge=1, le=32_000)],
    bbox: BboxQuery = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> Response:
    """``lng``, ``lat`` lie inside the cell, ``radius_m`` (metres of EPSG:3857) from its border."""
    grid = services.grids.on_date(None)
    if grid is None:
        raise Conflict("grid.none")
    _require_level(services, actor, rank)
    tag = _etag("labels", grid.token.newest_version_id, grid.token.on, rank, bbox, limit)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    found = read_cell_labels(services.engine, actor, rank, grid.token.on, parse_bbox(bbox), limit)
    return JSONResponse(
        {"items": found, "is_complete": bbox is None and len(found) < limit}, headers=headers
    )


def _require_level(services: Services, actor: Actor, rank: int) -> None:
    """A visitor sees villages and what is above them."""
    if read_permissions().shows(actor.role, "cell", "below_village"):
        return
    village_rank = find_village_rank_of(services.engine, actor)
    if village_rank is None or rank > village_rank:
        raise Forbidden("permission.level", rank=rank)


def _etag(*parts: object) -> str:
    return '"' + hashlib.sha256(repr(parts).encode()).hexdigest()[:24] + '"'


def _feature_collection(cells: list[CellShape]) -> str:
    """GeoJSON text; geometries are text already and are not parsed again."""
    features = ",".join(
        f'{{"type":"Feature","id":{json.dumps(cell.code)},'
        f'"properties":{json.dumps(_properties(cell), ensure_ascii=False)},'
        f'"geometry":{cell.geometry}}}'
        for cell in cells
    )
    return f'{{"type":"FeatureCollection","features":[{features}]}}'


def _properties(cell: CellShape) -> dict[str, Any]:
    return {
        "code": cell.code,
        "name": cell.name,
        "rank": cell.rank,
        "parent_code": cell.parent_code,
    }


class SearchBody(BaseModel):
    """What was typed; in the body, so that it is in no URL and no log."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    q: Annotated[str, Field(min_length=1, max_length=100, examples=["矿后沟"])]


@router.post("/search", summary="Cells and named places by code, name, alias or pinyin initials")
def post_search(
    body: SearchBody, services: ServicesDep, actor: Annotated[Actor, permit("name", "search")]
) -> dict[str, Any]:
    hits = search_names(services.engine, actor, body.q, grid=services.grids.on_date(None))
    return {"items": [{k: v for k, v in hit.items() if k != "fit"} for hit in hits]}
