"""Circular zones over cell centroids, met block by block so that 21k cells fit in memory.

A zone is a centre cell and its nearest cells, rank by rank (equal distances in index order), as
long as their weight stays within ``cap`` of the whole; a single cell is always a zone.  Up to 24
cells every size is a zone; beyond that sizes grow by 5 %, and the largest size within the cap is
always one.  The thinning is the same for the real map and for chance maps, so it costs no
validity; on towns of up to 240 like cells nothing is thinned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Ints, require_finite

EVERY_SIZE_TO: Final = 24
_GROWTH: Final = 1.05
_BLOCK: Final = 256
_SORTED_TOGETHER: Final = 32
_INDEX_BITS: Final = 20
_DISTANCE_STEPS: Final = float(1 << 42)
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ZoneBlock:
    """Zones of some neighbouring centres.

    ``order`` (m, k) holds the cells by rank, ``weight`` (m, k) their running weight, ``length``
    (m,) how many ranks are within the cap (what follows is padding); ``reach`` (m, k) grows with
    distance from the centre.
    """

    centre: Ints
    order: Ints
    weight: Floats
    length: Ints
    reach: Ints

    def rings(self) -> Iterator[tuple[int, int]]:
        """(from, to) ranks between one zone size and the next, for the longest centre."""
        sizes = list_zone_sizes(int(self.length.max()))
        return zip((0, *sizes[:-1]), sizes, strict=True)


@dataclass(frozen=True, slots=True)
class Zones:
    """The family of zones of one map: centroids in metres, weight (> 0) of each cell, the cap."""

    x_m: Floats
    y_m: Floats
    weight: Floats
    cap: float
    step_m2: float

    def __len__(self) -> int:
        return len(self.x_m)

    @property
    def most_weight(self) -> float:
        """No zone weighs more: the cap, or the heaviest cell."""
        return max(self.cap * float(self.weight.sum()) * (1 + _SLACK), float(self.weight.max()))

    def iter_blocks(self) -> Iterator[ZoneBlock]:
        """All zones, in blocks of at most 256 neighbouring centres, always in the same order."""
        everything = np.arange(len(self), dtype=np.int64)
        for centres in _split(everything, self.x_m, self.y_m, _BLOCK):
            yield self._block(centres)

    def list_members(self, centre: int, size: int) -> Ints:
        """The cells of one zone, nearest first."""
        here = np.array([centre], dtype=np.int64)
        keys = np.sort(self._keys(here, np.arange(len(self), dtype=np.int64)), axis=1)
        return keys[0, :size] & ((1 << _INDEX_BITS) - 1)

    def find_reach(self, centres: Ints, cells: Ints) -> Ints:
        """Smallest ``reach`` (as in ZoneBlock) of any of ``cells`` from each centre."""
        nearest = np.full(len(centres), np.iinfo(np.int64).max)
        for part in np.array_split(np.arange(len(centres)), max(1, len(centres) // 2000)):
            nearest[part] = self._keys(centres[part], cells).min(axis=1)
        return nearest

    def _keys(self, centres: Ints, cells: Ints) -> Ints:
        """Distance and index in one integer: sorting it sorts by distance, then index."""
        squared = (self.x_m[cells][None, :] - self.x_m[centres][:, None]) ** 2
        squared += (self.y_m[cells][None, :] - self.y_m[centres][:, None]) ** 2
        steps = np.rint(squared / self.step_m2).astype(np.int64)
        return (steps << _INDEX_BITS) | cells[None, :]

    def _block(self, centres: Ints) -> ZoneBlock:
        limit = self.cap * float(self.weight.sum()) * (1 + _SLACK)
        near = self._candidates(centres, limit, np.arange(len(self), dtype=np.int64))
        few = list(_split(centres, self.x_m, self.y_m, _SORTED_TOGETHER))
        parts = [self._sorted(some, limit, self._candidates(some, limit, near)) for some in few]
        longest = max(part.order.shape[1] for part in parts)
        return ZoneBlock(
            np.concatenate([part.centre for part in parts]),
            np.concatenate([_padded(part.order, longest) for part in parts]),
            np.concatenate([_padded(part.weight, longest) for part in parts]),
            np.concatenate([part.length for part in parts]),
            np.concatenate([_padded(part.reach, longest) for part in parts]),
        )

    def _sorted(self, centres: Ints, limit: float, near: Ints) -> ZoneBlock:
        keys = np.sort(self._keys(centres, near), axis=1)
        order = keys & ((1 << _INDEX_BITS) - 1)
        weight = np.cumsum(self.weight[order], axis=1)
        length = np.maximum((weight <= limit).sum(axis=1), 1)
        k = int(length.max())
        return ZoneBlock(centres, order[:, :k], weight[:, :k], length, keys[:, :k])

    def _candidates(self, centres: Ints, limit: float, among: Ints) -> Ints:
        """Cells that a zone of one of the centres can reach: a disc that holds more than the cap
        around the centres' middle, moved by their own radius, bounds every centre's disc."""
        mid_x, mid_y = self.x_m[centres].mean(), self.y_m[centres].mean()
        away = np.hypot(self.x_m[among] - mid_x, self.y_m[among] - mid_y)
        by_distance = np.argsort(away, kind="stable")
        weight = np.cumsum(self.weight[among[by_distance]])
        filled = int(np.searchsorted(weight, limit, side="right"))
        if filled >= len(among):
            return among
        own = float(np.hypot(self.x_m[centres] - mid_x, self.y_m[centres] - mid_y).max())
        bound = (away[by_distance[filled]] + 2 * own) * (1 + _SLACK) + 1e-6
        within: Ints = among[away <= bound]
        return within


def plan_zones(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, weight: npt.ArrayLike, cap: float = 0.10
) -> Zones:
    """The zones over centroids (n,) in metres with weights (n,) > 0, normally expected counts.

    Raises InvalidInput: ``risk.no_cells``, ``risk.too_many_cells`` (over 2²⁰), ``risk.bad_values``.
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    held = require_finite("weight", weight, x.shape, at_least=0.0)
    if not len(x):
        raise InvalidInput("risk.no_cells")
    if len(x) > 1 << _INDEX_BITS:
        raise InvalidInput("risk.too_many_cells", cells=len(x), limit=1 << _INDEX_BITS)
    if not (held > 0).all():
        raise InvalidInput("risk.bad_values", name="weight", above=0)
    if not 0 < cap <= 0.5:
        raise InvalidInput("risk.bad_values", name="cap", actual=cap)
    extent = float(np.ptp(x)) ** 2 + float(np.ptp(y)) ** 2
    return Zones(x, y, held, cap, (extent or 1.0) / _DISTANCE_STEPS)


@lru_cache(maxsize=4096)
def list_zone_sizes(longest: int) -> tuple[int, ...]:
    """Sizes in cells: 1 … 24, then 5 % steps, and ``longest`` itself."""
    sizes = list(range(1, min(longest, EVERY_SIZE_TO) + 1))
    while sizes[-1] < longest:
        sizes.append(min(longest, int(np.ceil(sizes[-1] * _GROWTH))))
    return tuple(sizes)


def _split(cells: Ints, x_m: Floats, y_m: Floats, most: int) -> Iterator[Ints]:
    """Parts of at most ``most`` cells, cut across the longer side so that neighbours stay."""
    parts = -(-len(cells) // most)
    if parts == 1:
        yield cells
        return
    wide = np.ptp(x_m[cells]) >= np.ptp(y_m[cells])
    along = cells[np.argsort((x_m if wide else y_m)[cells], kind="stable")]
    cut = len(cells) * (parts // 2) // parts
    yield from _split(along[:cut], x_m, y_m, most)
    yield from _split(along[cut:], x_m, y_m, most)


def _padded(rows: npt.NDArray[Any], width: int) -> npt.NDArray[Any]:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))
