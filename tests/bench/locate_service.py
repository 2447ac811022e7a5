"""The real service with two more routes behind the same sign-in: SQL only, and nothing at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

import grid_boundaries.store
from gis_api.app import create_app as create_service
from gis_api.db import cluster
from gis_api.http.dependencies.permit import Permit
from gis_api.http.quick_read import Quick, QuickRead, quickly
from gis_api.http.routes.locate import PLAIN_QUERY
from gis_api.settings import Settings

_may_locate = Permit("location", "read")
# The least that SQL can be asked: the code of the unit, without path, neighbours or distances.
_CODE_SQL = """
SELECT code FROM cell_version
WHERE geom && ST_SetSRID(ST_Point(%(lng)s, %(lat)s), 4490) AND valid @> %(on)s::date
  AND rank = (SELECT max(rank) FROM grid_level)
  AND ST_Covers(geom, ST_SetSRID(ST_Point(%(lng)s, %(lat)s), 4490))
ORDER BY code LIMIT 1
"""
_POINT_SQL = (Path(grid_boundaries.store.__file__).parent / "locate_point.sql").read_text("utf-8")


def create_app() -> FastAPI:
    """For uvicorn --factory."""
    settings = Settings(rate_limit_factor=0.0)
    app = create_service(settings)
    whole = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[Any]:
        address = cluster.open_database(
            settings.external_database_url, settings.database_name, settings.var_dir
        )
        url = address.app_url.replace("postgresql+psycopg://", "postgresql://")
        async with AsyncConnectionPool(
            url, min_size=8, max_size=16, kwargs={"autocommit": True, "row_factory": dict_row}
        ) as pool:
            started.state.pool = pool
            async with whole(started) as state:
                yield state

    app.router.lifespan_context = lifespan

    for path, quick in PEERS.items():
        router = APIRouter(prefix="/bench", route_class=QuickRead)
        router.get(path)(quickly(quick)(_make_endpoint()))
        app.include_router(router)
    # Routes are tried in order: after the schema the leanest peer, /api/locate, the other peers.
    schema, ours, *rest = app.router.routes
    lean, *others = rest[-len(PEERS) :]
    app.router.routes[:] = [schema, lean, ours, *others, *rest[: -len(PEERS)]]
    return app


def _make_endpoint() -> Callable[[], Awaitable[None]]:
    async def never_reached() -> None:
        raise AssertionError("the quick answer is never None")

    return never_reached


async def _ask(request: Request, statement: str) -> Response:
    plain = PLAIN_QUERY.fullmatch(request.scope["query_string"])
    grid = request.app.state.services.grids.current
    assert plain is not None
    assert grid is not None
    await _may_locate(request)
    params = {"lng": float(plain[1]), "lat": float(plain[2]), "on": grid.token.on}
    async with request.app.state.pool.connection() as conn:
        found = await conn.execute(statement, params)
        rows = await found.fetchall()
    return Response(json.dumps(rows, ensure_ascii=False), media_type="application/json")


async def _answer_nothing(request: Request) -> Response:
    await _may_locate(request)
    return Response(b"{}", media_type="application/json")


async def _locate_by_sql(request: Request) -> Response:
    return await _ask(request, _POINT_SQL)


async def _find_code_by_sql(request: Request) -> Response:
    return await _ask(request, _CODE_SQL)


# Let in and asked in the same quick way as /api/locate.
PEERS: dict[str, Quick] = {
    "/code-sql": _find_code_by_sql,
    "/locate-sql": _locate_by_sql,
    "/empty": _answer_nothing,
}
