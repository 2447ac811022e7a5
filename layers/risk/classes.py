"""Four plain classes for people who are not statisticians, and what may be shown at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.risk.monte_carlo import find_critical_ratio
from layers.risk.power import find_notice_chance
from layers.risk.provenance import Flags, Floats, Provenance, require_counts, require_finite
from layers.risk.scan import ScanResult
from layers.risk.small_area import AreaRates
from layers.risk.zones import plan_zones

PROBABLY: Final = 0.80
HARDLY: Final = 0.10
WOULD_BE_NOTICED: Final = 0.50
FEWEST_PUBLIC: Final = 5
SMALLEST_UNITS: Final = 20


class RiskClass(StrEnum):
    """What is said of a cell.  NO_DENOMINATOR is hatched: nothing is divided there."""

    CLEARLY_HIGHER = "clearly_higher"
    PROBABLY_HIGHER = "probably_higher"
    CANNOT_TELL = "cannot_tell"
    NO_SIGN = "no_sign"
    NO_DENOMINATOR = "no_denominator"


@dataclass(frozen=True, slots=True)
class Classes:
    """``word`` per cell, ``notice_chance`` (n,) of a doubling in the cell and its nearest three
    (NaN without denominator), ``cluster`` (n,) index of the significant cluster or −1."""

    word: tuple[RiskClass, ...]
    notice_chance: Floats
    cluster: npt.NDArray[np.int64]
    alpha: float
    provenance: Provenance

    def count(self, word: RiskClass) -> int:
        return sum(one is word for one in self.word)


def classify(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    units: npt.ArrayLike,
    found: ScanResult,
    rates: AreaRates,
    alpha: float,
) -> Classes:
    """The class of each cell; ``alpha`` is this map's share of the page's error budget.

    ``units`` (n,) is the denominator (households, or expected counts); 0 is hatched.
    In order: no denominator; clearly higher = in a cluster significant at ``alpha`` and own rate
    above average; probably higher = P(rate > 1.5 × average) ≥ 0.8; no sign = that chance ≤ 0.1
    *and* a doubling here would more likely than not have been noticed; else cannot tell.
    """
    held = require_finite("units", units, at_least=0.0)
    usable = held > 0
    cluster = np.full(len(held), -1, dtype=np.int64)
    for number, one in reversed(list(enumerate(found.list_significant(alpha)))):
        cluster[one.cells] = number
    notice = np.full(len(held), np.nan)
    if usable.any() and len(found.maxima) and found.observed_total:
        scale = found.observed_total / held.sum()
        x, y = np.asarray(x_m, float)[usable], np.asarray(y_m, float)[usable]
        zones = plan_zones(x, y, held[usable] * scale)
        critical = find_critical_ratio(found.maxima, alpha)
        notice[usable] = find_notice_chance(zones, found.observed_total, critical)
    rules: list[tuple[Flags, RiskClass]] = [
        (~usable, RiskClass.NO_DENOMINATOR),
        ((cluster >= 0) & (rates.mean > 1), RiskClass.CLEARLY_HIGHER),
        (rates.exceedance >= PROBABLY, RiskClass.PROBABLY_HIGHER),
        ((rates.exceedance <= HARDLY) & (notice >= WOULD_BE_NOTICED), RiskClass.NO_SIGN),
    ]
    words = np.select(
        [flags for flags, _ in rules],
        [word.value for _, word in rules],
        RiskClass.CANNOT_TELL.value,
    )
    made_from = Provenance("classes", {"units": held.shape}, None, {"alpha": alpha})
    return Classes(tuple(RiskClass(word) for word in words), notice, cluster, alpha, made_from)


def find_shown(
    observed: npt.ArrayLike,
    units: npt.ArrayLike,
    public: bool,
    smallest_units: int = SMALLEST_UNITS,
) -> tuple[Flags, Flags]:
    """(class may be shown, count may be shown) per cell.

    A class needs ``smallest_units`` households: a smaller cell would point at a family.  In public
    views a count under 5 is never shown, zero included.
    """
    counts = require_counts("observed", observed)
    held = require_finite("units", units, counts.shape, at_least=0.0)
    large = held >= smallest_units
    return large, large & (counts >= FEWEST_PUBLIC) if public else large
