"""The model of ``leroux`` as data: counts, graph, priors; shared by its two ways of reckoning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from layers.risk.provenance import Floats

BETA_PRECISION: Final = 0.01
_SIGMA_RATE: Final = 1.5
_LOGIT_RHO: Final = (1.0, 2.0)
_LOG_ODDS_OF_ORDER: Final = {1: 0.0, 2: -2.0, 4: -4.0}


@dataclass(frozen=True, slots=True)
class Basis:
    """Eigenvalues (n,) and eigenvectors (n, n) of D − W, for maps small enough."""

    values: Floats
    vectors: Floats


@dataclass(frozen=True, slots=True)
class Design:
    """The data and the graph, prepared once; ``order`` of the field is 1, 2 or 4.

    ``covariates`` (n, p) intercept included.  ``probes`` (n, k) without a mean: the squares of what
    a field makes of them estimate its variance among cells.  ``basis`` None: reckoned sparsely.
    """

    observed: Floats
    expected: Floats
    covariates: Floats
    laplacian: sparse.csc_array
    incidence: sparse.csr_array
    effects: sparse.csc_array
    probes: Floats
    basis: Basis | None
    order: int = 1

    @property
    def cells(self) -> int:
        return len(self.observed)


@dataclass(frozen=True, slots=True)
class Approximation:
    """Gaussian around the mode at one (log σ, logit ρ); small enough to keep many."""

    at: Floats
    mode: Floats
    log_posterior: float


def find_log_prior(at: Floats, order: int) -> float:
    """σ exponential (P(σ > 2) = 5 %), logit ρ normal, higher orders have to earn their place."""
    middle, spread = _LOGIT_RHO
    return float(
        _LOG_ODDS_OF_ORDER[order]
        + at[0]
        - _SIGMA_RATE * np.exp(at[0])
        - 0.5 * ((at[1] - middle) / spread) ** 2
    )
