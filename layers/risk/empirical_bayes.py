"""Empirical Bayes rates: the fallback that can be explained with one weighted mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Provenance, require_counts, require_finite


@dataclass(frozen=True, slots=True)
class ShrunkRates:
    """``rate`` (n,) = weight · own raw rate + (1 − weight) · overall rate; NaN without units."""

    rate: Floats
    own_weight: Floats
    overall_rate: float
    provenance: Provenance


def shrink_rates(observed: npt.ArrayLike, units: npt.ArrayLike) -> ShrunkRates:
    """Global empirical Bayes of Marshall 1991 (method of moments).

    ``units`` (n,) ≥ 0 are households, or expected counts (then the overall rate is 1 and ``rate``
    is a relative rate).  Variance between cells below 0 counts as 0: every cell gets the average.
    """
    counts = require_counts("observed", observed)
    held = require_finite("units", units, counts.shape, at_least=0.0)
    used = held > 0
    if not used.any():
        raise InvalidInput("risk.no_denominator")
    n, y = held[used], counts[used].astype(np.float64)
    overall = float(y.sum() / n.sum())
    between = float((n * (y / n - overall) ** 2).sum() / n.sum()) - overall / float(n.mean())
    between = max(between, 0.0)
    weight = between / (between + overall / n) if between > 0 else np.zeros(len(n))
    rate, own = np.full(len(held), np.nan), np.full(len(held), np.nan)
    rate[used] = weight * (y / n) + (1 - weight) * overall
    own[used] = weight
    made_from = Provenance("rates.empirical_bayes", {"observed": counts.shape, "units": held.shape})
    return ShrunkRates(rate, own, overall, made_from)
