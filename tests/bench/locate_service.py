"""The real service with two more routes behind the same sign-in: SQL only, and nothing at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

import grid_boundaries.store
from gis_api.app import create_app as create_service
from gis_api.db import cluster
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.settings import Settings

Degrees = Annotated[float, Query(allow_inf_nan=False)]
Reader = Annotated[Actor, permit("location", "read")]
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

    @app.get("/bench/empty")
    async def answer_nothing(_actor: Reader) -> Response:
        return Response(b"{}", media_type="application/json")

    async def ask(services: ServicesDep, statement: str, lng: float, lat: float) -> Response:
        grid = services.grids.current
        assert grid is not None
        async with app.state.pool.connection() as conn:
            found = await conn.execute(statement, {"lng": lng, "lat": lat, "on": grid.token.on})
            rows = await found.fetchall()
        return Response(json.dumps(rows, ensure_ascii=False), media_type="application/json")

    @app.get("/bench/locate-sql")
    async def locate_by_sql(
        services: ServicesDep, _actor: Reader, lng: Degrees, lat: Degrees
    ) -> Response:
        return await ask(services, _POINT_SQL, lng, lat)

    @app.get("/bench/code-sql")
    async def find_code_by_sql(
        services: ServicesDep, _actor: Reader, lng: Degrees, lat: Degrees
    ) -> Response:
        return await ask(services, _CODE_SQL, lng, lat)

    return app
