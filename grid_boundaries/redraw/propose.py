"""A proposal: atoms into grids of a given size, contiguous and compact, or close to today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pymetis

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.cut import Cut
from grid_boundaries.redraw.exact import MOST_STEPS, UndecidedError, cut_exactly
from grid_boundaries.redraw.feasible import Feasibility, SizeRule, check_feasible
from grid_boundaries.redraw.graph import AtomGraph
from grid_boundaries.redraw.polish import shorten_borders
from grid_boundaries.redraw.repair import count_beyond, join_pieces, shift_into_bounds
from grid_boundaries.redraw.trees import cut_by_trees

Goal = Literal["balance", "compactness", "stability"]
GOALS: tuple[Goal, ...] = ("balance", "compactness", "stability")
# METIS hardly listens to its seed; how much of the room of the rule it may use makes other cuts.
_SLACKS = (0.4, 0.75, 1.0)
# Where none of them can be brought into bounds: others, until one can.
_LAST_SLACKS = (0.0, 0.15, 0.25, 0.55, 0.9, 1.2, 1.5)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``label[a]`` is the grid of atom a, 0 … ``groups`` − 1, each in one piece, none empty.

    ``beyond`` households are out of bounds (0 wherever the search found a lawful cut),
    ``border_m`` is the length of the borders between grids, ``moved`` the households that are in
    another grid than today's (0 without today's).
    """

    goal: Goal
    label: tuple[int, ...]
    weight: tuple[int, ...]
    beyond: int
    border_m: float
    moved: int

    @property
    def groups(self) -> int:
        return len(self.weight)


def propose(
    graph: AtomGraph,
    rule: SizeRule,
    goal: Goal,
    *,
    seed: int = 1,
    today: Sequence[int] | None = None,
) -> Proposal:
    """The best of a few cuts for the goal; the same input gives the same answer.

    ``balance`` makes grids alike in households, ``compactness`` shortens borders within the rule,
    ``stability`` starts from ``today`` (today's grid of each atom, −1 for none) and changes as
    little as brings all grids into the rule; without ``today`` it is ``compactness``.

    Raises InvalidInput ``redraw.infeasible`` (params ``total, low, high, fewest, most, reason``):
    at once where counting tells, with the reason ``buildings`` where every cut was gone through.
    """
    feasible = require_feasible(graph, rule)
    if goal == "stability" and today is not None and any(old >= 0 for old in today):
        return _from_today(graph, rule, today, seed)
    return _describe(_search(graph, rule, feasible, goal, seed), rule, goal, today)


def _search(graph: AtomGraph, rule: SizeRule, feasible: Feasibility, goal: Goal, seed: int) -> Cut:
    """The best of a few cuts into the first number of grids with which one is lawful."""
    best: Cut | None = None
    for groups in feasible.list_groups(graph.total, rule):
        tries = [_from_scratch(graph, rule, groups, goal, seed, slack) for slack in _SLACKS]
        for slack in _LAST_SLACKS:
            if any(not count_beyond(cut, rule) for cut in tries):
                break
            tries.append(_from_scratch(graph, rule, groups, goal, seed, slack))
        if all(count_beyond(cut, rule) for cut in tries):
            tries += _from_trees(graph, rule, groups, seed)
        found = min(tries, key=lambda cut: _cost(cut, rule, goal))
        if best is None or count_beyond(found, rule) < count_beyond(best, rule):
            best = found
        if not count_beyond(best, rule):
            return best
    assert best is not None
    return _search_all(graph, rule, feasible) or best


def _search_all(graph: AtomGraph, rule: SizeRule, feasible: Feasibility) -> Cut | None:
    """A lawful cut by going through all of them; None where they are too many.

    Raises InvalidInput ``redraw.infeasible`` where there is none: whole buildings do not add up.
    """
    undecided = False
    choices = feasible.list_groups(graph.total, rule)
    for groups in choices:
        try:
            label = cut_exactly(graph, rule, groups, most_steps=MOST_STEPS // len(choices))
        except UndecidedError:
            undecided = True
            continue
        if label is not None:
            cut = Cut(graph, label, groups)
            shorten_borders(cut, rule)
            return cut
    if undecided:
        return None
    raise _refuse(graph, rule, replace(feasible, reason="buildings"))


def _from_trees(graph: AtomGraph, rule: SizeRule, groups: int, seed: int) -> list[Cut]:
    label = cut_by_trees(graph, rule, groups, seed)
    if label is None:
        return []
    cut = Cut(graph, label, groups)
    shorten_borders(cut, rule)
    return [cut]


def require_feasible(graph: AtomGraph, rule: SizeRule) -> Feasibility:
    """Raises InvalidInput ``redraw.infeasible`` before anything is tried."""
    feasible = check_feasible(graph.total, rule, max(graph.weights, default=0))
    if not feasible.is_feasible:
        raise _refuse(graph, rule, feasible)
    return feasible


def _refuse(graph: AtomGraph, rule: SizeRule, feasible: Feasibility) -> InvalidInput:
    return InvalidInput(
        "redraw.infeasible", total=graph.total, low=rule.low, high=rule.high,
        fewest=feasible.fewest, most=feasible.most, reason=feasible.reason,
    )  # fmt: skip


def _from_scratch(
    graph: AtomGraph, rule: SizeRule, groups: int, goal: Goal, seed: int, slack: float
) -> Cut:
    room = rule.high * groups / max(graph.total, 1) - 1
    label = cut_by_metis(graph, groups, seed, imbalance=max(0.01, slack * room))
    cut = Cut(graph, label, groups)
    join_pieces(cut)
    shift_into_bounds(cut, rule)
    if goal == "balance":
        even = _tighten(rule, graph.total, groups)
        shift_into_bounds(cut, even)
        shorten_borders(cut, rule if count_beyond(cut, even) else even)
    else:
        shorten_borders(cut, rule)
    return cut


def _tighten(rule: SizeRule, total: int, groups: int) -> SizeRule:
    """The rule narrowed to within one household of the mean, and what the rule allows."""
    mean = total // groups
    return SizeRule(max(rule.low, min(mean, rule.high)), min(rule.high, max(mean + 1, rule.low)))


def _from_today(graph: AtomGraph, rule: SizeRule, today: Sequence[int], seed: int) -> Proposal:
    cut = _warm(graph, rule, today, seed)
    join_pieces(cut)
    home = list(cut.label)
    shift_into_bounds(cut, rule)
    shorten_borders(cut, rule, stay_m=float("inf"), home=home)
    if count_beyond(cut, rule) or (rule.groups not in (None, len(cut.weight))):
        feasible = check_feasible(graph.total, rule)
        cut = _search(graph, rule, feasible, "compactness", seed)
    return _describe(cut, rule, "stability", today)


def _warm(graph: AtomGraph, rule: SizeRule, today: Sequence[int], seed: int) -> Cut:
    """Today's grids; those that are twice too large are cut, those that are too small joined."""
    known = sorted({old for old in today if old >= 0})
    number = {old: i for i, old in enumerate(known)}
    label = [number.get(old, -1) for old in today]
    _adopt(graph, label)
    groups = len(known)
    cut = Cut(graph, label, groups)
    for group in range(groups):
        parts = -(-cut.weight[group] // rule.high)
        if parts > 1 and cut.weight[group] >= parts * rule.low:
            atoms = cut.list_atoms(group)
            for atom, part in zip(atoms, _cut_some(graph, atoms, parts, seed), strict=True):
                if part:
                    cut.label[atom] = groups + part - 1
            groups += parts - 1
    cut = Cut(graph, cut.label, groups)
    _join_small(cut, rule)
    used = sorted(set(cut.label))
    renumber = {group: i for i, group in enumerate(used)}
    return Cut(graph, [renumber[group] for group in cut.label], len(used))


def _adopt(graph: AtomGraph, label: list[int]) -> None:
    """Atoms without a grid go to the neighbour they share most border with, wave by wave."""
    waiting = [atom for atom, group in enumerate(label) if group < 0]
    while waiting:
        found = {}
        for atom in waiting:
            met: dict[int, float] = {}
            for other, length in graph.near[atom]:
                if label[other] >= 0:
                    met[label[other]] = met.get(label[other], 0.0) + length
            if met:
                found[atom] = max(met, key=lambda g: (met[g], -g))
        for atom, group in found.items():
            label[atom] = group
        waiting = [atom for atom in waiting if label[atom] < 0]


def _join_small(cut: Cut, rule: SizeRule) -> None:
    for group in sorted(range(len(cut.weight)), key=lambda g: (cut.weight[g], g)):
        if not 0 < cut.weight[group] < rule.low:
            continue
        around = {cut.label[b] for a in cut.list_atoms(group) for b, _ in cut.graph.near[a]} - {
            group
        }
        fits = [g for g in around if cut.weight[g] + cut.weight[group] <= rule.high]
        if fits:
            to = min(fits, key=lambda g: (cut.weight[g], g))
            for atom in cut.list_atoms(group):
                cut.move(atom, to)


def _cut_some(graph: AtomGraph, atoms: list[int], parts: int, seed: int) -> list[int]:
    number = {atom: i for i, atom in enumerate(atoms)}
    near = [[(number[b], length) for b, length in graph.near[a] if b in number] for a in atoms]
    return cut_by_metis(AtomGraph([graph.weights[a] for a in atoms], near), parts, seed)


def cut_by_metis(graph: AtomGraph, groups: int, seed: int, imbalance: float = 0.03) -> list[int]:
    """Groups 0 … groups − 1 by METIS (Karypis and Kumar 1998), borders in decimetres as weights.

    Groups are ``imbalance`` heavier than the mean at most, where METIS finds a way.  k-way for many
    groups; recursive bisection for few, where k-way leaves groups empty.
    """
    if groups == 1:
        return [0] * len(graph)
    starts, ends, lengths = [0], [], []
    for row in graph.near:
        for other, length in row:
            ends.append(other)
            lengths.append(max(1, round(length * 10)))
        starts.append(len(ends))
    _, label = pymetis.part_graph(
        groups, pymetis.CSRAdjacency(starts, ends), eweights=lengths,
        vweights=[max(1, 10 * w) for w in graph.weights],
        recursive=groups < 8,
        options=pymetis.Options(seed=seed, ufactor=max(1, round(1000 * imbalance))),
    )  # fmt: skip
    return list(label)


def _cost(cut: Cut, rule: SizeRule, goal: Goal) -> tuple[int, float, float]:
    spread = max(cut.weight) - min(cut.weight) if goal == "balance" else 0
    return (count_beyond(cut, rule), spread, cut.measure_border_m())


def _describe(cut: Cut, rule: SizeRule, goal: Goal, today: Sequence[int] | None) -> Proposal:
    return Proposal(
        goal, tuple(cut.label), tuple(cut.weight), count_beyond(cut, rule),
        cut.measure_border_m(), 0 if today is None else count_moved(cut, today),
    )  # fmt: skip


def count_moved(cut: Cut, today: Sequence[int]) -> int:
    """Households that are not where the most of today's grid are; each new grid continues the one
    old grid it holds most households of, one to one, largest first."""
    common: dict[tuple[int, int], int] = {}
    for new, old, weight in zip(cut.label, today, cut.graph.weights, strict=True):
        if old >= 0:
            common[new, old] = common.get((new, old), 0) + weight
    stayed, taken_new, taken_old = 0, set(), set()
    for (new, old), weight in sorted(common.items(), key=lambda item: (-item[1], item[0])):
        if new not in taken_new and old not in taken_old:
            taken_new.add(new)
            taken_old.add(old)
            stayed += weight
    return cut.graph.total - stayed
