"""What would have been noticed: so that "nothing found" is never read as "nothing there"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from grid_boundaries.errors import InvalidInput
from layers.risk.monte_carlo import draw_chance_maps, find_critical_ratio
from layers.risk.provenance import Floats, Ints, Provenance
from layers.risk.scan import MIN_CASES
from layers.risk.zone_search import CaseBar, Window, find_maxima
from layers.risk.zones import Zones

CELLS_TOGETHER: Final = 4
MEASURED_FACTOR: Final = 2.0
POWER_MAPS: Final = 499


@dataclass(frozen=True, slots=True)
class Power:
    """``noticed``: share of maps whose highest zone reaches the critical ratio at ``alpha``."""

    factor: float
    cells: int
    cases: int
    alpha: float
    noticed: float
    provenance: Provenance


def find_power(
    zones: Zones,
    total: int,
    hot: Ints,
    factor: float,
    maxima: Floats,
    seed: int,
    alpha: float = 0.05,
    maps: int = POWER_MAPS,
) -> Power:
    """Chance that the scan shows red somewhere when ``hot`` cells have ``factor`` times the rate.

    The total of cases stays ``total``; ``maxima`` are those of the null maps of these zones.
    """
    weight = zones.weight.copy()
    weight[hot] *= factor
    drawn = draw_chance_maps(weight, total, maps, np.random.default_rng(seed))
    tops = find_maxima(zones, [Window(drawn)], total, MIN_CASES)
    noticed = float((tops >= find_critical_ratio(maxima, alpha)).mean())
    made_from = Provenance("power", {"cells": zones.weight.shape}, seed, {"maps": maps})
    return Power(factor, len(hot), total, alpha, noticed, made_from)


def find_notice_chance(
    zones: Zones,
    total: int,
    critical_ratio: float,
    factor: float = MEASURED_FACTOR,
    cells: int = CELLS_TOGETHER,
) -> Floats:
    """(n,) chance that the circle of a cell and its nearest ``cells`` − 1 would reach the critical
    ratio if its rate were ``factor`` times the average; other circles could only add to it.

    n ~ Poisson(factor · μ · C / (C + (factor − 1) μ)), the total staying C.
    """
    if factor <= 1:
        raise InvalidInput("risk.bad_values", name="factor", actual=factor)
    together = np.empty(len(zones))
    for block in zones.iter_blocks():
        rows = np.arange(len(block.centre))
        last = np.minimum(block.length, cells) - 1
        together[block.centre] = block.weight[rows, last]
    bar = CaseBar(total, MIN_CASES, float(together.max()))
    bar.raise_to(critical_ratio)
    asked = bar.asked(together)
    mean = factor * together * total / (total + (factor - 1) * together)
    noticed: Floats = stats.poisson.sf(asked - 1, mean)
    return noticed
