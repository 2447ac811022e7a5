"""The best zone of each map: exact maximum of the likelihood ratio, many maps at a time.

Counts of all maps are summed ring by ring with one sparse product per block of centres.  The
ratio is only computed where the count reaches what the current best of the maps asks for at that
expectation, so that logarithms are taken for a few zones in ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from layers.risk.provenance import Floats, Ints
from layers.risk.zones import ZoneBlock, Zones

_MAPS_AT_ONCE: Final = 256
_BISECTIONS: Final = 60
_SLACK: Final = 1e-9
Counts = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Window:
    """One set of maps: ``counts`` (cells, maps); ``share`` of the zone weight expected in it."""

    counts: Counts
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class FoundZones:
    """Zones of one map with ratio ≥ a floor: aligned arrays, in no order."""

    centre: Ints
    size: Ints
    reach: Ints
    window: Ints
    observed: Ints
    expected: Floats
    ratio: Floats


def find_log_ratio(observed: npt.ArrayLike, expected: npt.ArrayLike, total: float) -> Floats:
    """Kulldorff's term n·ln(n/μ) + (C−n)·ln((C−n)/(C−μ)) for n > μ, else 0.

    Natural logarithms; 0·ln 0 = 0.  Source: Kulldorff 1997, conditional on the total C.
    """
    n = np.asarray(observed, dtype=np.float64)
    mu = np.asarray(expected, dtype=np.float64)
    outside = total - n
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = special.xlogy(n, n / mu)
        outer = np.where(outside > 0, outside * np.log(outside / (total - mu)), 0.0)
    return np.where(n > mu, inner + outer, 0.0)


def find_maxima(zones: Zones, windows: Sequence[Window], total: int, min_cases: int = 2) -> Floats:
    """(maps,) the highest ratio of each map over all zones and windows; 0 where none is high.

    ``zones.weight`` is the expectation, summing to ``total``; a window expects its share of it.
    Zones with fewer than ``min_cases`` cases do not count.
    """
    parts = [
        _find_part(zones, [Window(_columns(w, part), w.share) for w in windows], total, min_cases)
        for part in _map_parts(windows[0].counts.shape[1])
    ]
    return np.concatenate(parts)


def _find_part(zones: Zones, windows: Sequence[Window], total: int, min_cases: int) -> Floats:
    best = _best_single_cells(zones, windows, total, min_cases)
    bar = CaseBar(total, min_cases, zones.most_weight * max(w.share for w in windows))
    batches = _map_parts(len(best), _MAPS_AT_ONCE)
    chunked = [[_columns(window, batch) for batch in batches] for window in windows]
    for block in zones.iter_blocks():
        bar.raise_to(float(best.min()))
        sums = [[_zeros(block, part) for part in parts] for parts in chunked]
        for ring, weight in _iter_rings(block, len(zones)):
            for window, parts, running in zip(windows, chunked, sums, strict=True):
                asked = bar.asked(weight * window.share).astype(parts[0].dtype)[:, None]
                expected = weight * window.share
                for batch, part, summed in zip(batches, parts, running, strict=True):
                    summed += ring @ part
                    reached = summed >= asked
                    if reached.any():
                        _note_best(best[batch], summed, expected, reached, total)
    return best


def _note_best(
    best: Floats, summed: Counts, expected: Floats, reached: npt.NDArray[np.bool_], total: int
) -> None:
    row, column = np.divmod(np.flatnonzero(reached), reached.shape[1])
    ratio = find_log_ratio(summed[row, column], expected[row], total)
    np.maximum.at(best, column, ratio)


def _best_single_cells(
    zones: Zones, windows: Sequence[Window], total: int, min_cases: int
) -> Floats:
    best = np.zeros(windows[0].counts.shape[1])
    for window in windows:
        cell, column = np.nonzero(window.counts >= min_cases)
        seen = window.counts[cell, column]
        ratio = find_log_ratio(seen, zones.weight[cell] * window.share, total)
        np.maximum.at(best, column, ratio)
    return best


def _iter_rings(block: ZoneBlock, cells: int) -> Iterator[tuple[sparse.csr_matrix, Floats]]:
    """Per zone size: the cells that join, as a 0/1 matrix (centres, cells), and the weight then.

    A centre whose zones have ended gets no cells and keeps its last weight, so that it repeats its
    last zone and changes nothing.
    """
    rows = np.arange(len(block.centre))
    for start, stop in block.rings():
        joins = np.arange(start, stop)[None, :] < block.length[:, None]
        ends = np.concatenate([[0], np.cumsum(joins.sum(axis=1))]).astype(np.int32)
        index = block.order[:, start:stop][joins].astype(np.int32)
        ring = sparse.csr_matrix(
            (np.ones(len(index), dtype=np.int16), index, ends), shape=(len(rows), cells)
        )
        yield ring, block.weight[rows, np.minimum(stop, block.length) - 1]


class CaseBar:
    """Fewest cases a zone needs for its ratio to reach the bar, by expectation.

    ``most_expected`` is the largest expectation that will be asked about.
    """

    def __init__(self, total: int, min_cases: int, most_expected: float) -> None:
        self._total = total
        self._min_cases = min_cases
        self._most = most_expected
        self._height = -1.0
        self._up_to: Floats = np.zeros(0)

    def raise_to(self, height: float) -> None:
        """Ratios below ``height`` need not be found; small rises are not worth the tables.

        The ratio is at least (n − μ)² / 2n, which says where the table may end.
        """
        if height < self._height + 0.2 and self._height >= 0:
            return
        self._height = height
        enough = self._most + height + np.sqrt(height**2 + 2 * self._most * height) + 2
        n = np.arange(1, min(self._total, int(np.ceil(enough))) + 1, dtype=np.float64)
        low, high = np.zeros_like(n), n.copy()
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            reached = find_log_ratio(n, middle, self._total) >= height
            low, high = np.where(reached, middle, low), np.where(reached, high, middle)
        self._up_to = np.maximum.accumulate(high)

    def asked(self, expected: Floats) -> Ints:
        """(k,) smallest n whose ratio at ``expected`` reaches the bar; above total if none does."""
        fewest = np.searchsorted(self._up_to, expected * (1 - _SLACK)) + 1
        return np.maximum(fewest, self._min_cases).clip(max=self._total + 1)


def list_found(
    zones: Zones, windows: Sequence[Window], total: int, floor: float, min_cases: int = 2
) -> FoundZones:
    """Zones of one map (``counts`` (cells, 1)) with ratio ≥ ``floor``, and always the best one."""
    parts = []
    for block in zones.iter_blocks():
        for number, window in enumerate(windows):
            running = np.cumsum(window.counts[:, 0].astype(np.int64)[block.order], axis=1)
            for start, stop in block.rings():
                rows = np.flatnonzero(block.length > start)
                at = np.minimum(stop, block.length[rows]) - 1
                observed, expected = running[rows, at], block.weight[rows, at] * window.share
                ratio = find_log_ratio(observed, expected, total)
                ratio[observed < min_cases] = 0.0
                best = float(ratio.max(initial=0.0))
                kept = (ratio >= min(floor, best)) & (ratio > 0)
                k, at = rows[kept], at[kept]
                parts.append(
                    FoundZones(
                        block.centre[k], at + 1, block.reach[k, at], np.full(len(k), number),
                        observed[kept], expected[kept], ratio[kept],
                    )
                )  # fmt: skip
    found = _joined(parts)
    return _above(found, min(floor, float(found.ratio.max(initial=0.0))))


def _above(found: FoundZones, floor: float) -> FoundZones:
    kept = found.ratio >= floor
    return FoundZones(
        found.centre[kept], found.size[kept], found.reach[kept], found.window[kept],
        found.observed[kept], found.expected[kept], found.ratio[kept],
    )  # fmt: skip


def _joined(parts: list[FoundZones]) -> FoundZones:
    def column(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    return FoundZones(
        column("centre"), column("size"), column("reach"), column("window"),
        column("observed"), column("expected"), column("ratio"),
    )  # fmt: skip


def _zeros(block: ZoneBlock, part: Counts) -> Counts:
    return np.zeros((len(block.centre), part.shape[1]), dtype=part.dtype)


def _columns(window: Window | Counts, part: slice) -> Counts:
    counts = window.counts if isinstance(window, Window) else window
    return np.ascontiguousarray(counts[:, part])


def _map_parts(maps: int, at_once: int = 4096) -> list[slice]:
    return [slice(a, min(a + at_once, maps)) for a in range(0, maps, at_once)]
