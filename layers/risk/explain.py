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

_STEPS: Final = 100
_TOLERANCE: Final = 1e-10
_HIGHEST_LOG_RATIO: Final = 20.0
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

    ``plain`` are those of a regression that takes cells for independent, to compare with;
    ``dispersion`` is its Pearson χ² / degrees of freedom, and its intervals are widened by the root
    where that exceeds 1.  ``ratios`` are of the model in which neighbours share risk, the safer
    form, where ``neighbours_used``, else the plain ones.
    """

    ratios: tuple[RateRatio, ...]
    plain: tuple[RateRatio, ...]
    dispersion: float
    cases: int
    neighbours_used: bool
    provenance: Provenance


def fit_poisson(
    observed: npt.ArrayLike, expected: npt.ArrayLike, covariates: npt.ArrayLike
) -> tuple[Floats, Floats, float]:
    """(coefficients with the intercept first, covariance, dispersion) of a log-linear Poisson
    regression with offset ln E, by ``statsmodels`` (McCullagh & Nelder 1989).

    ``observed``, ``expected`` (n,), rows with expected 0 left out; ``covariates`` (n, p).  Raises
    InvalidInput ``risk.covariates_not_separable`` where columns repeat each other.
    """
    # Here and not above: it costs 1.5 s and 80 MB, and only nightly looks explain.
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    counts = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    given = np.asarray(covariates, dtype=np.float64)
    given = require_finite("covariates", given, (len(counts), given.shape[-1]))
    used = means > 0
    design = np.column_stack([np.ones(int(used.sum())), given[used]])
    if np.linalg.matrix_rank(design) < design.shape[1] or len(design) <= design.shape[1]:
        raise InvalidInput("risk.covariates_not_separable", cells=len(design))
    model = GLM(counts[used], design, family=Poisson(), offset=np.log(means[used]))
    found = model.fit(maxiter=_STEPS, tol=_TOLERANCE)
    dispersion = float(found.pearson_chi2 / found.df_resid)
    return np.asarray(found.params), np.asarray(found.cov_params()), dispersion


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
    width = stats.norm.ppf(1 - tail) * np.sqrt(np.diag(covariance) * max(dispersion, 1.0))[1:]
    plain = _tell(names, beta[1:], beta[1:] - width, beta[1:] + width)
    ratios = plain
    if edges is not None:
        drawn = fit_rates(counts, expected, edges, seed, given).coefficients
        low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
        ratios = _tell(names, drawn.mean(axis=0), low, high)
    made_from = Provenance(
        "explain.poisson" if edges is None else "explain.leroux_laplace",
        {"observed": counts.shape, "covariates": given.shape},
        seed,
        {"level": level},
    )
    return Explanation(ratios, plain, dispersion, int(counts.sum()), edges is not None, made_from)


def _tell(
    names: Sequence[tuple[str, str]], middle: Floats, low: Floats, high: Floats
) -> tuple[RateRatio, ...]:
    """Ratios of log ratios; where no case lies on one side, ln ratios end at ± 20."""
    limits = np.exp(np.clip([middle, low, high], -_HIGHEST_LOG_RATIO, _HIGHEST_LOG_RATIO))
    return tuple(
        RateRatio(name, unit, *(float(value) for value in values))
        for (name, unit), values in zip(names, limits.T, strict=True)
    )
