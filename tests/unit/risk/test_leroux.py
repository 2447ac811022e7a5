"""The two ways of reckoning the model of rates agree, and σ means the same for every order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.risk.leroux import approximate, draw_effects, plan_design
from layers.risk.leroux_design import Design
from tests.unit.risk.maps import rook_edges

CELLS = 60
AT = np.array([np.log(0.5), 2.0])


def plan(small: int, order: int, covariates: np.ndarray | None = None) -> Design:
    lot = np.random.default_rng(4)
    expected = lot.gamma(4.0, 0.5, CELLS)
    observed = lot.poisson(expected * np.exp(0.4 * np.sin(np.arange(CELLS) / 9))).astype(float)
    columns = np.ones((CELLS, 1)) if covariates is None else covariates
    return replace(plan_design(observed, expected, rook_edges(CELLS), columns, small), order=order)


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("with_covariate", [False, True])
def test_dense_and_sparse_agree(order: int, with_covariate: bool) -> None:
    near = (np.arange(CELLS) % 8 < 3).astype(float)
    columns = np.column_stack([np.ones(CELLS), near]) if with_covariate else None
    dense, sparse = plan(CELLS, order, columns), plan(0, order, columns)
    assert dense.basis is not None
    assert sparse.basis is None
    one, other = approximate(dense, AT), approximate(sparse, AT)
    assert one.log_posterior == pytest.approx(other.log_posterior, abs=1e-4)
    drawn = [
        fit_design.effects @ draw_effects(fit_design, fit, 4000, np.random.default_rng(1))
        for fit_design, fit in ((dense, one), (sparse, other))
    ]
    assert drawn[0].mean(axis=1) == pytest.approx(drawn[1].mean(axis=1), abs=0.03)
    assert drawn[0].std(axis=1) == pytest.approx(drawn[1].std(axis=1), rel=0.08)


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("logit_rho", [-1.0, 2.0, 6.0])
@pytest.mark.parametrize("small", [0, CELLS])
def test_sigma_is_the_spread_among_cells_whatever_order_and_rho_are(
    order: int, logit_rho: float, small: int
) -> None:
    design = replace(plan(small, order), expected=np.full(CELLS, 1e-9), observed=np.zeros(CELLS))
    fit = approximate(design, np.array([np.log(0.5), logit_rho]))
    cells = draw_effects(design, fit, 4000, np.random.default_rng(2))[:CELLS]
    among = cells - cells.mean(axis=0)
    assert np.sqrt((among**2).mean()) == pytest.approx(0.5, rel=0.05)


@pytest.mark.parametrize("small", [0, 9])
def test_lone_cells_and_one_cell_are_answered(small: int) -> None:
    none = np.zeros((0, 2), dtype=np.int64)
    for n in (1, 9):
        design = plan_design(np.ones(n), np.ones(n), none, np.ones((n, 1)), small)
        for order in (1, 2, 4):
            fit = approximate(replace(design, order=order), AT)
            assert np.isfinite(fit.log_posterior)
