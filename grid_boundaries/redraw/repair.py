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
    is room, as long as fewer households are out of bounds afterwards.

    Groups stay in one piece.  Ends when all are within bounds or no chain helps.
    """
    for _ in range(_MOST_ROUNDS):
        beyond = count_beyond(cut, rule)
        if not beyond or not _shift_once(cut, rule, beyond):
            return


def _shift_once(cut: Cut, rule: SizeRule, beyond: int) -> bool:
    touching = _find_touching(cut)
    for group in _list_worst_first(cut, rule):
        out = cut.weight[group] > rule.high
        for chain in _list_chains(cut, rule, touching, group, out=out):
            steps = chain if out else chain[::-1]
            done = _push(cut, steps)
            if done and count_beyond(cut, rule) < beyond:
                return True
            for atom, back in reversed(done):
                cut.move(atom, back)
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


def _push(cut: Cut, chain: list[int]) -> list[tuple[int, int]]:
    """Move one atom from each group of the chain to the next, the last first; [] if none can."""
    done: list[tuple[int, int]] = []
    for giver, taker in reversed(list(pairwise(chain))):
        atom = _find_cheapest(cut, giver, taker)
        if atom is None:
            for moved, back in reversed(done):
                cut.move(moved, back)
            return []
        cut.move(atom, taker)
        done.append((atom, giver))
    return done


def _find_cheapest(cut: Cut, giver: int, taker: int) -> int | None:
    """The atom whose change makes the border shortest; ties to the lowest atom."""
    offers = []
    for atom in cut.list_atoms(giver):
        if not cut.graph.weights[atom]:
            continue
        met = cut.border_by_group(atom)
        if taker in met:
            offers.append((met.get(giver, 0.0) - met[taker], atom))
    for _, atom in sorted(offers):
        if cut.can_leave(atom):
            return atom
    return None
