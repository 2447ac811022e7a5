"""Rate of each cell that borrows strength from its neighbours, with what can be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import optimize
from scipy.special import expit

from grid_boundaries.errors import InvalidInput
from layers.risk.leroux import approximate, draw_effects, plan_design
from layers.risk.leroux_design import Approximation, Design
from layers.risk.provenance import Flags, Floats, Ints, Provenance, require_counts, require_finite

DRAWS: Final = 2000
ORDERS: Final = (1, 2, 4)
# Over so many cells the factors of order 4 take minutes.
_MOST_FOR_ORDER_4: Final = 5_000
EXCEEDS: Final = 1.5
LEVEL: Final = 0.90
_START: Final = (-1.0, 2.0)
_LOWEST: Final = (-4.0, -4.0)
_HIGHEST: Final = (1.5, 8.0)
_POINTS: Final = (-2.0, -1.0, 0.0, 1.0, 2.0)
_LEAST_WEIGHT: Final = 0.005
_HOPELESS: Final = 8.0


@dataclass(frozen=True, slots=True)
class AreaRates:
    """Posterior of the relative rate exp(η) of each cell; 1 is the average of the whole map.

    ``mean``, ``low``, ``high`` (n,): mean and equal-tailed interval.  ``exceedance`` (n,) =
    P(rate > ``exceeds``).  Cells with expected 0 are NaN.  ``coefficients`` (draws, p) are those
    of the covariates, without the intercept.  ``sigma``, ``rho``, ``order`` are of the best fit.
    """

    mean: Floats
    low: Floats
    high: Floats
    exceedance: Floats
    exceeds: float
    coefficients: Floats
    sigma: float
    rho: float
    order: int
    provenance: Provenance


def fit_rates(
    observed: npt.ArrayLike,
    expected: npt.ArrayLike,
    edges: npt.ArrayLike,
    seed: int,
    covariates: npt.ArrayLike | None = None,
    draws: int = DRAWS,
    exceeds: float = EXCEEDS,
    level: float = LEVEL,
    orders: tuple[int, ...] | None = None,
) -> AreaRates:
    """Leroux model by Laplace (see ``leroux``), averaged over σ, ρ and order by their evidence.

    ``observed``, ``expected`` (n,); ``edges`` (k, 2) neighbour pairs, each once in any direction
    (repeats and loops are dropped; lone cells and separate parts are fine); ``covariates`` (n, p);
    ``orders`` of the field, all of ``ORDERS`` unless given, without the smoothest over 5,000 cells.
    Cells with expected 0 pass smoothness on but give and get no rate.  Without any case every
    number is NaN: a rate relative to an average of 0 does not exist.
    """
    counts = require_counts("observed", observed)
    means = require_finite("expected", expected, counts.shape, at_least=0.0)
    pairs = _require_edges(edges, len(counts))
    if orders is None:
        orders = ORDERS if len(counts) <= _MOST_FOR_ORDER_4 else ORDERS[:2]
    given = np.zeros((len(counts), 0)) if covariates is None else np.asarray(covariates, float)
    given = require_finite("covariates", given, (len(counts), given.shape[-1]))
    made_from = Provenance(
        "rates.leroux_laplace",
        {"observed": counts.shape, "edges": pairs.shape, "covariates": given.shape},
        seed,
        {"draws": draws, "exceeds": exceeds, "level": level, "orders": str(orders)},
    )
    if counts.sum() == 0:
        nothing = np.full(len(counts), np.nan)
        no_draws = np.zeros((0, given.shape[1]))
        return AreaRates(
            nothing, nothing, nothing, nothing, exceeds, no_draws, np.nan, np.nan, 0, made_from
        )
    if int(counts[means == 0].sum()):
        raise InvalidInput("risk.case_without_denominator", cases=int(counts[means == 0].sum()))
    scaled = means * (counts.sum() / means.sum())
    everything = np.column_stack([np.ones(len(counts)), given])
    design = plan_design(counts.astype(np.float64), scaled, pairs, everything)
    peaks = [_find_peak(replace(design, order=order)) for order in orders]
    best = max(peaks, key=lambda one: one.fit.log_posterior)
    hopeful = [p for p in peaks if p.fit.log_posterior > best.fit.log_posterior - _HOPELESS]
    drawn = _draw([_explore(peak) for peak in hopeful], draws, np.random.default_rng(seed))
    eta = design.effects @ drawn
    tail = (1 - level) / 2
    low, high = np.exp(np.quantile(eta, [tail, 1 - tail], axis=1))
    hatched = means == 0
    return AreaRates(
        mean=_blanked(np.exp(eta).mean(axis=1), hatched),
        low=_blanked(low, hatched),
        high=_blanked(high, hatched),
        exceedance=_blanked((eta > np.log(exceeds)).mean(axis=1), hatched),
        exceeds=exceeds,
        coefficients=drawn[design.cells + 1 :].T,
        sigma=float(np.exp(best.fit.at[0])),
        rho=float(expit(best.fit.at[1])),
        order=best.design.order,
        provenance=made_from,
    )


def _blanked(values: Floats, hatched: Flags) -> Floats:
    values[hatched] = np.nan
    return values


@dataclass(frozen=True, slots=True)
class _Peak:
    """Best σ and ρ of one order."""

    design: Design
    fit: Approximation


def _badness(design: Design, start: Floats | None = None) -> Callable[[Floats], float]:
    """Minus the log posterior, growing outside the range; each call starts at the last mode."""
    last = [start]

    def badness(at: Floats) -> float:
        inside = np.clip(at, _LOWEST, _HIGHEST)
        fit = approximate(design, inside, last[0])
        last[0] = fit.mode
        return float(((at - inside) ** 2).sum()) - fit.log_posterior

    return badness


def _find_peak(design: Design) -> _Peak:
    corners = [_START, (_START[0] + 0.7, _START[1]), (_START[0], _START[1] + 1.5)]
    steps = {"xatol": 0.05, "fatol": 0.02, "maxfev": 60, "initial_simplex": corners}
    found = optimize.minimize(_badness(design), corners[0], method="Nelder-Mead", options=steps)
    return _Peak(design, approximate(design, np.clip(found.x, _LOWEST, _HIGHEST)))


def _explore(peak: _Peak) -> list[tuple[Design, Approximation, float]]:
    """Approximations around the peak, each with its log weight."""
    centre, mode = peak.fit.at, peak.fit.mode
    spread = _spread_around(_badness(peak.design, mode), centre)
    volume = float(np.log(abs(np.linalg.det(spread))))
    points = (centre + spread @ [a, b] for a in _POINTS for b in _POINTS)
    fits = (approximate(peak.design, np.clip(at, _LOWEST, _HIGHEST), mode) for at in points)
    return [(peak.design, fit, fit.log_posterior + volume) for fit in fits]


def _spread_around(badness: Callable[[Floats], float], best: Floats) -> Floats:
    """(2, 2) columns one standard deviation long, from second differences; 2 at most each."""
    h = np.array([0.15, 0.4])
    centre = badness(best)
    curve = np.empty((2, 2))
    for i in range(2):
        e = np.eye(2)[i] * h
        curve[i, i] = (badness(best + e) - 2 * centre + badness(best - e)) / h[i] ** 2
    cross = [badness(best + np.array(s) * h) for s in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
    curve[0, 1] = curve[1, 0] = (cross[0] - cross[1] - cross[2] + cross[3]) / (4 * h[0] * h[1])
    values, vectors = np.linalg.eigh(curve)
    spread: Floats = vectors * np.minimum(1 / np.sqrt(np.maximum(values, 0.25)), 2.0)
    return spread


def _draw(
    explored: list[list[tuple[Design, Approximation, float]]],
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """(n + p, draws) from all approximations, each as often as its weight asks."""
    all_fits = [one for of_order in explored for one in of_order]
    heights = np.array([height for _, _, height in all_fits])
    weight = np.exp(heights - heights.max())
    weight[weight < _LEAST_WEIGHT * weight.sum()] = 0.0
    split = rng.multinomial(draws, weight / weight.sum())
    drawn = [
        draw_effects(design, fit, int(times), rng)
        for (design, fit, _), times in zip(all_fits, split, strict=True)
        if times
    ]
    return np.concatenate(drawn, axis=1)


def _require_edges(edges: npt.ArrayLike, cells: int) -> Ints:
    given = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if len(given) and not (given.min() >= 0 and given.max() < cells):
        raise InvalidInput("risk.bad_edges", cells=cells)
    ordered = np.unique(np.sort(given, axis=1), axis=0)
    apart: Ints = ordered[ordered[:, 0] != ordered[:, 1]]
    return apart
