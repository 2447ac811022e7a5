"""Basemaps of the settings: opened when asked for, read off the event loop, kept a while."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import requests

from grid_boundaries.errors import NotFound, WanggeError
from layers.basemap.archives import PmtilesFile
from layers.basemap.open_basemap import open_basemap
from layers.basemap.source import Basemap, BasemapTile, Described
from layers.tiles.address import TileAddress

WORKERS = 2
KEPT_BYTES = 32 * 1024 * 1024
KEEP_S = 3600.0
_TIMEOUT_S = 8.0
_MOST_BYTES = 8 * 1024 * 1024
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Offered:
    """One basemap of the list: what it is, or why it cannot be used."""

    number: int
    described: Described | None
    problem: WanggeError | None


@dataclass(frozen=True, slots=True)
class ServedTile:
    """A tile and its tag; None where there is nothing."""

    tile: BasemapTile | None
    tag: str


class BasemapService:
    """Used from the event loop's thread; two threads of its own cut and fetch."""

    def __init__(self, named: Sequence[str], *, tianditu_url: str, tianditu_key: str) -> None:
        self._sources: list[Basemap | WanggeError] = []
        for name in named:
            try:
                self._sources.append(
                    open_basemap(name, fetch, tianditu_url=tianditu_url, tianditu_key=tianditu_key)
                )
            except WanggeError as error:
                self._sources.append(error)
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="basemap")
        self._kept: dict[tuple[int, TileAddress], tuple[float, ServedTile]] = {}
        self._kept_bytes = 0

    async def list_offered(self) -> list[Offered]:
        """All of them in the order of the settings."""
        return [await self._offer(number) for number in range(len(self._sources))]

    async def get_tile(self, number: int, at: TileAddress) -> ServedTile:
        """A tile; NotFound ``basemap.none`` for a number that is not, or what the source raises."""
        key = (number, at)
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < KEEP_S:
            return kept[1]
        source = self._get(number)
        tile = await self._run(lambda: source.read_tile(at))
        data = b"" if tile is None else tile.data
        served = ServedTile(tile, '"' + hashlib.sha256(data).hexdigest()[:24] + '"')
        self._keep(key, served)
        return served

    def get_archive(self, number: int) -> Path:
        """The file of a PMTiles basemap; NotFound ``basemap.none`` for any other."""
        source = self._get(number)
        if not isinstance(source, PmtilesFile) or not source.path.is_file():
            raise NotFound("basemap.none")
        return source.path

    def stop(self) -> None:
        """End the threads."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _offer(self, number: int) -> Offered:
        try:
            source = self._get(number)
            return Offered(number, await self._run(source.describe), None)
        except WanggeError as error:
            return Offered(number, None, error)

    def _get(self, number: int) -> Basemap:
        if not 0 <= number < len(self._sources):
            raise NotFound("basemap.none")
        source = self._sources[number]
        if isinstance(source, WanggeError):
            raise source
        return source

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)

    def _keep(self, key: tuple[int, TileAddress], served: ServedTile) -> None:
        self._kept_bytes += _size(served) - (_size(self._kept.pop(key)[1]) if (
            key in self._kept) else 0)  # fmt: skip
        self._kept[key] = (time.monotonic(), served)
        while self._kept_bytes > KEPT_BYTES:
            oldest = next(iter(self._kept))
            self._kept_bytes -= _size(self._kept.pop(oldest)[1])


def _size(served: ServedTile) -> int:
    return 400 + (len(served.tile.data) if served.tile else 0)


def fetch(address: str) -> bytes:
    """What a server answers, without following it elsewhere; the address may hold a key.

    Raises WanggeError ``basemap.unreachable``, which says nothing of the address.
    """
    try:
        with requests.get(
            address, timeout=_TIMEOUT_S, stream=True, allow_redirects=False
        ) as answer:
            if answer.status_code != 200:
                raise WanggeError("basemap.unreachable", status=answer.status_code)
            data = answer.raw.read(_MOST_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError):
        # the error would name the address, which may hold a key
        raise WanggeError("basemap.unreachable", status=0) from None
    if len(data) > _MOST_BYTES:
        raise WanggeError("basemap.unreachable", status=413)
    return bytes(data)
