"""The model of ``leroux`` on small maps: independent effects through the eigenvectors of the graph.

With D − W = V Λ Vᵀ the field is φ = A u, A = (V − its means) √(σ² / (s (ρ Λ + 1 − ρ)ᵒ)),
u ~ N(0, I), and β is 10 times its own u; the mean of the field is left to the intercept.  The
matrix of Newton's method is I + Aᵀ diag(μ) A, never near singular.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import expit

from layers.risk.leroux_design import (
    BETA_PRECISION,
    Approximation,
    Basis,
    Design,
    find_log_prior,
)
from layers.risk.leroux_mode import climb_to_mode, find_log_likelihood, find_mean_count
from layers.risk.provenance import Floats


def approximate(design: Design, basis: Basis, at: Floats, start: Floats | None) -> Approximation:
    """Mode of the independent effects (n + p,) and the log posterior of (log σ, logit ρ)."""
    loads = _find_loads(design, basis, at)

    def log_joint(u: Floats) -> float:
        return find_log_likelihood(design, loads @ u) - 0.5 * float(u @ u)

    def find_step(u: Floats) -> Floats:
        mean = find_mean_count(design, loads @ u)
        step: Floats = cho_solve(_factor(loads, mean), loads.T @ (design.observed - mean) - u)
        return step

    nothing = np.zeros(loads.shape[1])
    starts = [nothing] if start is None else [nothing, start]
    u, value = climb_to_mode(log_joint, find_step, max(starts, key=log_joint))
    lower, _ = _factor(loads, find_mean_count(design, loads @ u))
    evidence = value - float(np.log(np.diag(lower)).sum())
    return Approximation(at, u, evidence + find_log_prior(at, design.order))


def draw_effects(
    design: Design, basis: Basis, fit: Approximation, draws: int, rng: np.random.Generator
) -> Floats:
    """(n + p, draws) cells and coefficients, around the mean instead of the mode."""
    loads = _find_loads(design, basis, fit.at)
    mean = find_mean_count(design, loads @ fit.mode)
    factor = _factor(loads, mean)
    variance = (solve_triangular(factor[0], loads.T, lower=True) ** 2).sum(axis=0)
    lean = cho_solve(factor, loads.T @ (mean * variance)) / -2
    noise = rng.standard_normal((len(lean), draws))
    around = solve_triangular(factor[0], noise, lower=True, trans="T")
    drawn = (fit.mode + lean)[:, None] + around
    coefficients = drawn[design.cells :] / np.sqrt(BETA_PRECISION)
    return np.concatenate([loads[:, : design.cells] @ drawn[: design.cells], coefficients])


def _find_loads(design: Design, basis: Basis, at: Floats) -> Floats:
    """(n, n + p): log rates of cells by independent effect."""
    sigma, rho = float(np.exp(at[0])), float(expit(at[1]))
    variance = (rho * basis.values + 1 - rho) ** -float(design.order)
    among = basis.vectors - basis.vectors.mean(axis=0)
    spread = float((among**2).sum(axis=0) @ variance) / design.cells
    field = among * (sigma * np.sqrt(variance / spread)) if spread > 0 else among
    return np.concatenate([field, design.covariates / np.sqrt(BETA_PRECISION)], axis=1)


def _factor(loads: Floats, mean: Floats) -> tuple[Floats, bool]:
    weighted = np.sqrt(mean)[:, None] * loads
    matrix = weighted.T @ weighted
    matrix[np.diag_indices_from(matrix)] += 1.0
    lower, is_lower = cho_factor(matrix, lower=True, overwrite_a=True, check_finite=False)
    return lower, bool(is_lower)
