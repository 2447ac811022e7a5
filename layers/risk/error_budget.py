"""One allowance of false alarms for a page, shared by every map on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, require_finite

PAGE_ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """``alpha`` for the whole page, equal ``alpha_each`` for each of kinds × scales × months maps:
    by Bonferroni the chance of any red on a page without any excess is at most ``alpha``."""

    alpha: float
    kinds: int
    scales: int
    months: int

    @property
    def maps(self) -> int:
        return self.kinds * self.scales * self.months

    @property
    def alpha_each(self) -> float:
        return self.alpha / self.maps


def plan_budget(kinds: int, scales: int, months: int, alpha: float = PAGE_ALPHA) -> ErrorBudget:
    """The budget of a page that shows every kind at every scale for every month (each ≥ 1)."""
    if min(kinds, scales, months) < 1 or not 0 < alpha < 1:
        raise InvalidInput("risk.bad_budget", kinds=kinds, scales=scales, months=months)
    return ErrorBudget(alpha, kinds, scales, months)


def adjust_p_values(p_values: npt.ArrayLike) -> Floats:
    """Holm 1979 adjusted p of all findings of a page: red where the result is ≤ the page's alpha.

    Never less strict than needed for the family-wise rate, never stricter than Bonferroni.
    """
    p = require_finite("p_values", p_values, at_least=0.0)
    order = np.argsort(p, kind="stable")
    steps = (len(p) - np.arange(len(p))) * p[order]
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
