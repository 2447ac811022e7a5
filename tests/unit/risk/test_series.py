"""Trends, explanations, back-tests, densities and hexagons."""

from __future__ import annotations

from itertools import combinations, permutations

import h3.api.basic_int as h3
import numpy as np
import pytest
from scipy import optimize, stats

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.risk.backtest import backtest, mark_cells
from layers.risk.density import find_density, find_spikes
from layers.risk.emerging import Trend, find_mann_kendall, find_trends
from layers.risk.explain import explain, fit_poisson
from layers.risk.h3_bins import find_cells, list_edges, sum_by_cell
from layers.risk.knox import find_knox
from tests.unit.risk.maps import rook_edges


def test_mann_kendall_variance_with_ties_equals_that_of_all_orders() -> None:
    values = [1, 2, 2, 3, 3, 3, 5]
    every = [
        sum(np.sign(b - a) for a, b in combinations(order, 2)) for order in permutations(values)
    ]
    s, variance = find_mann_kendall(np.array(values, dtype=float)[:, None])
    assert s[0] == 17
    assert variance[0] == pytest.approx(np.var(every))


def test_mann_kendall_s_agrees_with_kendalls_tau() -> None:
    series = np.random.default_rng(1).integers(0, 5, 20).astype(float)
    s, _ = find_mann_kendall(series[:, None])
    tau = stats.kendalltau(np.arange(20), series, variant="c").statistic
    smaller = len(np.unique(series))
    assert s[0] == pytest.approx(tau * 20**2 * (smaller - 1) / smaller / 2)


def test_no_trend_word_under_eight_quarters() -> None:
    rising = np.linspace(0, 1, 7)[:, None].repeat(3, axis=1)
    assert set(find_trends(rising).trend) == {Trend.TOO_SHORT}


def test_trend_words_follow_the_series() -> None:
    series = np.column_stack([
        np.linspace(0.1, 0.95, 8), np.full(8, 0.9), np.linspace(0.95, 0.1, 8),
        np.full(8, 0.1), [0.1, 0.9, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1],
    ])  # fmt: skip
    assert find_trends(series).trend == (
        Trend.EMERGING, Trend.PERSISTING, Trend.EASING, Trend.NO_SIGN, Trend.SPORADIC,
    )  # fmt: skip


def test_poisson_regression_finds_the_highest_likelihood() -> None:
    rng = np.random.default_rng(2)
    covariates, expected = rng.normal(size=(200, 2)), rng.gamma(2.0, 2.0, 200)
    observed = rng.poisson(expected * np.exp(0.2 + covariates @ [0.5, -0.3]))
    design = np.column_stack([np.ones(200), covariates])

    def badness(beta):
        eta = np.log(expected) + design @ beta
        return -(observed @ eta - np.exp(eta).sum())

    beta, covariance, dispersion = fit_poisson(observed, expected, covariates)
    best = optimize.minimize(badness, np.zeros(3), method="BFGS", options={"gtol": 1e-8})
    assert beta == pytest.approx(best.x, abs=1e-5)
    h = 1e-3 * np.eye(3)
    curvature = [
        [badness(beta + a + b) - badness(beta + a - b) - badness(beta - a + b)
         + badness(beta - a - b) for a in h] for b in h
    ]  # fmt: skip
    assert covariance @ (np.array(curvature) / 4e-6) == pytest.approx(np.eye(3), abs=1e-3)
    assert 0.7 < dispersion < 1.3


@pytest.mark.parametrize("with_neighbours", [False, True])
def test_planted_association_is_told_and_an_idle_covariate_is_not(with_neighbours: bool) -> None:
    rng = np.random.default_rng(3)
    near, idle = (np.arange(225) % 15 < 5).astype(float), rng.normal(size=225)
    observed = rng.poisson(4 * np.exp(0.8 * near))
    names = [("near_mine", "inside against outside"), ("idle", "1 sd")]
    found = explain(
        observed, np.ones(225), np.column_stack([near, idle]), names, seed=1,
        edges=rook_edges(225) if with_neighbours else None,
    )  # fmt: skip
    mine, nothing = found.ratios
    assert mine.tells
    assert mine.low < np.exp(0.8) < mine.high
    assert not nothing.tells
    assert found.neighbours_used is with_neighbours


def test_overdispersed_counts_get_wider_intervals() -> None:
    rng = np.random.default_rng(4)
    covariate = rng.normal(size=(300, 1))
    calm = rng.poisson(3.0, 300)
    wild = rng.poisson(3.0 * rng.gamma(0.5, 2.0, 300))
    width = [
        np.log(r.high / r.low)
        for y in (calm, wild)
        for r in explain(y, np.ones(300), covariate, [("a", "1")], seed=1).ratios
    ]
    assert width[1] > 1.5 * width[0]


def test_repeated_covariates_and_too_few_cases_are_refused() -> None:
    two = np.ones((30, 1)) * np.arange(30)[:, None]
    with pytest.raises(InvalidInput) as caught:
        fit_poisson(np.ones(30, int), np.ones(30), np.hstack([two, two]))
    assert caught.value.code == "risk.covariates_not_separable"
    with pytest.raises(InvalidInput) as caught:
        explain([1, 1, 0], np.ones(3), np.arange(3.0)[:, None], [("a", "1")], seed=1)
    assert caught.value.code == "risk.too_few_cases"


def test_every_map_marks_the_same_area_and_ties_are_shared() -> None:
    area = np.array([1.0, 2.0, 1.0, 4.0])
    marked = mark_cells(np.array([5.0, 1.0, 1.0, 0.0]), area, 0.25)
    assert marked @ area == pytest.approx(2.0)
    assert marked.tolist() == pytest.approx([1.0, 1 / 3, 1 / 3, 0.0])


def test_backtest_sees_only_the_past_and_scores_chance_at_one() -> None:
    rng = np.random.default_rng(5)
    rate = rng.gamma(0.5, 2.0, 200)
    counts = rng.poisson(rate, (16, 200))
    seen: list[int] = []

    def mean_of_past(past):
        seen.append(len(past))
        return past.mean(axis=0)

    def oracle(_past):
        return rate

    found = backtest(
        counts, np.ones(200), {"mean": mean_of_past, "oracle": oracle}, true_rate=rate[None, :]
    )
    assert seen == list(range(8, 16))
    assert found.pooled["chance"].pai == pytest.approx(1.0)
    assert found.pooled["chance"].area_share == 0.10
    assert found.pooled["oracle"].pei_star_of_truth == pytest.approx(1.0)
    assert found.pooled["oracle"].pei_star < 1.0
    assert found.pooled["raw"].pai > 2
    assert found.pooled["mean"].pai >= found.pooled["raw"].pai
    assert sum(score.cases for score in found.by_quarter["raw"]) == counts[8:].sum()


def test_backtest_without_a_year_before_is_refused() -> None:
    with pytest.raises(InvalidInput):
        backtest(np.ones((11, 4), int), np.ones(4), {}, quarters=8)


def test_density_keeps_the_number_of_reports() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.uniform(0, 10_000, (2, 5000))
    found = find_density(x, y, (0, 0, 10_000, 8_000), 100, 500)
    inside = int((y < 8_000).sum())
    assert found.outside == 5000 - inside
    assert found.per_km2.sum() * 0.1**2 == pytest.approx(inside)


def test_office_pin_is_found_and_counted() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 1000, (2, 400))
    x[10:60], y[10:60] = 500.0, 500.0
    (spike,) = find_spikes(x, y)
    assert (spike.x_m, spike.y_m) == (500.0, 500.0)
    assert spike.reports.tolist() == list(range(10, 60))


def test_knox_refuses_a_pile_of_pins_instead_of_filling_memory() -> None:
    with pytest.raises(TooLarge):
        find_knox(np.zeros(180_000), np.zeros(180_000), np.arange(180_000), 1, 1, seed=1)


def test_knox_without_cases_finds_nothing() -> None:
    assert find_knox([], [], [], 1, 1, seed=1, maps=9).close_in_both == 0


def test_hexagons_count_every_point_once_as_uint64() -> None:
    rng = np.random.default_rng(8)
    lng, lat = rng.uniform(109.9, 110.1, 500), rng.uniform(39.4, 39.6, 500)
    cells = find_cells(lng, lat, 8)
    assert cells.dtype == np.uint64
    assert int(cells[0]) == h3.latlng_to_cell(lat[0], lng[0], 8)
    found = sum_by_cell(cells, np.ones(500))
    assert found.total.sum() == 500
    assert (np.diff(found.cell) > 0).all()
    edges = list_edges(found.cell)
    assert all(h3.are_neighbor_cells(int(found.cell[a]), int(found.cell[b])) for a, b in edges[:50])
    touching = sum(
        h3.are_neighbor_cells(int(a), int(b)) for a, b in combinations(found.cell[:60], 2)
    )
    assert touching == int((edges < 60).all(axis=1).sum())


def test_shifted_origin_moves_points_to_other_hexagons() -> None:
    lng, lat = np.array([110.0]), np.array([39.5])
    assert find_cells(lng, lat, 9) != find_cells(lng, lat, 9, shift=(0.01, 0.0))


def test_impossible_coordinates_are_refused() -> None:
    with pytest.raises(InvalidInput):
        find_cells([39.5], [110.0], 8)
