"""A plan of groups beside today's: what a leader asks before agreeing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.members.forming import NOBODY, GroupPlan
from layers.members.ground import Ground, Ints, list_parts


@dataclass(frozen=True, slots=True)
class Figures:
    """One set of groups in numbers; ``small`` have fewer members than asked for."""

    groups: int
    members_least: int
    members_most: int
    small: int
    apart: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Today and the plan; moved are those whose group would be another one."""

    today: Figures
    plan: Figures
    unchanged: int
    changed: int
    new: int
    ended: int
    moved_cells: int
    moved_members: int


def compare_groups(
    ground: Ground, today: Ints, plan: GroupPlan, min_members: int = 3
) -> Comparison:
    """Count what changes; ``today`` as in ``Wish``, matched as the plan says."""
    continued = plan.today_of[plan.group]
    moved = continued != today
    known = set(today.tolist()) - {NOBODY}
    old_of = dict(enumerate(plan.today_of.tolist()))
    kept = [g for g, old in old_of.items() if old != NOBODY]
    unchanged = sum(np.array_equal(plan.group == g, today == old_of[g]) for g in kept)
    return Comparison(
        today=_count(ground, today, min_members),
        plan=_count(ground, plan.group, min_members),
        unchanged=unchanged,
        changed=len(kept) - unchanged,
        new=len(old_of) - len(kept),
        ended=len(known - set(plan.today_of.tolist())),
        moved_cells=int(moved.sum()),
        moved_members=int(ground.members[moved].sum()),
    )


def _count(ground: Ground, group: Ints, min_members: int) -> Figures:
    numbers = np.unique(group[group != NOBODY])
    members = [int(ground.members[group == g].sum()) for g in numbers]
    parts = (list_parts(np.flatnonzero(group == g).tolist(), ground.neighbours) for g in numbers)
    return Figures(
        groups=len(numbers),
        members_least=min(members, default=0),
        members_most=max(members, default=0),
        small=sum(m < min_members for m in members),
        apart=sum(len(found) > 1 for found in parts),
    )
