"""Why here: rate ratios of what lies around, said as "associated with", never "caused by"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Provenance, require_counts, require_finite
from layers.risk.small_area import fit_rates

_NEWTON_STEPS: Final = 50
_GAIN: Final = 1e-10
_RIDGE: Final = 1e-9
_FEWEST_CASES_PER_TERM: Final = 5


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate where the covariate is one unit higher ÷ rate where it is not, others held equal.

    ``unit`` is in words of the caller (1 km nearer, inside against outside).  An interval that
    holds 1 says nothing: ``tells`` is False.
    """

    name: str
    unit: str
    ratio: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        return self.low > 1 or self.high < 1


@dataclass(frozen=True, slots=True)
class Explanation:
    """Ratios in the order of the covariates.

    ``dispersion`` is Pearson χ² / degrees of freedom; intervals of the plain regression are
    widened by its root where it exceeds 1.  ``neighbours_used`` tells whether cells share risk
    with their neighbours in the model, which is the safer form.
    """

    ratios: tuple[RateRatio, ...]
    dispersion: float
    cases: int
    neighbours_used: bool
    provenance: Provenance


def fit_poisson(
    observed: npt.ArrayLike, expected: npt.ArrayLike, covariates: npt.ArrayLike
) -> tuple[Floats, Floats, float]:
    """(coefficients with the intercept first, covariance, dispersion) of a log-linear Poisson
    regression with offset ln E, by Newton's method (McCullagh & Nelder 1989).

    ``observed``, ``expected`` (n,), rows with expected 0 left out; ``covariates`` (n, p).  Raises
    InvalidInput ``risk.covariates_not_separable`` where columns repeat each other.
    """
    counts = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    given = np.asarray(covariates, dtype=np.float64)
    given = require_finite("covariates", given, (len(counts), given.shape[-1]))
    used = means > 0
    design = np.column_stack([np.ones(int(used.sum())), given[used]])
    if np.linalg.matrix_rank(design) < design.shape[1] or len(design) <= design.shape[1]:
        raise InvalidInput("risk.covariates_not_separable", cells=len(design))
    y, offset = counts[used].astype(np.float64), np.log(means[used])
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(max(y.sum(), 0.5) / means[used].sum())
    likelihood = -np.inf
    for _ in range(_NEWTON_STEPS):
        mu = np.exp(offset + design @ beta)
        information = design.T @ (mu[:, None] * design) + _RIDGE * np.eye(len(beta))
        step = np.linalg.solve(information, design.T @ (y - mu))
        beta, reached = _climb(beta, step, design, offset, y, likelihood)
        if reached - likelihood < _GAIN * max(1.0, abs(reached)):
            break
        likelihood = reached
    mu = np.exp(offset + design @ beta)
    information = design.T @ (mu[:, None] * design) + _RIDGE * np.eye(len(beta))
    dispersion = float(((y - mu) ** 2 / mu).sum() / (len(y) - len(beta)))
    return beta, np.linalg.inv(information), dispersion


def explain(
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    covariates: npt.ArrayLike,
    names: Sequence[tuple[str, str]],
    seed: int,
    edges: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Explanation:
    """Rate ratios of ``covariates`` (n, p), ``names`` (name, unit) each, with ``level`` intervals.

    With ``edges`` the model of ``small_area`` is fitted with the covariates in it; without, a
    quasi-Poisson regression.  Raises InvalidInput ``risk.too_few_cases`` under 5 cases a term.
    """
    counts = require_counts("observed", observed)
    given = np.asarray(covariates, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(names):
        raise InvalidInput("risk.bad_shape", name="covariates", expected=len(names))
    needed = _FEWEST_CASES_PER_TERM * (len(names) + 1)
    if counts.sum() < needed:
        raise InvalidInput("risk.too_few_cases", cases=int(counts.sum()), needed=needed)
    beta, covariance, dispersion = fit_poisson(counts, expected, given)
    tail = (1 - level) / 2
    if edges is None:
        width = stats.norm.ppf(1 - tail) * np.sqrt(np.diag(covariance) * max(dispersion, 1.0))[1:]
        middle, low, high = beta[1:], beta[1:] - width, beta[1:] + width
    else:
        fit = fit_rates(counts, expected, edges, seed, given)
        middle = fit.coefficients.mean(axis=0)
        low, high = np.quantile(fit.coefficients, [tail, 1 - tail], axis=0)
    ratios = tuple(
        RateRatio(name, unit, float(np.exp(m)), float(np.exp(a)), float(np.exp(b)))
        for (name, unit), m, a, b in zip(names, middle, low, high, strict=True)
    )
    made_from = Provenance(
        "explain.poisson" if edges is None else "explain.leroux_laplace",
        {"observed": counts.shape, "covariates": given.shape},
        seed,
        {"level": level},
    )
    return Explanation(ratios, dispersion, int(counts.sum()), edges is not None, made_from)


def _climb(
    beta: Floats, step: Floats, design: Floats, offset: Floats, y: Floats, before: float
) -> tuple[Floats, float]:
    for halving in range(20):
        trial = beta + step * 0.5**halving
        eta = offset + design @ trial
        reached = float(y @ eta - np.exp(np.minimum(eta, 700.0)).sum())
        if np.isfinite(reached) and reached >= before:
            return trial, reached
    return beta, before
