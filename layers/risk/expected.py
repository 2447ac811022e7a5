"""Cases to expect in each cell if every unit of its denominator had the same risk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Flags, Floats, Ints, Provenance, require_counts, require_finite


class Denominator(StrEnum):
    """What a kind of case is divided by; always of the year of the cases."""

    HOUSEHOLDS = "households"
    PARCELS = "parcels"
    HAUL_ROAD_KM = "haul_road_km"
    AREA_KM2 = "area_km2"


@dataclass(frozen=True, slots=True)
class Expected:
    """Indirectly standardised expectation.

    ``expected`` (n,) sums to ``observed_total``, the cases in cells with a denominator.
    ``no_denominator`` (n,) marks the cells to hatch: nothing is divided by zero there, and their
    cases are ``observed_without_denominator``.  ``rate`` is cases per unit; NaN without any unit.
    """

    denominator: Denominator
    year: int
    expected: Floats
    no_denominator: Flags
    rate: float
    observed_total: int
    observed_without_denominator: int
    provenance: Provenance


def plan_expected(
    observed: npt.ArrayLike,
    units: npt.ArrayLike,
    denominator: Denominator,
    units_year: int,
    cases_year: int,
) -> Expected:
    """Expected counts: ``E_i = units_i · Σ observed / Σ units`` over cells that have units.

    ``observed`` (n,) whole numbers; ``units`` (n,) ≥ 0.  Raises InvalidInput ``risk.wrong_year``
    where the denominator is of another year than the cases.
    """
    if units_year != cases_year:
        raise InvalidInput("risk.wrong_year", denominator_year=units_year, cases_year=cases_year)
    counts = require_counts("observed", observed)
    held = require_finite("units", units, counts.shape, at_least=0.0)
    usable = held > 0
    total = int(counts[usable].sum())
    units_total = float(held.sum())
    rate = total / units_total if units_total > 0 else float("nan")
    expected = np.where(usable, held, 0.0) * (rate if units_total > 0 else 0.0)
    return Expected(
        denominator=denominator,
        year=cases_year,
        expected=expected,
        no_denominator=~usable,
        rate=rate,
        observed_total=total,
        observed_without_denominator=int(counts[~usable].sum()),
        provenance=Provenance("expected", {"observed": counts.shape, "units": held.shape}),
    )


def find_ratio_interval(
    observed: npt.ArrayLike, expected: npt.ArrayLike, level: float = 0.90
) -> tuple[Floats, Floats]:
    """Exact Poisson interval of observed/expected (Garwood 1936); NaN where expected is 0.

    "7 disputes, 3 expected, plausibly 1.1–4.4 times the average" is this interval.
    """
    counts: Ints = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    tail = (1.0 - level) / 2.0
    divisor = np.where(means > 0, means, np.nan)
    some = np.maximum(counts, 1)
    low = np.where(counts > 0, special.gammaincinv(some, tail), 0.0) / divisor
    high = special.gammaincinv(counts + 1.0, 1.0 - tail) / divisor
    return low, high
