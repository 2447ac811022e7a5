"""The running service, put together: settings in, one ASGI app out."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from gis_api.access.oidc.client import OidcClient, Provider
from gis_api.access.rate_limit import RateLimits
from gis_api.access.session import POLL_S, AccessStamp, SessionMemory
from gis_api.access.store import get_stamp
from gis_api.actions.sign_in import Door, SignInRules
from gis_api.actions.sign_in_oidc import OidcDoor
from gis_api.db import cluster
from gis_api.db.engine import SYSTEM, begin, make_engine
from gis_api.db.grid_cache import GridCache
from gis_api.http.basemap_service import BasemapService
from gis_api.http.dependencies import Limits, Services
from gis_api.http.dependencies.screen import screen_request
from gis_api.http.errors import install_error_handlers
from gis_api.http.event_hub import EventHub
from gis_api.http.middleware import BodyLimit, RequestShell
from gis_api.http.openapi import TAGS, give_examples_of_problems
from gis_api.http.routes import (
    attachments,
    audit,
    basemaps,
    case_links,
    case_parties,
    case_steps,
    case_words,
    cases,
    counts,
    events,
    exports,
    hand_outs,
    health,
    imports,
    inbox,
    jobs,
    land_claims,
    land_findings,
    land_strips,
    locate,
    members,
    oidc,
    own_pages,
    pages,
    personal,
    place,
    redraw,
    registers,
    reports,
    risk,
    service_requests,
    session,
    sheets,
    tiles,
    tokens,
    tracing,
    upkeep,
    upkeep_accounts,
    wall,
    work,
)
from gis_api.http.static_files import RevalidatedFiles
from gis_api.http.tile_service import TileService
from gis_api.observability.logs import configure_logging, log_failure
from gis_api.observability.metrics import Metrics
from gis_api.settings import Settings
from web_map.pages import STATIC_DIR

# Every router of the service; they are tried in this order, so the one asked most is first.
ROUTERS: tuple[APIRouter, ...] = (
    locate.router,
    tiles.router,
    wall.router,
    basemaps.router,
    session.router,
    place.router,
    cases.router,
    counts.router,
    sheets.router,
    hand_outs.router,
    case_steps.router,
    case_words.router,
    work.router,
    attachments.router,
    events.router,
    inbox.router,
    jobs.router,
    exports.router,
    imports.router,
    tracing.router,
    redraw.router,
    members.router,
    members.page_router,
    service_requests.router,
    case_links.router,
    case_parties.router,
    land_claims.router,
    land_findings.router,
    land_strips.router,
    registers.router,
    reports.router,
    risk.router,
    personal.router,
    audit.router,
    audit.page_router,
    tokens.router,
    upkeep.router,
    upkeep_accounts.router,
    upkeep_accounts.page_router,
    oidc.router,
    health.router,
    own_pages.router,
    pages.router,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The app; connects to the database when it starts, not when it is made.

    For uvicorn: ``gis_api.app:create_app`` with ``--factory``.
    """
    settings = Settings() if settings is None else settings
    metrics = Metrics()
    configure_logging()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running_services(settings, metrics) as services:
            app.state.services = services
            yield

    app = FastAPI(
        title="网格 wangge",
        version=_version(),
        summary="Which grid, which officer, and why.",
        openapi_tags=TAGS,
        lifespan=lifespan,
        dependencies=[Depends(screen_request)],
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        # metrics and logs are our own (RequestShell); asking for exporters costs every request
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", RevalidatedFiles(directory=STATIC_DIR, check_dir=False), name="static")
    install_error_handlers(app)
    give_examples_of_problems(app)
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_bytes,
        larger={"/api/imports": settings.max_import_bytes},
    )
    app.add_middleware(RequestShell, metrics=metrics)
    return app


@asynccontextmanager
async def _running_services(settings: Settings, metrics: Metrics) -> AsyncIterator[Services]:
    """Everything that lives as long as the process, started in order and stopped in reverse."""
    address = await run_in_threadpool(
        cluster.open_database,
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
    )
    engine = make_engine(
        address.app_url,
        pool_size=settings.database_pool_size,
        statement_timeout_s=settings.statement_timeout_s,
    )
    rules = SignInRules(
        attempts=settings.sign_in_attempts,
        lock_time=settings.sign_in_window,
        idle_limit=settings.session_idle_limit,
        absolute_limit=settings.session_absolute_limit,
    )
    services = Services(
        engine=engine,
        limits=Limits(
            envelope_margin_m=settings.envelope_margin_m,
            max_body_bytes=settings.max_body_bytes,
            attachments_dir=settings.attachments_path,
            index_dir=settings.index_path,
            exports_dir=settings.exports_path,
            imports_dir=settings.imports_path,
            max_import_bytes=settings.max_import_bytes,
        ),
        door=Door(engine, rules),
        sessions=SessionMemory(settings.session_idle_limit),
        events=EventHub(address.app_url),
        grids=GridCache(engine),
        tiles=TileService(engine),
        basemaps=BasemapService(
            settings.basemaps.split(),
            tianditu_url=settings.tianditu_url,
            tianditu_key=settings.tianditu_key.get_secret_value(),
        ),
        metrics=metrics,
        rate_limits=RateLimits(settings.rate_limit_factor),
        oidc=_make_oidc_door(settings, engine, rules),
    )
    services.grids.on_error = lambda error: log_failure("grid_cache_stale", error)
    await run_in_threadpool(services.grids.start)
    await services.events.start()
    await services.tiles.start()
    watch = asyncio.get_running_loop().create_task(_watch_access(services))
    try:
        yield services
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await services.events.stop()
        await services.tiles.stop()
        services.basemaps.stop()
        await run_in_threadpool(services.grids.stop)
        engine.dispose()


def _make_oidc_door(settings: Settings, engine: Engine, rules: SignInRules) -> OidcDoor | None:
    """The door to the provider of the settings; None when none is named."""
    if settings.oidc_issuer is None:
        return None
    provider = Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        login_claim=settings.oidc_login_claim,
    )
    return OidcDoor(engine, OidcClient(provider), rules)


async def _watch_access(services: Services) -> None:
    """Ask every 0.4 s whether roles, areas or sessions changed; silence ends all trust."""

    def ask() -> AccessStamp:
        with begin(services.engine, SYSTEM) as conn:
            return get_stamp(conn)

    while True:
        asked_s = time.monotonic()
        try:
            services.sessions.confirm(await run_in_threadpool(ask), asked_s)
        except SQLAlchemyError as error:
            log_failure("access_watch_lost", error)
        await asyncio.sleep(POLL_S)


def _version() -> str:
    try:
        return version("wangge")
    except PackageNotFoundError:
        return "0"
