"""Make a cut whole and even: every group one piece, none empty, members balanced.

One branch at a time; its graph is connected (bridges join parts that share no border), so every
number of groups from 1 to the number of cells can be had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layers.members.ground import Adjacency, list_parts

Cost = tuple[int, int, int, float]


@dataclass(frozen=True, slots=True)
class Branch:
    """Members of each micro grid, and its neighbours with the length of the border in metres.

    ``today`` are groups that should not be changed without need.
    """

    members: list[int]
    neighbours: Adjacency
    today: list[int] | None = None


def repair(branch: Branch, start: list[int], count: int) -> list[int]:
    """The cut with each group in one piece and none empty; groups 0 … count − 1."""
    group = list(start)
    cells = [{c for c, g in enumerate(group) if g == number} for number in range(count)]
    loose = _keep_largest_parts(branch, cells)
    while loose:
        # The graph is connected, so something loose always touches a group.
        cell, number = min(
            (sum(branch.members[c] for c in cells[g]), cell, g)
            for cell in sorted(loose)
            for near in branch.neighbours[cell]
            if (g := _owner(cells, near)) is not None
        )[1:]
        cells[number].add(cell)
        loose.discard(cell)
    for number in range(count):
        if not cells[number]:
            donor = max(range(count), key=lambda g: (*_size(branch, cells[g]), -g))
            given = _split_off(branch, cells[donor])
            cells[donor] -= given
            cells[number] = given
    for number, own in enumerate(cells):
        for cell in own:
            group[cell] = number
    return group


def _keep_largest_parts(branch: Branch, cells: list[set[int]]) -> set[int]:
    """Cut each group down to its largest part; what was cut off."""
    loose: set[int] = set()
    for number, own in enumerate(cells):
        parts = list_parts(own, branch.neighbours)
        if len(parts) > 1:
            best = max(parts, key=lambda part: (*_size(branch, part), -min(part)))
            loose |= own - best
            cells[number] = best
    if not any(cells):
        cells[0], loose = {min(loose)}, loose - {min(loose)}
    return loose


def _owner(cells: list[set[int]], cell: int) -> int | None:
    return next((g for g, own in enumerate(cells) if cell in own), None)


def _size(branch: Branch, cells: set[int]) -> tuple[bool, int, int]:
    """For the choice of a donor: one that can give, most members, most cells."""
    return (len(cells) > 1, sum(branch.members[c] for c in cells), len(cells))


def _split_off(branch: Branch, cells: set[int]) -> set[int]:
    """One of two connected halves whose members differ least, along a spanning tree."""
    root = min(cells)
    parent, order = {root: root}, [root]
    for cell in order:
        for near in sorted(branch.neighbours[cell].keys() & cells):
            if near not in parent:
                parent[near] = cell
                order.append(near)
    below = {cell: {cell} for cell in cells}
    for cell in reversed(order[1:]):
        below[parent[cell]] |= below[cell]
    total = sum(branch.members[c] for c in cells)
    return below[
        min(
            order[1:],
            key=lambda c: (
                abs(total - 2 * sum(branch.members[i] for i in below[c])),
                abs(len(cells) - 2 * len(below[c])),
                c,
            ),
        )
    ]


def polish(
    branch: Branch, start: list[int], count: int, min_members: int
) -> tuple[Cost, list[int]]:
    """Move single cells and exchange pairs across borders while that makes the plan better.

    Better is, in this order: fewer members missing to ``min_members``, fewer micro grids away from
    today's group where today counts, members more even (sum of squares), shorter borders between
    groups.  Pieces stay whole and none becomes empty.
    """
    group = list(start)
    cost = get_cost(branch, group, count, min_members)
    while True:
        best = min(
            ((get_cost(branch, next_group, count, min_members), next_group)
             for next_group in _list_steps(branch, group, count)),
            default=(cost, group),
        )  # fmt: skip
        if best[0] >= cost:
            return cost, group
        cost, group = best


def get_cost(branch: Branch, group: list[int], count: int, min_members: int) -> Cost:
    """Members missing, micro grids moved, sum of squares of members, metres of border (to 1 cm)."""
    members = [0] * count
    border_m = 0.0
    for cell, own in enumerate(group):
        members[own] += branch.members[cell]
        border_m += sum(
            length
            for near, length in branch.neighbours[cell].items()
            if near > cell and group[near] != own
        )
    missing = sum(max(0, min_members - m) for m in members)
    moved = 0 if branch.today is None else sum(map(int.__ne__, branch.today, group))
    return missing, moved, sum(m * m for m in members), round(border_m, 2)


def _list_steps(branch: Branch, group: list[int], count: int) -> Iterator[list[int]]:
    """Plans one step away: a cell given to a neighbouring group, or two cells exchanged."""
    cells = [{c for c, g in enumerate(group) if g == number} for number in range(count)]
    can_leave = [
        len(cells[g]) > 1 and _is_whole(branch, cells[g] - {c}) for c, g in enumerate(group)
    ]
    for cell, own in enumerate(group):
        targets = sorted({group[near] for near in branch.neighbours[cell]} - {own})
        for target in targets:
            if can_leave[cell]:
                moved = list(group)
                moved[cell] = target
                yield moved
            for back in sorted(cells[target]):
                if back > cell and own in {group[n] for n in branch.neighbours[back]}:
                    mine = cells[own] - {cell} | {back}
                    theirs = cells[target] - {back} | {cell}
                    if _is_whole(branch, mine) and _is_whole(branch, theirs):
                        swapped = list(group)
                        swapped[cell], swapped[back] = target, own
                        yield swapped


def _is_whole(branch: Branch, cells: set[int]) -> bool:
    start = next(iter(cells))
    seen, waiting = {start}, [start]
    while waiting:
        reached = (branch.neighbours[waiting.pop()].keys() & cells) - seen
        seen |= reached
        waiting.extend(reached)
    return len(seen) == len(cells)
