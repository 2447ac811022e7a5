"""Proposals for many parents at once: one after the other, or on several cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.atoms import Atoms, make_atoms
from grid_boundaries.redraw.barriers import Barriers
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.derive import derive_grids, keep_needed_vertices
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import make_graph
from grid_boundaries.redraw.propose import Goal, Proposal, propose, require_feasible

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class ParentTask:
    """One parent with its households (m, 2) in EPSG:4490; ``today`` (m,) their grids, if any."""

    code: str
    parent: BaseGeometry
    lnglat: Floats
    today: npt.NDArray[np.int64] | None = None
    barriers: Barriers | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ParentPlan:
    """What came of it: ``grid_of`` (m,) the grid of every household and ``grids`` their polygons,
    or ``refusal`` with the code and parameters of why not."""

    code: str
    proposal: Proposal | None
    grid_of: npt.NDArray[np.int64]
    grids: Geometries
    refusal: InvalidInput | None


def redraw_parent(task: ParentTask, rule: SizeRule, goal: Goal, seed: int = 1) -> ParentPlan:
    """Atoms, proposal and polygons of one parent; refusals are part of the answer."""
    nothing = np.empty(0, dtype=object)
    try:
        lines = None if task.barriers is None else task.barriers.lines
        atoms = make_atoms(task.parent, task.lnglat, lines)
        graph = make_graph(atoms.weights, find_borders(atoms.geoms, task.barriers), atoms.centres_m)
        require_feasible(graph, rule)
        today = None if task.today is None else find_today(atoms, task.today)
        plan = propose(graph, rule, goal, seed=seed, today=today)
    except InvalidInput as refusal:
        return ParentPlan(task.code, None, np.empty(0, np.int64), nothing, refusal)
    grids = keep_needed_vertices(derive_grids(atoms.geoms, plan.label, plan.groups), task.parent)
    return ParentPlan(task.code, plan, np.asarray(plan.label)[atoms.atom_of], grids, None)


def find_today(atoms: Atoms, today: npt.NDArray[np.int64]) -> list[int]:
    """Today's grid of each atom: that of most of its households, ties to the lower number."""
    order = np.lexsort((today, atoms.atom_of))
    pairs, counts = np.unique(
        np.column_stack([atoms.atom_of[order], today[order]]), axis=0, return_counts=True
    )
    best = np.full(len(atoms.geoms), -1, np.int64)
    most = np.zeros(len(atoms.geoms), np.int64)
    for (atom, grid), count in zip(pairs.tolist(), counts.tolist(), strict=True):
        if count > most[atom]:
            best[atom], most[atom] = grid, count
    return [int(grid) for grid in best]


def redraw_parents(
    tasks: Sequence[ParentTask],
    rule: SizeRule,
    goal: Goal,
    *,
    seed: int = 1,
    workers: int = 1,
    on_done: Callable[[int], bool] | None = None,
) -> Iterator[ParentPlan]:
    """Plans in the order of the tasks, whatever the number of workers.

    ``on_done`` hears how many are done and may answer False: then no further parent is begun and
    the iteration ends.  Workers are processes of their own (forkserver), 16 parents a parcel.
    """
    done = 0
    parcels = _parcel(tasks)
    for plans in _run(parcels, rule, goal, seed, workers):
        for plan in plans:
            done += 1
            yield plan
        if on_done is not None and not on_done(done):
            return


def _parcel(tasks: Sequence[ParentTask], size: int = 16) -> Iterator[list[ParentTask]]:
    waiting = iter(tasks)
    while parcel := list(islice(waiting, size)):
        yield parcel


def _run(
    parcels: Iterable[list[ParentTask]], rule: SizeRule, goal: Goal, seed: int, workers: int
) -> Iterator[list[ParentPlan]]:
    if workers < 2:
        for parcel in parcels:
            yield _redraw_parcel(parcel, rule, goal, seed)
        return
    with ProcessPoolExecutor(workers, get_context("forkserver")) as pool:
        waiting: list[Future[list[ParentPlan]]] = []
        try:
            for parcel in parcels:
                waiting.append(pool.submit(_redraw_parcel, parcel, rule, goal, seed))
                if len(waiting) > 2 * workers:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def _redraw_parcel(
    parcel: list[ParentTask], rule: SizeRule, goal: Goal, seed: int
) -> list[ParentPlan]:
    return [redraw_parent(task, rule, goal, seed) for task in parcel]


def count_out_of_bounds(plans: Iterable[ParentPlan], rule: SizeRule) -> int:
    """Grids of plans that are out of bounds."""
    return sum(
        not rule.low <= weight <= rule.high
        for plan in plans
        if plan.proposal is not None
        for weight in plan.proposal.weight
    )
