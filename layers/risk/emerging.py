"""Emerging or persisting: a quarterly series of exceedance and a tie-corrected Mann–Kendall."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from layers.risk.provenance import Floats, Provenance, require_finite

FEWEST_QUARTERS: Final = 8
_HIGH: Final = 0.8
_PERSISTENT_SHARE: Final = 0.75
_RECENT: Final = 2
_ALPHA: Final = 0.05


class Trend(StrEnum):
    """What may be said of a cell's series.  TOO_SHORT is no trend word: under 8 quarters."""

    TOO_SHORT = "too_short"
    NO_SIGN = "no_sign"
    EMERGING = "emerging"
    PERSISTING = "persisting"
    EASING = "easing"
    SPORADIC = "sporadic"


@dataclass(frozen=True, slots=True)
class Series:
    """Per cell (n,): the word, Mann–Kendall S, its z and one-sided-both p (NaN when too short)."""

    trend: tuple[Trend, ...]
    s: Floats
    z: Floats
    p_value: Floats
    provenance: Provenance


def find_mann_kendall(series: npt.ArrayLike) -> tuple[Floats, Floats]:
    """(S, variance of S) of each column of ``series`` (periods, n).

    S = Σ_{i<j} sign(x_j − x_i); variance (m(m−1)(2m+5) − Σ t(t−1)(2t+5)) / 18 over groups of t
    equal values.  Source: Mann 1945, Kendall 1975.
    """
    x = require_finite("series", series)
    periods = len(x)
    s = np.zeros(x.shape[1])
    for later in range(1, periods):
        s += np.sign(x[later] - x[:later]).sum(axis=0)
    same = (x[:, None, :] == x[None, :, :]).sum(axis=1).astype(np.float64)
    ties = ((same - 1) * (2 * same + 5)).sum(axis=0)
    variance = (periods * (periods - 1) * (2 * periods + 5) - ties) / 18
    return s, variance


def find_trends(exceedance: npt.ArrayLike, alpha: float = _ALPHA) -> Series:
    """Trend word of each cell from ``exceedance`` (quarters, n), oldest quarter first.

    High is P(rate > 1.5 × average) ≥ 0.8.  In order: emerging = high in the last quarter and
    rising at ``alpha``; persisting = high in ≥ 3/4 of quarters and in the last; easing = was high,
    is not in the last two, and falling at ``alpha``; sporadic = high at some time; else no sign.
    ``alpha`` is two-sided, with continuity correction, and the caller's share of the error budget.
    """
    x = require_finite("exceedance", exceedance, at_least=0.0)
    quarters, cells = x.shape
    made_from = Provenance("emerging.mann_kendall", {"exceedance": x.shape}, None, {"alpha": alpha})
    if quarters < FEWEST_QUARTERS:
        nothing = np.full(cells, np.nan)
        return Series((Trend.TOO_SHORT,) * cells, nothing, nothing, nothing, made_from)
    s, variance = find_mann_kendall(np.round(x, 6))
    spread = np.sqrt(np.where(variance > 0, variance, np.inf))
    z = np.where(s == 0, 0.0, (s - np.sign(s)) / spread)
    p_value = 2 * stats.norm.sf(np.abs(z))
    rising, falling = (p_value <= alpha) & (z > 0), (p_value <= alpha) & (z < 0)
    high = x >= _HIGH
    rules = [
        (high[-1] & rising, Trend.EMERGING),
        (high[-1] & (high.mean(axis=0) >= _PERSISTENT_SHARE), Trend.PERSISTING),
        (high.any(axis=0) & ~high[-_RECENT:].any(axis=0) & falling, Trend.EASING),
        (high.any(axis=0), Trend.SPORADIC),
    ]
    words = np.select(
        [flags for flags, _ in rules], [word.value for _, word in rules], Trend.NO_SIGN.value
    )
    return Series(tuple(Trend(word) for word in words), s, z, p_value, made_from)
