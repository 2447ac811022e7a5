"""What every route may ask for: one object per process, made in ``app``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from gis_api.access.rate_limit import RateLimits
from gis_api.access.session import SessionMemory
from gis_api.actions.sign_in import Door
from gis_api.actions.sign_in_oidc import OidcDoor
from gis_api.db.grid_cache import GridCache
from gis_api.observability.metrics import Metrics

if TYPE_CHECKING:
    from gis_api.http.basemap_service import BasemapService
    from gis_api.http.event_hub import EventHub
    from gis_api.http.tile_service import TileService


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the settings that routes lean on."""

    envelope_margin_m: float
    max_body_bytes: int
    attachments_dir: Path
    index_dir: Path
    exports_dir: Path
    imports_dir: Path
    max_import_bytes: int


@dataclass(slots=True)
class Services:
    """The running service's parts."""

    engine: Engine
    limits: Limits
    door: Door
    sessions: SessionMemory
    events: EventHub
    grids: GridCache
    tiles: TileService
    basemaps: BasemapService
    metrics: Metrics
    rate_limits: RateLimits
    oidc: OidcDoor | None = None

    def count_connections_in_use(self) -> int:
        """Connections of the pool that somebody holds now."""
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0


async def get_services(request: Request) -> Services:
    """The services of the app that answers this request."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
