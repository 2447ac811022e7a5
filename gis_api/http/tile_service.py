"""Tiles for many readers: kept in the process, never older than a second, never anybody else's."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import time
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from gis_api.actions.read_tiles import read_layer_versions, read_tile
from gis_api.db.engine import Actor
from gis_api.observability.logs import log_failure
from layers.tiles.address import TileAddress
from layers.tiles.catalog import TileLayer
from layers.tiles.memory import KeptTile, TileMemory
from layers.tiles.store import LayerVersions

POLL_S = 0.4
MAX_STALE_S = 1.0
MEMORY_BYTES = 64 * 1024 * 1024
WORKERS = 6
# the next level takes a tenth longer for a fiftieth less: coordinates hardly shrink
_GZIP_LEVEL = 1


class TileService:
    """Used from the event loop's thread; what the database must work out runs in a thread.

    A tile is known by layer, place, day and - where the layer depends on it - what the asker may
    see, at one version of the layer.  The versions are asked for every 0.4 s; when the database
    has been silent for a second nothing kept is trusted.  At most six tiles are worked out at a
    time: a map that is moved about leaves connections for everything else.
    """

    def __init__(self, engine: Engine, max_bytes: int = MEMORY_BYTES) -> None:
        self._engine = engine
        self._memory = TileMemory(max_bytes)
        self._versions: LayerVersions | None = None
        self._confirmed_s = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="tiles")

    async def start(self) -> None:
        """Begin to follow the versions; returns at once."""
        self._task = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._workers.shutdown(wait=False, cancel_futures=True)

    def find_tag(
        self, actor: Actor, layer: TileLayer, at: TileAddress, rank: int | None, on: date | None
    ) -> str | None:
        """The tag that this tile has now, without working it out; None when that is not known."""
        version = self._trusted_version(layer)
        return None if version is None else _tag(_key(actor, layer, at, rank, on), version)

    async def get_tile(
        self, actor: Actor, layer: TileLayer, at: TileAddress, rank: int | None, on: date | None
    ) -> KeptTile:
        """The tile as this actor may see it now, from memory where it can be trusted."""
        key = _key(actor, layer, at, rank, on)
        version = self._trusted_version(layer)
        if version is not None:
            kept = self._memory.find((key, version))
            if kept is not None:
                return kept
        # the version is known before the tile is asked for, so never newer than the tile; a change
        # in between only makes it be asked for once more
        known, gzipped = await asyncio.get_running_loop().run_in_executor(
            self._workers, self._work_out, actor, layer, at, rank, on, version
        )
        tile = KeptTile(gzipped, _tag(key, known))
        self._memory.keep((key, known), tile)
        return tile

    def _work_out(
        self,
        actor: Actor,
        layer: TileLayer,
        at: TileAddress,
        rank: int | None,
        on: date | None,
        version: str | None,
    ) -> tuple[str, bytes]:
        if version is None:
            version = read_layer_versions(self._engine).of(layer)
        data = read_tile(self._engine, actor, layer, at, rank=rank, on=on)
        return version, gzip.compress(data, _GZIP_LEVEL, mtime=0) if data else b""

    def _trusted_version(self, layer: TileLayer) -> str | None:
        if self._versions is None or time.monotonic() - self._confirmed_s > MAX_STALE_S:
            return None
        return self._versions.of(layer)

    async def _follow(self) -> None:
        while True:
            asked_s = time.monotonic()
            try:
                self._versions = await run_in_threadpool(read_layer_versions, self._engine)
                self._confirmed_s = asked_s
            except SQLAlchemyError as error:
                log_failure("tile_versions_lost", error)
            await asyncio.sleep(POLL_S)


def _key(
    actor: Actor, layer: TileLayer, at: TileAddress, rank: int | None, on: date | None
) -> Hashable:
    """What makes a tile another one; granted cases make it the officer's own."""
    sees = (actor.scope.lo, actor.scope.hi, actor.officer_id) if layer.by_scope else None
    return (layer.slug, at.z, at.x, at.y, rank, on, sees)


def _tag(key: Hashable, version: str) -> str:
    return '"' + hashlib.sha256(repr((key, version)).encode()).hexdigest()[:24] + '"'
