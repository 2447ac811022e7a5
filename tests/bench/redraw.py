"""Redraw: a township, a county and the league cut into grids of 20 to 30 households (合成数据).

The proposal is taken cold: atoms, borders, proposal and polygons of every parent.
"""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import shapely

from grid_boundaries.redraw.derive import measure_compactness
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.parents import (
    ParentPlan,
    ParentTask,
    count_out_of_bounds,
    is_coverage_of,
    redraw_parents,
)
from layers.demo.generate import generate
from layers.demo.places import get_place
from tests.unit.locate.coverages import fractal_coverage

SEED, RULE = 20260101, SizeRule(20, 30)
WORKERS = os.cpu_count() or 1


def run() -> list[dict[str, Any]]:
    """Rows of the three sizes."""
    rows = _measure("township, 21 villages, 5,000 households", make_township(), 2.0)
    league = make_league()
    county = [task for task in league if task.code[:6] == _find_county(league, 35_000)]
    rows += _measure("county", county, 6.0)
    rows += _measure("league", league, 60.0)
    return rows


def make_township() -> list[ParentTask]:
    """21 villages with 5,000 households in settlements and scattered farms."""
    rng = np.random.default_rng(SEED)
    villages = fractal_coverage(7, 3, seed=SEED, origin=(110.3, 39.3), size=(0.35, 0.18))
    shares = rng.multinomial(5000, np.ones(21) / 21)
    tasks = []
    for number, (village, share) in enumerate(zip(villages, shares.tolist(), strict=True)):
        shapely.prepare(village)
        west, south, east, north = village.bounds
        centres = rng.uniform((west, south), (east, north), (6, 2))
        crowd = centres[rng.integers(6, size=share * 40)]
        crowd = crowd + rng.normal(0, 0.006, crowd.shape)
        spread = rng.uniform((west, south), (east, north), crowd.shape)
        points = np.where(rng.random((len(crowd), 1)) < 0.7, crowd, spread)
        inside = points[shapely.contains_xy(village, points)][:share]
        tasks.append(ParentTask(f"{number:03}", village, inside))
    return tasks


def make_league() -> list[ParentTask]:
    """Base grids of the league demo with their households."""
    town = generate(get_place("xilingol"))
    cells = town.cells
    parent_of = cells["parent_key"].to_numpy()
    leaf = town.households["micro_key"].to_numpy()
    base = parent_of[leaf]
    lnglat = town.households[["lng", "lat"]].to_numpy()
    order = np.argsort(base, kind="stable")
    keys, first = np.unique(base[order], return_index=True)
    return [
        ParentTask(str(cells["code"].iloc[key]), cells["geom"].iloc[key], lnglat[rows])
        for key, rows in zip(keys.tolist(), np.split(order, first[1:]), strict=True)
    ]


def _find_county(league: list[ParentTask], households: int) -> str:
    sizes: dict[str, int] = {}
    for task in league:
        sizes[task.code[:6]] = sizes.get(task.code[:6], 0) + len(task.lnglat)
    return min(sizes, key=lambda code: abs(sizes[code] - households))


def _measure(case: str, tasks: list[ParentTask], goal_s: float) -> list[dict[str, Any]]:
    started = time.perf_counter()
    plans = list(redraw_parents(tasks, RULE, "compactness", seed=SEED,
                                workers=WORKERS if len(tasks) > 100 else 1))  # fmt: skip
    wall_s = time.perf_counter() - started
    households = sum(len(task.lnglat) for task in tasks)
    made = [plan for plan in plans if plan.proposal is not None]
    compactness = np.concatenate([measure_compactness(plan.grids) for plan in made])
    whole = [
        is_coverage_of(plan, task.parent)
        for plan, task in zip(plans, tasks, strict=True)
        if plan.proposal is not None
    ]
    beyond = count_out_of_bounds(plans, RULE)
    grids = len(compactness)
    worst = float(np.quantile(compactness, 0.1))
    return [
        _row(case, "cold_s", wall_s, goal=goal_s, ok=wall_s <= goal_s, n=households, wall_s=wall_s),
        _row(case, "grids", grids, n=len(made)),
        _row(case, "parents that cannot be cut", len(plans) - len(made), n=len(plans)),
        _row(case, "out of bounds", beyond, goal=0, ok=beyond == 0, n=grids),
        _row(case, "in pieces", _count_pieces(made), goal=0, ok=_count_pieces(made) == 0, n=grids),
        _row(case, "parents not covered", whole.count(False), goal=0, ok=all(whole), n=len(whole)),
        _row(case, "Polsby-Popper mean", float(compactness.mean()), goal=0.60,
             ok=bool(compactness.mean() >= 0.60), n=grids),
        _row(case, "Polsby-Popper worst tenth", worst, goal=0.48, ok=worst >= 0.48, n=grids),
    ]  # fmt: skip


def _count_pieces(plans: list[ParentPlan]) -> int:
    return sum(int((shapely.get_num_geometries(plan.grids) > 1).sum()) for plan in plans)


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": f"redraw: {case}", "metric": metric, "value": round(float(value), 4), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED,
        "versions": {"shapely": shapely.__version__}, "cpu_s": None, "wall_s": None,
    }  # fmt: skip
    return row | more
