"""New excess is told apart from places always busy and from seasons busy everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from grid_boundaries.errors import InvalidInput
from layers.risk.space_time import scan_space_time
from layers.risk.zone_search import find_log_ratio
from tests.unit.risk.maps import lattice

X, Y = lattice(49)


def _brute_force(cell, period, periods, cap, longest):
    """Best ratio over all cylinders that reach to now, circles over cells that have cases."""
    total, best = len(cell), 0.0
    used = np.unique(cell)
    for centre in used:
        away = (X[used] - X[centre]) ** 2 + (Y[used] - Y[centre]) ** 2
        order = used[np.lexsort((used, np.round(away)))]
        for size in range(1, len(order) + 1):
            inside = np.isin(cell, order[:size])
            if size > 1 and inside.sum() > cap * total:
                break
            for length in range(1, min(longest, periods // 2) + 1):
                recent = period >= periods - length
                n = int((inside & recent).sum())
                if n >= 2:
                    mu = inside.sum() * recent.sum() / total
                    best = max(best, float(find_log_ratio(n, mu, total)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_brute_force_over_cylinders_equals_ours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell, period = rng.integers(0, 49, 80), rng.integers(0, 12, 80)
    cell[:6], period[:6] = 10, 11
    found = scan_space_time(X, Y, cell, period, 12, seed=1, maps=9, cap=0.3, longest_window=4)
    top = found.alarms[0].cluster.log_ratio if found.alarms else 0.0
    assert top == pytest.approx(_brute_force(cell, period, 12, 0.3, 4))


def test_new_burst_is_an_alarm_with_a_long_recurrence() -> None:
    rng = np.random.default_rng(1)
    cell = np.concatenate([rng.integers(0, 49, 300), np.full(9, 24)])
    period = np.concatenate([rng.integers(0, 24, 300), np.full(9, 23)])
    alarm = scan_space_time(X, Y, cell, period, 24, seed=1).alarms[0]
    assert 24 in alarm.cluster.cells
    assert alarm.periods == 1
    assert alarm.recurrence_periods > 100


def test_busy_place_and_busy_season_alone_are_no_alarm() -> None:
    rng = np.random.default_rng(2)
    cell = np.where(rng.random(400) < 0.4, 24, rng.integers(0, 49, 400))
    period = np.where(rng.random(400) < 0.4, 23, rng.integers(0, 24, 400))
    alarms = scan_space_time(X, Y, cell, period, 24, seed=1).alarms
    assert all(alarm.recurrence_periods < 20 for alarm in alarms)


def test_null_series_raise_alarms_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(3)
    often = 0
    for number in range(120):
        cell, period = rng.integers(0, 49, 100), rng.integers(0, 12, 100)
        alarms = scan_space_time(X, Y, cell, period, 12, seed=number, maps=199).alarms
        often += bool(alarms) and alarms[0].recurrence_periods >= 20
    assert often / 120 <= 0.11


def test_future_date_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        scan_space_time(X, Y, [1, 2], [3, 12], 12, seed=1)
    assert caught.value.code == "risk.bad_case_period"


def test_no_case_gives_no_alarm() -> None:
    assert scan_space_time(X, Y, [], [], 12, seed=1).alarms == ()
