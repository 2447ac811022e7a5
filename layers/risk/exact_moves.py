"""Draws of the Gaussian approximation moved towards the true posterior, cell by cell.

With one case a cell the posterior of a rate leans, and a Gaussian does not.  Each draw is a chain
of its own that starts near where it belongs; a few sweeps of single-cell Metropolis steps with the
exact Poisson likelihood take the lean up.  Cells that do not share a prior term are moved at once.
Source: Besag, York, Mollié 1991 for the sweeps; starting many short chains from an approximation is
the independent-start scheme of Gelman & Rubin 1992.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy import sparse

from layers.risk.provenance import Floats, Ints

SWEEPS: Final = 12
_STEP: Final = 2.4
_HIGHEST_ETA: Final = 30.0


def colour_cells(precision: sparse.csr_array) -> list[Ints]:
    """Groups of cells within which no two share an entry of ``precision``; greedy, by index."""
    colour = np.full(precision.shape[0], -1, dtype=np.int64)
    for cell in range(precision.shape[0]):
        near = precision.indices[precision.indptr[cell] : precision.indptr[cell + 1]]
        taken = set(colour[near].tolist())
        colour[cell] = next(c for c in range(len(near) + 1) if c not in taken)
    return [np.flatnonzero(colour == c) for c in range(int(colour.max(initial=-1)) + 1)]


def move_draws(
    drawn: Floats,
    observed: Floats,
    expected: Floats,
    precision: Any,
    covariates: Floats,
    beta_precision: float,
    rng: np.random.Generator,
    sweeps: int = SWEEPS,
) -> Floats:
    """(n + p, draws) after ``sweeps`` sweeps; ``precision`` (n, n) is that of the cell effects.

    ``covariates`` (n, p), intercept included, with normal priors of ``beta_precision``.
    """
    cells = len(observed)
    effect, beta = drawn[:cells].copy(), drawn[cells:].copy()
    rows = sparse.csr_array(precision)
    own = rows.diagonal()
    groups = [(group, rows[group]) for group in colour_cells(rows)]
    fixed = covariates @ beta
    typical = expected * np.exp(np.minimum((effect + fixed).mean(axis=1), _HIGHEST_ETA))
    width = _STEP / np.sqrt(own + typical)
    for _ in range(sweeps):
        for group, part in groups:
            _move_group(effect, group, part, own, width, observed, expected, fixed, rng)
        for column in range(covariates.shape[1]):
            _move_beta(
                effect, beta, fixed, column, covariates[:, column], observed, expected,
                beta_precision, rng,
            )  # fmt: skip
    return np.concatenate([effect, beta])


def _move_group(
    effect: Floats, group: Ints, part: Any, own: Floats, width: Floats, observed: Floats,
    expected: Floats, fixed: Floats, rng: np.random.Generator,
) -> None:  # fmt: skip
    now = effect[group]
    weight = own[group, None]
    centre = now - (part @ effect) / weight
    trial = now + width[group, None] * rng.standard_normal(now.shape)
    level = np.exp(np.minimum(fixed[group], _HIGHEST_ETA)) * expected[group, None]
    gain = (
        observed[group, None] * (trial - now)
        - level * (_capped(trial) - _capped(now))
        - 0.5 * weight * ((trial - centre) ** 2 - (now - centre) ** 2)
    )
    effect[group] = np.where(np.log(rng.random(now.shape)) < gain, trial, now)


def _move_beta(
    effect: Floats, beta: Floats, fixed: Floats, column: int, values: Floats, observed: Floats,
    expected: Floats, beta_precision: float, rng: np.random.Generator,
) -> None:  # fmt: skip
    mean = expected[:, None] * _capped(effect + fixed)
    curve = (mean * values[:, None] ** 2).sum(axis=0).mean() + beta_precision
    step = _STEP / np.sqrt(curve) * rng.standard_normal(beta.shape[1])
    moved = fixed + values[:, None] * step
    gain = (
        (observed @ values) * step
        - (expected[:, None] * _capped(effect + moved) - mean).sum(axis=0)
        - 0.5 * beta_precision * ((beta[column] + step) ** 2 - beta[column] ** 2)
    )
    kept = np.log(rng.random(len(step))) < gain
    beta[column, kept] += step[kept]
    fixed[:, kept] = moved[:, kept]


def _capped(eta: Floats) -> Floats:
    level: Floats = np.exp(np.minimum(eta, _HIGHEST_ETA))
    return level
