"""Proposals on the ground of a draft: locked grids left alone, units that must stay whole kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.draft import Change, Draft, Ground, plan_adopt
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import AtomGraph, join_parts
from grid_boundaries.redraw.lineage import match_groups
from grid_boundaries.redraw.propose import Goal, Proposal, propose, require_feasible


@dataclass(frozen=True, slots=True)
class Alternative:
    """A proposal as a change of the draft; ``change`` None when the draft is like that already.

    ``churn`` are the households that are in another grid than ``today`` says.
    """

    goal: Goal
    proposal: Proposal
    change: Change | None
    churn: int


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What can be cut: free atoms, or units of them, with their graph; ``atoms`` of each node."""

    graph: AtomGraph
    atoms: list[list[int]]


def plan_alternative(
    draft: Draft,
    ground: Ground,
    today: Sequence[int],
    rule: SizeRule,
    goal: Goal,
    *,
    seed: int,
    from_scratch: bool = False,
    units: Sequence[int] | None = None,
) -> Alternative:
    """One proposal for the atoms whose grids are not locked; same input, same answer.

    ``today`` is today's grid of each atom (−1 for none): stability begins from it unless
    ``from_scratch``.  New grids go on as the grid of ``today`` with which they have most households
    in common.  ``units`` (−1 for none) are groups of atoms that stay whole as far as they hang
    together.

    Raises InvalidInput ``redraw.infeasible``, ``redraw.nothing_to_do`` (all locked).
    """
    task = make_task(draft, ground, units)
    if not task.atoms:
        raise InvalidInput("redraw.nothing_to_do")
    require_feasible(task.graph, rule)
    known = [_main_of(atoms, today, ground) for atoms in task.atoms]
    warm = goal == "stability" and not from_scratch and any(n >= 0 for n in known)
    proposal = propose(task.graph, rule, goal, seed=seed, today=known if warm else None)
    label = list(draft.grid)
    group_of: list[int] = [-1] * len(label)
    for atoms, group in zip(task.atoms, proposal.label, strict=True):
        for atom in atoms:
            group_of[atom] = group
    free = [atom for atom, group in enumerate(group_of) if group >= 0]
    numbers = match_groups(
        [group_of[a] for a in free],
        [today[a] if today[a] not in draft.locked else -1 for a in free],
        [ground.graph.weights[a] for a in free],
    )
    # a locked atom names a group that nobody has: plan_adopt leaves it where it is
    try:
        change = plan_adopt(draft, [max(group, 0) for group in group_of], numbers)
    except InvalidInput:
        change = None
    moves = {} if change is None else {atom: to for atom, _, to in change.moves}
    churn = sum(
        weight
        for atom, (weight, then) in enumerate(zip(ground.graph.weights, today, strict=True))
        if then >= 0 and moves.get(atom, draft.grid[atom]) != then
    )
    return Alternative(goal, proposal, change, churn)


def make_task(draft: Draft, ground: Ground, units: Sequence[int] | None) -> Task:
    """The graph of what may move: units as one node each, parts of the ground joined."""
    free = [atom for atom, grid in enumerate(draft.grid) if grid not in draft.locked]
    nodes = [[atom] for atom in free]
    if units is not None:
        by_unit: dict[int, list[int]] = {}
        for atom in free:
            if units[atom] >= 0:
                by_unit.setdefault(units[atom], []).append(atom)
        nodes = [[atom] for atom in free if units[atom] < 0]
        for _, atoms in sorted(by_unit.items()):
            nodes.extend(ground.graph.split_parts(atoms))
    number = {atom: node for node, atoms in enumerate(nodes) for atom in atoms}
    near: list[dict[int, float]] = [{} for _ in nodes]
    for atom, node in number.items():
        for other, length in ground.graph.near[atom]:
            to = number.get(other)
            if to is not None and to != node:
                near[node][to] = near[node].get(to, 0.0) + length
    weights = [sum(ground.graph.weights[a] for a in atoms) for atoms in nodes]
    centres: npt.NDArray[np.float64] = np.array(
        [ground.sites[atoms].mean(axis=0) for atoms in nodes]
    ).reshape(-1, 2)
    return Task(join_parts(weights, near, centres), nodes)


def _main_of(atoms: Sequence[int], today: Sequence[int], ground: Ground) -> int:
    held: dict[int, int] = {}
    for atom in atoms:
        held[today[atom]] = held.get(today[atom], 0) + ground.graph.weights[atom]
    return max(held, key=lambda grid: (held[grid], -grid))
