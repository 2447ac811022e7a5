"""Make a cut lawful: every group one piece, none empty, all within bounds where that can be had."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise

from grid_boundaries.redraw.cut import Cut
from grid_boundaries.redraw.feasible import SizeRule

_MOST_ROUNDS = 400


def count_beyond(cut: Cut, rule: SizeRule) -> int:
    """Households by which groups are above or below the rule, together."""
    return sum(max(w - rule.high, 0) + max(rule.low - w, 0) for w in cut.weight)


def join_pieces(cut: Cut) -> None:
    """Leave each group its heaviest piece; the others go to the lightest group that they touch.

    The graph is connected, so every piece touches a group.  An empty group gets half of the
    heaviest group with two atoms or more.
    """
    graph = cut.graph
    for group in range(len(cut.weight)):
        pieces = graph.split_parts(cut.list_atoms(group))
        pieces.sort(key=lambda piece: (-sum(graph.weights[a] for a in piece), piece[0]))
        for piece in pieces[1:]:
            around = {cut.label[b] for a in piece for b, _ in graph.near[a]} - {group}
            if around:
                to = min(around, key=lambda g: (cut.weight[g], g))
                for atom in piece:
                    cut.move(atom, to)
    while 0 in cut.count:
        group = cut.count.index(0)
        donor = max(range(len(cut.count)), key=lambda g: (cut.count[g] > 1, cut.weight[g], -g))
        for atom in _find_half(cut, donor):
            cut.move(atom, group)


def _find_half(cut: Cut, group: int) -> list[int]:
    """One of two connected halves of about equal weight, along a spanning tree."""
    graph, atoms = cut.graph, cut.list_atoms(group)
    inside, parent, order = set(atoms), {atoms[0]: atoms[0]}, [atoms[0]]
    for atom in order:
        for other, _ in graph.near[atom]:
            if other in inside and other not in parent:
                parent[other] = atom
                order.append(other)
    below = {atom: graph.weights[atom] for atom in order}
    for atom in reversed(order[1:]):
        below[parent[atom]] += below[atom]
    total = below[order[0]]
    top = min(order[1:], key=lambda a: (abs(total - 2 * below[a]), a))
    half = {top}
    for atom in order:
        if parent[atom] in half and atom != order[0]:
            half.add(atom)
    return sorted(half)


def shift_into_bounds(cut: Cut, rule: SizeRule) -> None:
    """Move atoms along chains of neighbouring groups from where there are too many to where there
    is room, or exchange two, as long as fewer households are out of bounds afterwards.

    Groups stay in one piece.  Ends when all are within bounds or nothing helps.
    """
    for _ in range(_MOST_ROUNDS):
        beyond = count_beyond(cut, rule)
        if not beyond:
            return
        if not _shift_once(cut, rule, beyond) and not _trade_once(cut, rule, beyond):
            return


def _shift_once(cut: Cut, rule: SizeRule, beyond: int) -> bool:
    touching = _find_touching(cut)
    for group in _list_worst_first(cut, rule):
        out = cut.weight[group] > rule.high
        for chain in _list_chains(cut, rule, touching, group, out=out):
            steps = chain if out else chain[::-1]
            for lightest in (False, True):
                done = _push(cut, steps, lightest=lightest)
                if done and count_beyond(cut, rule) < beyond:
                    return True
                for atom, back in reversed(done):
                    cut.move(atom, back)
    return False


def _trade_once(cut: Cut, rule: SizeRule, beyond: int) -> bool:
    """Exchange two atoms of different weight between a group out of bounds and a neighbour."""
    weights = cut.graph.weights
    touching = _find_touching(cut)
    for group in _list_worst_first(cut, rule):
        for other in touching[group]:
            given, taken = _list_facing(cut, group, other), _list_facing(cut, other, group)
            for a, b in ((a, b) for a in given for b in taken if weights[a] != weights[b]):
                if exchange(cut, a, b):
                    if count_beyond(cut, rule) < beyond:
                        return True
                    cut.move(a, group)
                    cut.move(b, other)
    return False


def _list_facing(cut: Cut, group: int, other: int) -> list[int]:
    return [
        atom
        for atom in cut.list_atoms(group)
        if any(cut.label[near] == other for near, _ in cut.graph.near[atom])
    ]


def exchange(cut: Cut, a: int, b: int) -> bool:
    """Let two atoms change groups if both groups stay whole; otherwise nothing happens."""
    own, other = cut.label[a], cut.label[b]
    if not cut.can_leave(a):
        return False
    cut.move(a, other)
    if cut.can_leave(b):
        cut.move(b, own)
        # each must touch its new group in another atom than the one it changed with
        if cut.touches_own(a) and cut.touches_own(b):
            return True
        cut.move(b, other)
    cut.move(a, own)
    return False


def _list_worst_first(cut: Cut, rule: SizeRule) -> list[int]:
    off = [max(w - rule.high, rule.low - w) for w in cut.weight]
    return sorted((g for g, o in enumerate(off) if o > 0), key=lambda g: (-off[g], g))


def _find_touching(cut: Cut) -> list[list[int]]:
    label = cut.label
    met: list[set[int]] = [set() for _ in cut.weight]
    for atom, row in enumerate(cut.graph.near):
        own = label[atom]
        for other, _ in row:
            if label[other] != own:
                met[own].add(label[other])
    return [sorted(row) for row in met]


def _list_chains(
    cut: Cut, rule: SizeRule, touching: list[list[int]], start: int, *, out: bool
) -> Iterator[list[int]]:
    """Shortest chains of groups from ``start`` to each group with room (or something to spare)."""
    before = {start: start}
    queue = deque([start])
    while queue:
        group = queue.popleft()
        for other in touching[group]:
            if other in before:
                continue
            before[other] = group
            queue.append(other)
            spare = rule.high - cut.weight[other] if out else cut.weight[other] - rule.low
            if spare > 0:
                chain = [other]
                while chain[-1] != start:
                    chain.append(before[chain[-1]])
                yield chain[::-1]


def _push(cut: Cut, chain: list[int], *, lightest: bool) -> list[tuple[int, int]]:
    """Move one atom from each group of the chain to the next, the last first; [] if none can."""
    done: list[tuple[int, int]] = []
    for giver, taker in reversed(list(pairwise(chain))):
        atom = _find_movable(cut, giver, taker, lightest=lightest)
        if atom is None:
            for moved, back in reversed(done):
                cut.move(moved, back)
            return []
        cut.move(atom, taker)
        done.append((atom, giver))
    return done


def _find_movable(cut: Cut, giver: int, taker: int, *, lightest: bool) -> int | None:
    """The atom whose change makes the border shortest, or the lightest; ties to the lowest atom."""
    offers = []
    for atom in cut.list_atoms(giver):
        weight = cut.graph.weights[atom]
        if not weight:
            continue
        met = cut.border_by_group(atom)
        if taker in met:
            offers.append((weight if lightest else 0, met.get(giver, 0.0) - met[taker], atom))
    return next((atom for *_, atom in sorted(offers) if cut.can_leave(atom)), None)
