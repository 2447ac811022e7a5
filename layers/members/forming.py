"""Propose party groups (党小组) from micro grids: inside one branch, contiguous, balanced.

The number of groups is shared out among the branches by members (D'Hondt), each branch is cut by
METIS recursive bisection, and every cut is repaired and polished (see ``forming_repair``): k-way
METIS alone left 9 of 67 groups empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pymetis
from scipy.optimize import linear_sum_assignment

from grid_boundaries.errors import InvalidInput
from layers.members.forming_repair import Branch, polish, repair
from layers.members.ground import Adjacency, Ground, Ints, list_parts

NOBODY = -1
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    ``today`` (n,) numbers today's group of each cell, −1 for none.  Groups in ``locked`` stay as
    they are.  ``keep`` starts from today's groups, where their number is the one asked for, and
    changes only what brings groups up to ``min_members``.  The same wish on the same ground gives
    the same plan.
    """

    groups: int
    min_members: int = 3
    seed: int = 1
    keep: bool = False
    today: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    locked: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class GroupPlan:
    """``group`` (n,) numbers the groups 0 … ``groups`` − 1, none empty, none in two branches.

    ``today_of[g]`` is today's group that g continues, −1 for a new one.  ``small`` lists groups
    with fewer members than asked for, ``apart`` those that no border joins.
    """

    group: Ints
    today_of: Ints
    small: tuple[int, ...]
    apart: tuple[int, ...]


def form_groups(ground: Ground, wish: Wish) -> GroupPlan:
    """A plan for the wish; deterministic.

    Raises InvalidInput ``forming.count`` when so many groups cannot each have a micro grid of one
    branch, and ``forming.locked_over_branches`` when a locked group lies in two branches.
    """
    today = wish.today if len(wish.today) else np.full(len(ground), NOBODY, np.int64)
    locked = _require_locks(ground, today, wish.locked)
    free = np.flatnonzero(~np.isin(today, locked))
    counts = share_out(ground, free, wish, today, len(locked))
    group = np.full(len(ground), NOBODY, np.int64)
    for number, old in enumerate(locked):
        group[today == old] = number
    made = len(locked)
    for branch, count in counts.items():
        cells = free[ground.branch[free] == branch]
        group[cells] = made + _cut_branch(ground, cells, count, wish, today[cells])
        made += count
    return _describe(ground, group, today, made, wish.min_members)


def _require_locks(ground: Ground, today: Ints, locked: frozenset[int]) -> list[int]:
    known = [old for old in sorted(locked) if (today == old).any()]
    for old in known:
        if len(np.unique(ground.branch[today == old])) > 1:
            raise InvalidInput("forming.locked_over_branches", group=old)
    return known


def share_out(ground: Ground, free: Ints, wish: Wish, today: Ints, locked: int) -> dict[int, int]:
    """Groups by branch for the cells that are free, at least one each, at most one per cell.

    D'Hondt's rule: the next group goes where members per group stay highest, then cells per
    group; ties to the lower branch number.  It makes the smallest average as large as can be.
    """
    branches, cells = np.unique(ground.branch[free], return_counts=True)
    low, high = len(branches) + locked, len(free) + locked
    if not low <= wish.groups <= high or wish.groups < 1:
        raise InvalidInput("forming.count", groups=wish.groups, low=low, high=high)
    if wish.keep:
        kept = {
            int(b): len(set(today[free][ground.branch[free] == b].tolist()) - {NOBODY})
            for b in branches
        }
        if all(kept.values()) and sum(kept.values()) + locked == wish.groups:
            return kept
    members = np.array([ground.members[free][ground.branch[free] == b].sum() for b in branches])
    counts = np.ones(len(branches), np.int64)
    for _ in range(wish.groups - low):
        best = max(
            np.flatnonzero(counts < cells).tolist(),
            key=lambda i: (members[i] / (counts[i] + 1), cells[i] / (counts[i] + 1), -i),
        )
        counts[best] += 1
    return dict(zip(branches.tolist(), counts.tolist(), strict=True))


def _cut_branch(ground: Ground, cells: Ints, count: int, wish: Wish, today: Ints) -> Ints:
    """Groups 0 … count − 1 for the cells of one branch: the best of a few cuts."""
    branch = _make_branch(ground, cells)
    if wish.keep and (today != NOBODY).all() and len(set(today.tolist())) == count:
        numbered = np.unique(today, return_inverse=True)[1].tolist()
        branch = replace(branch, today=numbered)
        starts = [numbered]
    else:
        starts = [_cut_by_metis(branch, count, wish.seed + turn) for turn in range(_TRIES)]
    plans = [
        polish(branch, repair(branch, start, count), count, wish.min_members) for start in starts
    ]
    return np.array(min(plans)[1], dtype=np.int64)


def _make_branch(ground: Ground, cells: Ints) -> Branch:
    """The cells of one branch, numbered anew; parts that no border joins get a bridge each."""
    number = {int(cell): i for i, cell in enumerate(cells)}
    near: Adjacency = tuple(
        {number[b]: length for b, length in ground.neighbours[cell].items() if b in number}
        for cell in cells.tolist()
    )
    xy = ground.xy_m[cells]
    parts = [sorted(part) for part in list_parts(range(len(cells)), near)]
    joined = parts[0] if parts else []
    waiting = parts[1:]
    while waiting:
        gaps = [(*_nearest(xy, joined, part), turn) for turn, part in enumerate(waiting)]
        _, a, b, turn = min(gaps)
        near[a][b] = near[b][a] = 0.0
        joined = joined + waiting.pop(turn)
    return Branch(ground.members[cells].tolist(), near)


def _nearest(xy: np.ndarray, one: list[int], other: list[int]) -> tuple[float, int, int]:
    gaps = np.linalg.norm(xy[one][:, None] - xy[other][None], axis=2)
    i, j = np.unravel_index(int(gaps.argmin()), gaps.shape)
    return float(gaps[i, j]), one[int(i)], other[int(j)]


def _cut_by_metis(branch: Branch, count: int, seed: int) -> list[int]:
    if count == 1:
        return [0] * len(branch.members)
    starts, ends, weights = [0], [], []
    for near in branch.neighbours:
        for cell, border_m in sorted(near.items()):
            ends.append(cell)
            weights.append(max(1, round(border_m)))
        starts.append(len(ends))
    # One more than ten times the members: a micro grid without a member weighs something too.
    _, parts = pymetis.part_graph(
        count, pymetis.CSRAdjacency(starts, ends), eweights=weights,
        vweights=[10 * m + 1 for m in branch.members], recursive=True,
        options=pymetis.Options(seed=seed),
    )  # fmt: skip
    return list(parts)


def _describe(ground: Ground, group: Ints, today: Ints, groups: int, min_members: int) -> GroupPlan:
    order = _order_west_to_east(ground, group, groups)
    group = order[group]
    members = np.bincount(group, weights=ground.members, minlength=groups)
    parts = [
        list_parts(np.flatnonzero(group == g).tolist(), ground.neighbours) for g in range(groups)
    ]
    return GroupPlan(
        group,
        match_groups(ground, group, today, groups),
        tuple(np.flatnonzero(members < min_members).tolist()),
        tuple(g for g in range(groups) if len(parts[g]) > 1),
    )


def _order_west_to_east(ground: Ground, group: Ints, groups: int) -> Ints:
    """New number of each group: by branch, then by the westernmost centre."""
    branch = np.zeros(groups, np.int64)
    branch[group] = ground.branch
    west = np.full(groups, np.inf)
    np.minimum.at(west, group, ground.xy_m[:, 0])
    order = np.empty(groups, np.int64)
    order[np.lexsort((west, branch))] = np.arange(groups)
    return order


def match_groups(ground: Ground, group: Ints, today: Ints, groups: int) -> Ints:
    """Today's group that each group continues: most members, then most cells, in common.

    One to one inside the branch, by the assignment problem; −1 where nothing is in common.
    """
    known = sorted(set(today.tolist()) - {NOBODY})
    column = {old: i for i, old in enumerate(known)}
    common = np.zeros((groups, len(known)))
    for g, old, members in zip(
        group.tolist(), today.tolist(), ground.members.tolist(), strict=True
    ):
        if old != NOBODY:
            common[g, column[old]] += members * (len(ground) + 1) + 1
    found = np.full(groups, NOBODY, np.int64)
    for g, i in zip(*linear_sum_assignment(common, maximize=True), strict=True):
        if common[g, i] > 0:
            found[g] = known[i]
    return found
