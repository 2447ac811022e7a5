"""Kulldorff's Poisson scan: where cases are more than the denominator explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.monte_carlo import (
    draw_chance_maps,
    find_p_value,
    find_tail_p_value,
    is_fine,
    require_maps,
)
from layers.risk.provenance import Floats, Ints, Provenance, require_counts, require_finite
from layers.risk.zone_search import FoundZones, Window, find_maxima, list_found
from layers.risk.zones import Zones, plan_zones

CHANCE_MAPS: Final = 999
ZONE_CAP: Final = 0.10
MIN_CASES: Final = 2
_MOST_CLUSTERS: Final = 200
_MAPS_IN_MEMORY: Final = 2048


@dataclass(frozen=True, slots=True)
class Cluster:
    """A circle of cells with more cases than expected.

    ``cells`` are indices into the scanned map, nearest the centre first.  ``relative_risk`` is
    inside against outside.  ``p_value`` is plain Monte Carlo against the highest zone of each
    chance map, so it holds for the whole map at once; ``tail_p_value`` is finer where p is small.
    ``window`` counts periods back from the last one (0 in a purely spatial scan).
    """

    centre: int
    cells: Ints
    radius_m: float
    observed: int
    expected: float
    relative_risk: float
    log_ratio: float
    p_value: float
    tail_p_value: float
    window: int = 0


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Non-overlapping clusters, most likely first, with the maxima (maps,) they were judged by."""

    clusters: tuple[Cluster, ...]
    maxima: Floats
    observed_total: int
    provenance: Provenance

    def list_significant(self, alpha: float) -> list[Cluster]:
        """Clusters with Monte Carlo p ≤ alpha, or tail p where alpha is finer than the maps."""
        fine = bool(len(self.maxima)) and is_fine(alpha, self.maxima)
        return [c for c in self.clusters if (c.tail_p_value if fine else c.p_value) <= alpha]


def scan(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    seed: int,
    maps: int = CHANCE_MAPS,
    cap: float = ZONE_CAP,
    min_cases: int = MIN_CASES,
    reference: npt.ArrayLike | None = None,
) -> ScanResult:
    """Scan circles of cells (see ``zones``) for excess over ``expected``, conditional on the total.

    All arrays are (n,).  ``expected`` is rescaled to the total of ``observed``; cells where it is
    0 take no part and must hold no case (``risk.case_without_denominator``).  ``reference`` are
    maxima drawn earlier for the same zones and total (``draw_maxima``); then no map is drawn and
    the seed is only recorded.  No case, or a flat map: no clusters.
    """
    counts = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    used = np.flatnonzero(means > 0)
    total = int(counts.sum())
    if int(counts[used].sum()) != total:
        raise InvalidInput("risk.case_without_denominator", cases=total - int(counts[used].sum()))
    made_from = Provenance(
        "scan.kulldorff_poisson",
        {"observed": counts.shape, "expected": means.shape},
        seed,
        {"maps": maps, "cap": cap, "min_cases": min_cases},
    )
    if total < min_cases or not len(used):
        return ScanResult((), np.zeros(0), total, made_from)
    x = require_finite("x_m", x_m, counts.shape)[used]
    y = require_finite("y_m", y_m, counts.shape)[used]
    zones = plan_zones(x, y, means[used] * (total / means[used].sum()), cap)
    maxima = (
        draw_maxima(zones, total, maps, seed, min_cases)
        if reference is None
        else require_finite("reference", reference)
    )
    window = Window(counts[used][:, None])
    clusters = find_clusters(zones, [window], total, maxima, min_cases)
    return ScanResult(renumbered(clusters, used), maxima, total, made_from)


def draw_maxima(
    zones: Zones, total: int, maps: int, seed: int, min_cases: int = MIN_CASES
) -> Floats:
    """(maps,) the highest ratio of each of ``maps`` chance maps over these zones.

    Map k is the same however many are drawn; at most 2,048 are in memory at a time.
    """
    rng = np.random.default_rng(seed)
    parts = []
    for start in range(0, maps, _MAPS_IN_MEMORY):
        drawn = draw_chance_maps(zones.weight, total, min(_MAPS_IN_MEMORY, maps - start), rng)
        parts.append(find_maxima(zones, [Window(drawn)], total, min_cases))
    return np.concatenate(parts)


def find_clusters(
    zones: Zones, windows: list[Window], total: int, maxima: Floats, min_cases: int
) -> list[Cluster]:
    """Greedy by ratio: the best zone, then the best that shares no cell with those before.

    Zones below the median of the maxima are left out, except the best of all.  Equal ratios: the
    smaller zone, then the lower centre.
    """
    require_maps(maxima)
    single = [Window(window.counts[:, :1], window.share) for window in windows]
    found = list_found(zones, single, total, float(np.median(maxima)), min_cases)
    left = np.lexsort((found.centre, found.size, -np.round(found.ratio, 9)))
    clusters: list[Cluster] = []
    while len(left) and len(clusters) < _MOST_CLUSTERS:
        pick = int(left[0])
        cells = zones.list_members(int(found.centre[pick]), int(found.size[pick]))
        clusters.append(_cluster(zones, found, pick, cells, total, maxima))
        left = left[found.reach[left] < _find_reach(zones, found.centre[left], cells)]
    return clusters


def _find_reach(zones: Zones, centres: Ints, cells: Ints) -> Ints:
    unique, back = np.unique(centres, return_inverse=True)
    return zones.find_reach(unique, cells)[back]


def _cluster(
    zones: Zones, found: FoundZones, pick: int, cells: Ints, total: int, maxima: Floats
) -> Cluster:
    centre = int(found.centre[pick])
    observed, expected = int(found.observed[pick]), float(found.expected[pick])
    ratio = float(found.ratio[pick])
    outside = (total - observed) / (total - expected) if total > expected else 0.0
    far = int(cells[-1])
    return Cluster(
        centre=centre,
        cells=cells,
        radius_m=float(np.hypot(zones.x_m[far] - zones.x_m[centre],
                                zones.y_m[far] - zones.y_m[centre])),
        observed=observed,
        expected=expected,
        relative_risk=(observed / expected) / outside if outside > 0 else float("inf"),
        log_ratio=ratio,
        p_value=find_p_value(ratio, maxima),
        tail_p_value=find_tail_p_value(ratio, maxima),
        window=int(found.window[pick]),
    )  # fmt: skip


def renumbered(clusters: list[Cluster], used: Ints) -> tuple[Cluster, ...]:
    """The clusters with cell numbers of the whole map; ``used`` (k,) are those that took part."""
    return tuple(
        Cluster(
            centre=int(used[c.centre]), cells=used[c.cells], radius_m=c.radius_m,
            observed=c.observed, expected=c.expected, relative_risk=c.relative_risk,
            log_ratio=c.log_ratio, p_value=c.p_value, tail_p_value=c.tail_p_value, window=c.window,
        )
        for c in clusters
    )  # fmt: skip
