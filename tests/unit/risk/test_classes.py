"""Plain classes: red is rare by chance, and nothing found is not nothing there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid_boundaries.errors import InvalidInput
from layers.risk.classes import RiskClass, classify, find_shown
from layers.risk.error_budget import adjust_p_values, plan_budget
from layers.risk.h3_bins import find_cells, list_edges, sum_by_cell
from layers.risk.monte_carlo import find_critical_ratio, find_p_value, find_tail_p_value
from layers.risk.power import find_notice_chance, find_power
from layers.risk.scales import find_flipped_share, find_one_scale_only
from layers.risk.scan import draw_maxima, scan
from layers.risk.small_area import fit_rates
from layers.risk.words import CLASS_WORDS, TREND_WORDS, render_power, render_recurrence
from layers.risk.zones import plan_zones
from tests.unit.risk.maps import lattice, rook_edges

X, Y = lattice(100)
EDGES = rook_edges(100)


def _classes(observed, units, reference=None, alpha=0.05):
    found = scan(X, Y, observed, units, seed=1, maps=499, reference=reference)
    rates = fit_rates(observed, units, EDGES, seed=1, draws=400, orders=(1,))
    return classify(X, Y, units, found, rates, alpha)


def test_planted_block_is_red_and_far_cells_are_not() -> None:
    observed = np.random.default_rng(1).poisson(4, 100)
    observed[[44, 45, 54, 55]] += 16
    found = _classes(observed, np.full(100, 30.0))
    assert all(found.word[k] is RiskClass.CLEARLY_HIGHER for k in (44, 45, 54, 55))
    assert all(found.word[k] is not RiskClass.CLEARLY_HIGHER for k in (0, 9, 90, 99))


def test_few_cases_cannot_tell_and_many_show_no_sign() -> None:
    few = _classes(np.ones(100, int), np.full(100, 30.0))
    assert set(few.word) == {RiskClass.CANNOT_TELL}
    many = _classes(np.full(100, 40), np.full(100, 30.0))
    assert set(many.word) == {RiskClass.NO_SIGN}


def test_shuffled_cases_show_no_red_in_94_of_100_maps() -> None:
    rng = np.random.default_rng(7)
    units = rng.gamma(3.0, 10.0, 100) + 1
    zones = plan_zones(X, Y, units / units.sum() * 150)
    reference = draw_maxima(zones, 150, 1999, seed=8)
    red = 0
    for _ in range(300):
        observed = rng.multinomial(150, units / units.sum())
        found = scan(X, Y, observed, units, seed=1, reference=reference)
        red += bool(found.list_significant(0.05))
    assert red / 300 <= 0.08


def test_cell_without_households_is_hatched_and_no_case_at_all_cannot_tell() -> None:
    units = np.full(100, 30.0)
    units[5] = 0
    found = _classes(np.zeros(100, int), units)
    assert found.word[5] is RiskClass.NO_DENOMINATOR
    assert found.count(RiskClass.CANNOT_TELL) == 99


def test_small_cells_are_not_shown_and_public_counts_under_five_are_hidden() -> None:
    shown, count = find_shown([9, 9, 4, 0], [10, 40, 40, 40], public=True)
    assert shown.tolist() == [False, True, True, True]
    assert count.tolist() == [False, True, False, False]
    assert find_shown([9, 9, 4, 0], [10, 40, 40, 40], public=False)[1].tolist() == shown.tolist()


def test_power_grows_with_cases_and_with_the_factor() -> None:
    x, y = lattice(110)
    hot = np.array([48, 49, 59, 60])
    table = {}
    for cases in (110, 330):
        zones = plan_zones(x, y, np.full(110, cases / 110))
        maxima = draw_maxima(zones, cases, 1999, seed=1)
        for factor in (2, 3, 5):
            table[cases, factor] = find_power(zones, cases, hot, factor, maxima, seed=2).noticed
    published = {(110, 2): 0.12, (110, 3): 0.37, (110, 5): 0.85,
                 (330, 2): 0.27, (330, 3): 0.87, (330, 5): 1.00}  # fmt: skip
    assert all(table[key] == pytest.approx(value, abs=0.09) for key, value in published.items())


def test_notice_chance_is_certain_for_many_cases_and_small_for_few() -> None:
    for cases, low, high in ((50_000, 0.99, 1.0), (110, 0.0, 0.1)):
        zones = plan_zones(X, Y, np.full(100, cases / 100))
        chance = find_notice_chance(zones, cases, 6.8)
        assert low <= chance.min()
        assert chance.max() <= high


def test_critical_ratio_is_the_smallest_that_is_significant() -> None:
    maxima = np.arange(1.0, 1000.0)
    critical = find_critical_ratio(maxima, 0.05)
    assert critical == pytest.approx(950.0)
    assert find_p_value(critical, maxima) <= 0.05 < find_p_value(critical - 1e-3, maxima)
    fine = find_critical_ratio(maxima, 0.0005)
    assert find_tail_p_value(fine, maxima) == pytest.approx(0.0005)


def test_tail_p_of_999_maps_is_honest_at_one_in_a_thousand() -> None:
    x, y = lattice(110)
    zones = plan_zones(x, y, np.full(110, 1.0))
    maxima = draw_maxima(zones, 110, 20_000, seed=3)
    critical = [find_critical_ratio(maxima[k : k + 999], 0.001) for k in range(0, 9000, 999)]
    beyond = float(np.mean([(maxima[10_000:] >= one).mean() for one in critical]))
    assert beyond <= 0.002


def test_budget_is_shared_by_kinds_scales_and_months() -> None:
    budget = plan_budget(kinds=5, scales=3, months=12)
    assert budget.maps == 180
    assert budget.alpha_each * 180 == pytest.approx(0.05)
    with pytest.raises(InvalidInput):
        plan_budget(0, 1, 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_raw_and_bonferroni_and_keeps_the_order(p: list[float]) -> None:
    adjusted = adjust_p_values(p)
    assert (adjusted >= np.array(p) - 1e-12).all()
    assert (adjusted <= np.minimum(np.array(p) * len(p), 1) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


def test_words_exist_in_both_languages_for_every_class_and_trend() -> None:
    for words in (CLASS_WORDS, TREND_WORDS):
        assert all(set(sentence) == {"zh", "en"} for sentence in words.values())
    assert set(CLASS_WORDS) == set(RiskClass)


def test_power_and_recurrence_are_said_in_words() -> None:
    assert "about 1 time in 8" in render_power(110, 2, 4, 0.12)["en"]
    assert "每年 110 件" in render_power(110, 2, 4, 0.12)["zh"]
    assert render_recurrence(36)["en"] == "by chance about once in 3 years"
    assert render_recurrence(5)["zh"] == "单凭偶然大约每 5 个月出现一次"


def test_red_at_one_of_three_scales_is_labelled() -> None:
    red = [[True, True, False, True], [True, False, False, False], [True, False, False, True]]
    assert find_one_scale_only(red).tolist() == [False, True, False, False]


def test_only_red_against_no_sign_counts_as_flipped() -> None:
    high, none, unsure = RiskClass.CLEARLY_HIGHER, RiskClass.NO_SIGN, RiskClass.CANNOT_TELL
    share = find_flipped_share([high, high, none, unsure], [none, unsure, none, high], [1, 2, 3, 4])
    assert share == pytest.approx(0.1)


def test_half_a_hexagon_of_shift_flips_few_households() -> None:
    rng = np.random.default_rng(9)
    lng, lat = rng.uniform(109.9, 110.1, 4000), rng.uniform(39.4, 39.55, 4000)
    hot = (np.abs(lng - 110.0) < 0.02) & (np.abs(lat - 39.48) < 0.015)
    cases = rng.poisson(np.where(hot, 0.6, 0.15))
    words = []
    for shift in ((0.0, 0.0), (0.006, 0.0)):
        cells = find_cells(lng, lat, 7, shift)
        counts = sum_by_cell(cells, np.column_stack([np.ones(4000), cases]))
        x, y = counts.lng * 85_900, counts.lat * 111_000
        households, seen = counts.total.T
        found = scan(x, y, seen, households, seed=1)
        rates = fit_rates(seen, households, list_edges(counts.cell), seed=1, draws=400, orders=(1,))
        by_cell = classify(x, y, households, found, rates, 0.05).word
        words.append([by_cell[k] for k in np.searchsorted(counts.cell, cells)])
    assert any(word is RiskClass.CLEARLY_HIGHER for word in words[0])
    assert find_flipped_share(words[0], words[1], np.ones(4000)) <= 0.10
