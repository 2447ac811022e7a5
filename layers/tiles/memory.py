"""Tiles kept in the process: as many bytes as allowed, the longest unused go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

_ROW_BYTES: Final = 400  # key, entry and links of one tile, measured


@dataclass(frozen=True, slots=True)
class KeptTile:
    """A tile gzipped (b"" when there is nothing in it) and the tag it is known by."""

    gzipped: bytes
    tag: str


class TileMemory:
    """A bounded map; used from one thread only."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, KeptTile] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size_bytes(self) -> int:
        """What is kept, in bytes."""
        return self._bytes

    def find(self, key: Hashable) -> KeptTile | None:
        """The tile under a key, then the last to go; None when it is not kept."""
        tile = self._kept.get(key)
        if tile is not None:
            self._kept.move_to_end(key)
        return tile

    def keep(self, key: Hashable, tile: KeptTile) -> None:
        """Keep a tile and drop what no longer fits; one larger than everything is not kept."""
        cost = len(tile.gzipped) + _ROW_BYTES
        if cost > self._max_bytes:
            return
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= len(old.gzipped) + _ROW_BYTES
        self._kept[key] = tile
        self._bytes += cost
        while self._bytes > self._max_bytes:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.gzipped) + _ROW_BYTES
