"""Rates that borrow strength, and exact intervals of counts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grid_boundaries.errors import InvalidInput
from layers.risk.empirical_bayes import shrink_rates
from layers.risk.expected import Denominator, find_ratio_interval, plan_expected
from layers.risk.small_area import fit_rates
from tests.unit.risk.maps import rook_edges


def test_expected_counts_sum_to_the_cases_that_have_a_denominator() -> None:
    found = plan_expected([3, 0, 5, 2], [10, 0, 30, 0], Denominator.HOUSEHOLDS, 2025, 2025)
    assert found.expected.tolist() == [2.0, 0.0, 6.0, 0.0]
    assert found.no_denominator.tolist() == [False, True, False, True]
    assert (found.observed_total, found.observed_without_denominator) == (8, 2)


def test_denominator_of_another_year_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        plan_expected([1], [1], Denominator.PARCELS, 2024, 2025)
    assert caught.value.code == "risk.wrong_year"


def test_no_unit_anywhere_divides_nothing() -> None:
    found = plan_expected([1, 2], [0, 0], Denominator.AREA_KM2, 2025, 2025)
    assert found.expected.tolist() == [0.0, 0.0]
    assert np.isnan(found.rate)


@pytest.mark.parametrize("bad", [[-1], [0.5], [np.nan], [np.inf]])
def test_counts_that_cannot_be_counts_are_refused(bad: list[float]) -> None:
    with pytest.raises(InvalidInput):
        plan_expected(bad, [1], Denominator.HOUSEHOLDS, 2025, 2025)


def test_ratio_interval_is_the_exact_poisson_one() -> None:
    low, high = find_ratio_interval([7, 0], [3.0, 3.0])
    assert stats.poisson.sf(6, low[0] * 3) == pytest.approx(0.05)
    assert stats.poisson.cdf(7, high[0] * 3) == pytest.approx(0.05)
    assert low[1] == 0.0
    assert stats.poisson.cdf(0, high[1] * 3) == pytest.approx(0.05)


def test_empirical_bayes_gives_everyone_the_average_when_cells_do_not_differ() -> None:
    rates = shrink_rates([2, 2, 2, 2], [10, 10, 10, 10])
    assert rates.rate == pytest.approx([0.2] * 4)
    assert rates.own_weight.tolist() == [0.0] * 4


def test_rates_equal_quadrature_for_two_lone_cells() -> None:
    """Two unconnected cells, hyperparameters integrated by brute force: means within 6 %."""
    observed, expected = np.array([30, 10]), np.array([20.0, 20.0])
    found = fit_rates(observed, expected, np.zeros((0, 2), int), seed=1, draws=20_000)
    assert found.mean.sum() == pytest.approx(2.0, rel=0.06)
    assert 1.0 < found.mean[0] < 1.5
    assert 0.5 < found.mean[1] < 1.0


def test_rates_are_nearer_the_truth_than_raw_and_empirical_bayes_on_a_smooth_field() -> None:
    rng = np.random.default_rng(1)
    side = 20
    wave = np.sin(np.arange(side) / 4)
    truth = np.exp(0.6 * (wave[:, None] + wave[None, :])).ravel()
    truth /= truth.mean()
    observed = rng.poisson(2.0 * truth)
    expected = np.full(side**2, observed.sum() / side**2)
    fit = fit_rates(observed, expected, rook_edges(side**2), seed=1)

    def error(guess: np.ndarray) -> float:
        return float(np.sqrt(((guess - truth) ** 2).mean()))

    shrunk = shrink_rates(observed, expected).rate
    assert error(fit.mean) < 0.6 * error(shrunk)
    assert error(shrunk) < error(observed / expected)
    inside = ((truth >= fit.low) & (truth <= fit.high)).mean()
    assert inside >= 0.85


def test_planted_block_exceeds_and_quiet_corner_does_not() -> None:
    observed = np.full(100, 3)
    observed[[44, 45, 54, 55]] = 15
    fit = fit_rates(observed, np.ones(100), rook_edges(100), seed=1)
    assert (fit.exceedance[[44, 45, 54, 55]] > 0.95).all()
    assert fit.exceedance[0] < 0.2
    assert (fit.low < fit.mean).all()
    assert (fit.mean < fit.high).all()


def test_covariate_of_the_truth_is_recovered() -> None:
    rng = np.random.default_rng(2)
    near_mine = (np.arange(225) % 15 < 5).astype(float)
    observed = rng.poisson(4.0 * np.exp(0.7 * near_mine))
    fit = fit_rates(observed, np.ones(225), rook_edges(225), seed=1, covariates=near_mine[:, None])
    low, high = np.quantile(fit.coefficients[:, 0], [0.025, 0.975])
    assert low < 0.7 < high
    assert low > 0


def test_cells_without_households_have_no_rate_but_their_neighbours_do() -> None:
    expected = np.ones(25)
    expected[12] = 0
    observed = np.full(25, 2)
    observed[12] = 0
    fit = fit_rates(observed, expected, rook_edges(25), seed=1, draws=200)
    assert np.isnan(fit.mean[12])
    assert np.isnan(fit.exceedance[12])
    assert np.isfinite(np.delete(fit.mean, 12)).all()


def test_no_case_has_no_relative_rate() -> None:
    fit = fit_rates(np.zeros(9, int), np.ones(9), rook_edges(9), seed=1)
    assert np.isnan(fit.mean).all()


@pytest.mark.parametrize("observed", [[1, 0, 0, 0], [40_000, 0, 0, 0], [0, 0, 0, 1]])
def test_one_case_or_all_at_one_place_is_answered(observed: list[int]) -> None:
    fit = fit_rates(observed, np.ones(4), [[0, 1]], seed=1, draws=300)
    assert np.isfinite(fit.mean).all()


def test_same_seed_gives_the_same_rates() -> None:
    first, again = (fit_rates([1, 2, 3, 0], np.ones(4), [[0, 1], [1, 2]], seed=4) for _ in "ab")
    assert first.mean.tolist() == again.mean.tolist()
    assert first.provenance.seed == 4
