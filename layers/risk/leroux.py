"""Laplace approximation of a Poisson model with a Leroux (CAR) effect of cells.

    y_i ~ Poisson(E_i · exp(η_i)),   η = φ + X β,   φ ~ N(0, Q⁻¹),
    Q = s Kᵒ / σ²,   K = ρ (D − W) + (1 − ρ) I,   β ~ N(0, 10² I).

Order o = 1 is Leroux's model; o = 2 and o = 4 are smoother fields of the same neighbours, for maps
whose rates change gently over many cells.  s makes σ the standard deviation of log rates among
cells whatever ρ and o are, so that one prior means the same for all.  Source: Leroux, Lei, Breslow
2000; Rue, Martino, Chopin 2009 for the nested approximation; Lindgren, Rue, Lindström 2011 for
higher orders; Sørbye & Rue 2014 for the scaling.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from layers.risk import leroux_dense, leroux_sparse
from layers.risk.leroux_design import Approximation, Basis, Design
from layers.risk.provenance import Floats, Ints

# Up to here a few small dense matrices are quicker than sparse ones.
_SMALL: Final = 256
_PROBES: Final = 64


def plan_design(
    observed: Floats, expected: Floats, edges: Ints, covariates: Floats, small: int = _SMALL
) -> Design:
    """``edges`` (k, 2) each neighbour pair once; ``covariates`` (n, p) intercept included; maps of
    up to ``small`` cells are reckoned densely."""
    cells = len(covariates)
    effects = sparse.hstack([sparse.eye_array(cells), sparse.csc_array(covariates)], format="csc")
    rows = np.repeat(np.arange(len(edges)), 2)
    signs = np.tile([1.0, -1.0], len(edges))
    incidence = sparse.csr_array((signs, (rows, edges.ravel())), shape=(len(edges), cells))
    laplacian = sparse.csc_array(incidence.T @ incidence)
    basis = Basis(*np.linalg.eigh(laplacian.toarray())) if cells <= small else None
    return Design(
        observed, expected, covariates, laplacian, incidence, effects, _make_probes(cells), basis
    )


def approximate(design: Design, at: Floats, start: Floats | None = None) -> Approximation:
    """Mode by Newton's method with halved steps, and the log posterior of (log σ, logit ρ);
    ``start`` is the mode of another approximation of the same design."""
    if design.basis is not None:
        return leroux_dense.approximate(design, design.basis, at, start)
    return leroux_sparse.approximate(design, at, start)


def draw_effects(
    design: Design, fit: Approximation, draws: int, rng: np.random.Generator
) -> Floats:
    """(n + p, draws) cells and coefficients from the Gaussian, moved from the mode to the mean.

    With few cases the posterior leans to low rates: to first order its mean lies −½ H⁻¹ Aᵀ(μ v)
    from the mode, v = Var(η) (Tierney, Kass, Kadane 1989); without this, intervals miss twice as
    often below as above.
    """
    if design.basis is not None:
        return leroux_dense.draw_effects(design, design.basis, fit, draws, rng)
    return leroux_sparse.draw_effects(design, fit, draws, rng)


def _make_probes(cells: int) -> Floats:
    """Without a mean; exact for as few cells as probes."""
    if cells <= _PROBES:
        probes = np.sqrt(cells) * np.eye(cells)
    else:
        probes = np.random.default_rng(0).choice([-1.0, 1.0], (cells, _PROBES))
    centred: Floats = probes - probes.mean(axis=0) if cells > 1 else probes
    return centred
