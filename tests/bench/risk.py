"""Risk maps: false alarms, power, error of rates, forecasts, time and memory.

Every map is synthetic (合成数据): lattices of the stated sizes with uneven households.  The peer is
esda's default local Moran on the same null maps, run by the peers' Python where that is set up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from scipy import stats
from scipy.ndimage import gaussian_filter

from layers.risk.backtest import backtest, plan_rate_forecast
from layers.risk.classes import RiskClass, classify
from layers.risk.empirical_bayes import shrink_rates
from layers.risk.monte_carlo import draw_chance_maps, find_p_value
from layers.risk.power import find_power
from layers.risk.provenance import METHOD_VERSION, Floats, Ints
from layers.risk.scan import draw_maxima, scan
from layers.risk.small_area import fit_rates
from layers.risk.zone_search import Window, find_maxima
from layers.risk.zones import plan_zones

SEED = 20260101
SIZES = ((110, 110), (110, 500), (3555, 4600), (21_000, 4600))
NULL_MAPS, REFERENCE_MAPS, PEER_MAPS, CLASS_MAPS = 2000, 9999, 200, 300
RATE_MAPS = {110: 40, 3555: 4}
ALPHA = 0.05
Row = dict[str, Any]
Stopwatch = dict[str, float]


def run() -> list[Row]:
    """Rows of township size; ``risk_league``, ``risk_micro``, ``risk_micro_peer``, ``risk_rates``,
    ``risk_rates_league``, ``risk_places``, ``risk_times`` and ``risk_night`` have the others: none
    of them holds a machine for long."""
    rows: list[Row] = []
    for cells, cases in SIZES[:2]:
        rows += false_alarm_rows(cells, cases)
    return rows + class_rows() + power_rows()


def town(cells: int) -> tuple[Floats, Floats, Floats, Ints]:
    """x_m, y_m, households, rook edges of a lattice with shaken centroids."""
    rng = np.random.default_rng([SEED, cells])
    side = int(np.ceil(np.sqrt(cells)))
    row, column = np.divmod(np.arange(cells), side)
    x = (column + rng.uniform(-0.35, 0.35, cells)) * 1000.0
    y = (row + rng.uniform(-0.35, 0.35, cells)) * 1000.0
    index = np.arange(cells)
    right = index[(column != side - 1) & (index + 1 < cells)]
    below = index[index + side < cells]
    pairs = [np.column_stack([right, right + 1]), np.column_stack([below, below + side])]
    return x, y, np.ceil(rng.gamma(6.0, 8.0, cells)), np.concatenate(pairs)


def false_alarm_rows(
    cells: int, cases: int, maps: int = NULL_MAPS, *, with_peer: bool = True
) -> list[Row]:
    """Share of null maps with a cluster at p ≤ 0.05, judged by maxima drawn apart from them."""
    x, y, households, _ = town(cells)
    zones = plan_zones(x, y, households / households.sum() * cases)
    with stopwatch() as spent:
        reference = draw_maxima(zones, cases, REFERENCE_MAPS, SEED)
        drawn = draw_chance_maps(households, cases, maps, np.random.default_rng(SEED + 1))
        tops = find_maxima(zones, [Window(drawn)], cases)
        alarms = sum(find_p_value(float(top), reference) <= ALPHA for top in tops)
    upper = float(stats.beta.ppf(0.975, alarms + 1, maps - alarms))
    case = f"null {cells}/{cases}, {(drawn == 0).mean():.0%} zeros"
    share = alarms / maps
    rows = [
        row(case, "false alarm rate", share, "≤ 0.06", share <= 0.06, maps, spent),
        row(case, "upper 95 % bound", upper, "≤ 0.075", upper <= 0.075, maps, spent),
    ]
    return rows + peer_rows(cells, cases, drawn[:, :PEER_MAPS]) if with_peer else rows


def peer_rows(cells: int, cases: int, drawn: Any = None) -> list[Row]:
    """Share of the first null maps (cells, maps) on which the peer shows a hot spot, and its time;
    they are the same however many are drawn."""
    _, _, households, edges = town(cells)
    if drawn is None:
        drawn = draw_chance_maps(households, cases, PEER_MAPS, np.random.default_rng(SEED + 1))
    with stopwatch() as spent:
        share, cpu = _peer_share(drawn.T, households, edges)
    case = f"null {cells}/{cases}, esda's default"
    return [
        row(case, "maps with a hot spot", share, None, None, drawn.shape[1], spent),
        row(case, "CPU per map, s", cpu, None, None, drawn.shape[1], spent),
    ]


def class_rows(maps: int = CLASS_MAPS) -> list[Row]:
    """Shuffled cases through scan, rates and classes: share of maps without any red."""
    x, y, households, edges = town(110)
    zones = plan_zones(x, y, households / households.sum() * 330)
    clean = 0
    with stopwatch() as spent:
        reference = draw_maxima(zones, 330, REFERENCE_MAPS, SEED)
        drawn = draw_chance_maps(households, 330, maps, np.random.default_rng(SEED + 2))
        for observed in drawn.T:
            found = scan(x, y, observed, households, SEED, reference=reference)
            if found.list_significant(ALPHA):
                rates = fit_rates(observed, households, edges, SEED, draws=400, orders=(1,))
                words = classify(x, y, households, found, rates, ALPHA)
                clean += words.count(RiskClass.CLEARLY_HIGHER) == 0
            else:
                clean += 1
    share = clean / maps
    return [
        row("shuffled 110/330", "maps without red", share, "≥ 0.94", share >= 0.94, maps, spent)
    ]


def power_rows(maps: int = 2000) -> list[Row]:
    """Four adjacent hot grids of 110 equal ones; beside what was measured for the design."""
    x, y, _, _ = town(110)
    published = {110: (0.12, 0.37, 0.85), 330: (0.27, 0.87, 1.0)}
    hot = np.array([48, 49, 59, 60])
    rows = []
    for cases, known in published.items():
        zones = plan_zones(x, y, np.full(110, cases / 110))
        with stopwatch() as spent:
            reference = draw_maxima(zones, cases, REFERENCE_MAPS, SEED)
        for factor, peer in zip((2, 3, 5), known, strict=True):
            with stopwatch() as spent:
                found = find_power(zones, cases, hot, factor, reference, SEED, ALPHA, maps)
            case = f"power 110/{cases}, {factor} times"
            rows.append(row(case, "noticed", found.noticed, None, None, maps, spent, peer))
    return rows


def rate_rows(cells: int, cases: int, maps: int) -> list[Row]:
    """Error against the truth and coverage of 90 % intervals, on two kinds of truth.

    The goals hold for each truth by itself.  Few cases cannot show how rough the truth is, so a
    town's intervals come out wide for a smooth one and narrow for a rough one.
    """
    truths: dict[str, Callable[[int, np.random.Generator], Floats]] = {
        "smooth truth": _smooth_truth,
        "rough truth": _rough_truth,
    }
    rows = []
    for name, draw_truth in truths.items():
        with stopwatch() as spent:
            raw, shrunk, car, inside = _measure_rates(cells, cases, maps, draw_truth)
        case, aimed = f"rates {cells}/{cases}, {name}", cells > 1000
        rows += [
            row(case, "RMSE raw", raw, None, None, maps, spent),
            row(case, "RMSE empirical Bayes", shrunk, None, None, maps, spent),
            row(case, "RMSE CAR", car, "≤ ½ empirical Bayes" if aimed else None,
                car <= shrunk / 2 if aimed else None, maps, spent, shrunk),
            row(case, "90 % interval covers", inside, "0.87–0.93", 0.87 <= inside <= 0.93,
                maps, spent),
        ]  # fmt: skip
    return rows


def forecast_rows(quarters: int = 8) -> list[Row]:
    """Rolling back-test at league size on a planted truth (smooth field and hot places)."""
    cells, cases = SIZES[2]
    _, _, households, edges = town(cells)
    rng = np.random.default_rng(SEED + 4)
    truth = _smooth_truth(cells, rng)
    truth[rng.choice(cells, 40, replace=False)] *= 3
    rate = households * truth
    rate *= cases / 4 / rate.sum()
    counts = rng.poisson(rate, (16, cells))
    with stopwatch() as spent:
        model = plan_rate_forecast(households, edges, SEED)
        found = backtest(counts, np.ones(cells), {"model": model}, quarters, true_rate=rate[None])
    pooled = found.pooled
    case, n = f"back-test {cells}/{cases}", int(counts[-quarters:].sum())
    pai, raw = pooled["model"].pai, pooled["raw"].pai
    star = pooled["model"].pei_star_of_truth or 0.0
    return [
        row(case, "PAI model", pai, "≥ raw map", pai >= raw, n, spent, raw),
        row(case, "PAI chance", pooled["chance"].pai, None, None, n, spent),
        row(case, "PEI* against the true rates", star, "≥ 0.9", star >= 0.9, n, spent,
            pooled["raw"].pei_star_of_truth),
        row(case, "PEI* against the counts to come", pooled["model"].pei_star, None, None, n, spent,
            pooled["raw"].pei_star),
    ]  # fmt: skip


def time_rows() -> list[Row]:
    """CPU seconds and peak memory, each in a new process with one thread."""
    jobs = [
        ("township scan + CAR", SIZES[1], True, 2.0),
        ("league scan", SIZES[2], False, 20.0),
        ("micro grid scan", SIZES[3], False, 30.0),
        ("league CAR", SIZES[2], True, None),
    ]
    rows = []
    for name, (cells, cases), with_rates, goal in jobs:
        cpu_s, megabytes, wall_s = _in_new_process(cells, cases, with_rates, name != "league CAR")
        spent = {"cpu_s": cpu_s, "wall_s": wall_s}
        reached = None if goal is None else cpu_s <= goal
        goal_text = None if goal is None else f"≤ {goal:g}"
        rows += [
            row(name, "CPU s", cpu_s, goal_text, reached, cells, spent),
            row(name, "peak memory, MB", megabytes, "≤ 1000", megabytes <= 1000, cells, spent),
        ]
    return rows


def row(
    case: str, metric: str, value: float | None, goal: str | None, ok: bool | None, n: int,
    spent: Stopwatch, peer: float | None = None,
) -> Row:  # fmt: skip
    """One row of the agreed columns."""
    versions = {"numpy": np.__version__, "scipy": scipy.__version__, "method": METHOD_VERSION}
    return {
        "case": case, "metric": metric, "value": None if value is None else float(value),
        "peer": peer, "goal": goal, "ok": None if ok is None else bool(ok), "n": n, "seed": SEED,
        "versions": versions, "cpu_s": spent["cpu_s"], "wall_s": spent["wall_s"],
    }  # fmt: skip


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """CPU and wall seconds of the block, filled in when it ends."""
    spent: Stopwatch = {}
    cpu, wall = time.process_time(), time.perf_counter()
    yield spent
    spent.update(cpu_s=time.process_time() - cpu, wall_s=time.perf_counter() - wall)


def _smooth_truth(cells: int, rng: np.random.Generator) -> Floats:
    """Gentle field over some four cells, and each place a little of its own."""
    side = int(np.ceil(np.sqrt(cells)))
    field = gaussian_filter(rng.standard_normal((side, side)), 4.0, mode="reflect").ravel()[:cells]
    own = rng.standard_normal(cells)
    return np.asarray(np.exp(0.45 * field / field.std() + 0.10 * own))


def _rough_truth(cells: int, rng: np.random.Generator) -> Floats:
    """Drawn from Leroux's model itself with ρ = 0.98, standard deviation 0.45."""
    _, _, _, edges = town(cells)
    precision = 0.02 * np.eye(cells)
    for a, b in edges:
        precision[[a, b], [a, b]] += 0.98
        precision[[a, b], [b, a]] -= 0.98
    lower = np.linalg.cholesky(precision)
    field = scipy.linalg.solve_triangular(lower.T, rng.standard_normal(cells), lower=False)
    return np.asarray(np.exp(0.45 * field / field.std()))


def _measure_rates(
    cells: int, cases: int, maps: int, draw_truth: Callable[[int, np.random.Generator], Floats]
) -> tuple[float, float, float, float]:
    _, _, households, edges = town(cells)
    found = []
    for number in range(maps):
        rng = np.random.default_rng([SEED, cells, number])
        truth = draw_truth(cells, rng)
        truth *= households.sum() / (households * truth).sum()
        observed = rng.poisson(cases * households * truth / households.sum())
        expected = households / households.sum() * observed.sum()
        fit = fit_rates(observed, expected, edges, SEED)
        shrunk = shrink_rates(observed, expected).rate
        guesses = (observed / expected, shrunk, fit.mean)
        errors = [float(np.sqrt(((guess - truth) ** 2).mean())) for guess in guesses]
        found.append([*errors, float(((truth >= fit.low) & (truth <= fit.high)).mean())])
    raw, eb, car, inside = np.mean(found, axis=0)
    return float(raw), float(eb), float(car), float(inside)


def _peer_share(
    counts: np.ndarray[Any, Any], units: Floats, edges: Ints
) -> tuple[float | None, float | None]:
    """(share with a High-High cell, CPU s a map) by esda, or nothing without the peers' Python."""
    python = os.environ.get("WANGGE_BENCH_PYTHON")
    if not python:
        return None, None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "maps.npz"
        np.savez(path, counts=counts, units=units, edges=edges)
        script = Path(__file__).with_name("risk_peer.py")
        answer = subprocess.run(
            [python, str(script), str(path)], capture_output=True, text=True, check=True
        )
    found = json.loads(answer.stdout.splitlines()[-1])
    return float(found["share"]), float(found["cpu_s"]) / len(counts)


_JOB = """
import resource, sys, time, numpy as np
from tests.bench.risk import SEED, town
from layers.risk.scan import scan
from layers.risk.small_area import fit_rates
cells, cases, with_rates, with_scan = (int(word) for word in sys.argv[1:])
x, y, households, edges = town(cells)
observed = np.random.default_rng(SEED).multinomial(cases, households / households.sum())
wall, cpu = time.perf_counter(), time.process_time()
if with_scan:
    scan(x, y, observed, households, SEED)
if with_rates:
    fit_rates(observed, households, edges, SEED)
print(time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
      time.perf_counter() - wall)
"""


def _in_new_process(
    cells: int, cases: int, with_rates: bool, with_scan: bool
) -> tuple[float, float, float]:
    words = [str(int(word)) for word in (cells, cases, with_rates, with_scan)]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    answer = subprocess.run(
        [sys.executable, "-c", _JOB, *words],
        capture_output=True, text=True, check=True, env={**os.environ, **one_thread},
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    cpu_s, megabytes, wall_s = (float(word) for word in answer.stdout.split())
    return cpu_s, megabytes, wall_s
