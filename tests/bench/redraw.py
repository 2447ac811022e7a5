"""Redraw: a township, a county and the league cut into grids of 20 to 30 households (合成数据).

The proposal is taken cold: atoms, borders, proposal and polygons of every parent.  On the township
the same is done by k-means-constrained, spopt's Skater and gerrychain's ReCom, which are given the
atoms and the number of grids, so that only the cut is compared.  Then the stored side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from grid_boundaries.redraw.atoms import Atoms, make_atoms
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.derive import covers_once, measure_compactness
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import AtomGraph, make_graph
from grid_boundaries.redraw.parents import (
    ParentPlan,
    ParentTask,
    count_out_of_bounds,
    redraw_parents,
)
from grid_boundaries.redraw.propose import propose
from layers.demo.generate import generate
from layers.demo.places import get_place
from tests.bench.redraw_stored import SEED, measure_stored
from tests.bench.redraw_stored import make_row as _row
from tests.unit.locate.coverages import fractal_coverage

RULE = SizeRule(20, 30)
WORKERS = os.cpu_count() or 1


def run() -> list[dict[str, Any]]:
    """Rows of the three sizes."""
    township = make_township()
    # shapes are a goal on the synthetic township; elsewhere the parents shape them
    rows = _measure("township, 21 villages, 5,000 households", township, 2.0, 0.1, (0.60, 0.48))
    rows += _against_peers(township)
    rows += measure_stored("xilingol")
    league = make_league()
    county = [task for task in league if task.code[:6] == _find_county(league, 35_000)]
    rows += _measure("county", county, 6.0, 0.5)
    rows += _measure("league", league, 60.0, 3.0)
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


def _validate(plans: list[ParentPlan], tasks: list[ParentTask]) -> int:
    """Faults of whole plans: covering, in one piece, in bounds, every household in one grid."""
    faults = 0
    for plan, task in zip(plans, tasks, strict=True):
        if plan.proposal is None:
            continue
        faults += not covers_once(plan.grids, task.parent)
        faults += int((shapely.get_num_geometries(plan.grids) > 1).sum())
        faults += sum(not RULE.low <= weight <= RULE.high for weight in plan.proposal.weight)
        points = shapely.points(task.lnglat)
        home, _ = shapely.STRtree(plan.grids).query(points, predicate="within")
        faults += int((np.bincount(home, minlength=len(points)) != 1).sum())
    return faults


def _against_peers(tasks: list[ParentTask]) -> list[dict[str, Any]]:
    """The same atoms and numbers of grids cut by each program; ours is timed on its own again."""
    made = [make_atoms(task.parent, task.lnglat) for task in tasks]
    graphs = [make_graph(a.weights, find_borders(a.geoms), a.centres_m) for a in made]
    started = time.perf_counter()
    ours = [propose(graph, RULE, "compactness", seed=SEED) for graph in graphs]
    seconds = time.perf_counter() - started
    found = {"wangge": ([list(one.label) for one in ours], seconds, "")}
    python = os.environ.get("WANGGE_BENCH_PYTHON")
    arrays: dict[str, Any] = {}
    for n, (atoms, graph, plan) in enumerate(zip(made, graphs, ours, strict=True)):
        arrays[f"xy_{n}"], arrays[f"weight_{n}"] = atoms.centres_m, atoms.weights
        arrays[f"groups_{n}"] = plan.groups
        arrays[f"edges_{n}"] = np.array(
            [(a, b) for a, row in enumerate(graph.near) for b, _ in row if a < b]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "township.npz"
        np.savez(path, **arrays)
        script = Path(__file__).with_name("redraw_peer.py")
        for peer in ("k-means-constrained", "spopt", "gerrychain") if python else ():
            answer = subprocess.run(
                [str(python), str(script), peer, str(path)],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            told = json.loads(answer.stdout.splitlines()[-1])
            for line in told["given_up"]:
                print(f"{peer} gave up on village {line}", file=sys.stderr)
            found[peer] = (told["labels"], told["seconds"], told["version"])
    return _compare(found, made, graphs)


def _compare(found: dict[str, Any], made: list[Atoms], graphs: list[AtomGraph]) -> list[Any]:
    figures = {name: (*_judge(labels, made, graphs), -seconds)
               for name, (labels, seconds, _) in found.items()}  # fmt: skip
    rows = []
    for k, metric in enumerate(("in range", "contiguous", "Polsby-Popper mean", "seconds")):
        mine = figures["wangge"][k]
        for name, values in figures.items():
            if name == "wangge":
                rows.append(_row("township against peers", metric, abs(mine)))
                continue
            rows.append(
                _row("township against peers", f"{metric}: {name}", abs(values[k]),
                     peer=f"{name} {found[name][2]}", goal=round(abs(mine), 4),
                     ok=mine >= values[k])
            )  # fmt: skip
    return rows


def _judge(
    labels: list[list[int] | None], made: list[Atoms], graphs: list[AtomGraph]
) -> tuple[float, float, float]:
    """Shares of grids in range and in one piece, mean compactness; a village given up has none."""
    in_range, whole, shapes, grids = 0, 0, [], 0
    for label, atoms, graph in zip(labels, made, graphs, strict=True):
        if label is None:
            grids += max(1, graph.total // 25)
            continue
        names = np.unique(label)
        grids += len(names)
        for name in names.tolist():
            own = np.flatnonzero(np.asarray(label) == name)
            in_range += RULE.low <= sum(graph.weights[a] for a in own.tolist()) <= RULE.high
            whole += len(graph.split_parts(own.tolist())) == 1
            shapes.append(shapely.coverage_union_all(atoms.geoms[own]))
    compact = float(measure_compactness(np.array(shapes, dtype=object)).mean())
    return in_range / grids, whole / grids, compact


def _measure(
    case: str,
    tasks: list[ParentTask],
    goal_s: float,
    check_goal_s: float,
    shape_goals: tuple[float | None, float | None] = (None, None),
) -> list[dict[str, Any]]:
    started = time.perf_counter()
    plans = list(redraw_parents(tasks, RULE, "compactness", seed=SEED,
                                workers=WORKERS if len(tasks) > 100 else 1))  # fmt: skip
    wall_s = time.perf_counter() - started
    started = time.perf_counter()
    faults = _validate(plans, tasks)
    check_s = time.perf_counter() - started
    households = sum(len(task.lnglat) for task in tasks)
    for plan in plans:
        if plan.refusal is not None:
            print(
                f"{case}: parent {plan.code} cannot be cut: {plan.refusal.params}", file=sys.stderr
            )
    made = [plan for plan in plans if plan.proposal is not None]
    compactness = np.concatenate([measure_compactness(plan.grids) for plan in made])
    whole = [
        covers_once(plan.grids, task.parent)
        for plan, task in zip(plans, tasks, strict=True)
        if plan.proposal is not None
    ]
    beyond = count_out_of_bounds(plans, RULE)
    grids = len(compactness)
    mean, worst = float(compactness.mean()), float(np.quantile(compactness, 0.1))
    return [
        _row(case, "cold_s", wall_s, goal=goal_s, ok=wall_s <= goal_s, n=households, wall_s=wall_s),
        _row(case, "validation s", check_s, goal=check_goal_s, ok=check_s <= check_goal_s,
             n=households, wall_s=check_s),
        _row(case, "faults found", faults, goal=0, ok=faults == 0, n=grids),
        _row(case, "grids", grids, n=len(made)),
        _row(case, "parents that cannot be cut", len(plans) - len(made), n=len(plans)),
        _row(case, "out of bounds", beyond, goal=0, ok=beyond == 0, n=grids),
        _row(case, "in pieces", _count_pieces(made), goal=0, ok=_count_pieces(made) == 0, n=grids),
        _row(case, "parents not covered", whole.count(False), goal=0, ok=all(whole), n=len(whole)),
        _row(case, "Polsby-Popper mean", mean, n=grids, **_goal(mean, shape_goals[0])),
        _row(case, "Polsby-Popper worst tenth", worst, n=grids, **_goal(worst, shape_goals[1])),
    ]  # fmt: skip


def _goal(value: float, least: float | None) -> dict[str, Any]:
    return {} if least is None else {"goal": least, "ok": value >= least}


def _count_pieces(plans: list[ParentPlan]) -> int:
    return sum(int((shapely.get_num_geometries(plan.grids) > 1).sum()) for plan in plans)
