"""All cuts of a few atoms gone through in order: finds a lawful one, or proves there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import AtomGraph

MOST_STEPS: Final = 500_000
"""Pieces looked at, and atoms walked over to see whether a rest can be shared out."""
_MOST_GROUPS: Final = 200  # each is a call within the last


class UndecidedError(Exception):
    """Too many cuts to go through."""


def cut_exactly(
    graph: AtomGraph, rule: SizeRule, groups: int, *, most_steps: int = MOST_STEPS
) -> list[int] | None:
    """Groups 0 … groups − 1 of the atoms, each in one piece and within the rule; None when no cut
    is, which is then proven.  The first in a fixed order: same input, same answer.

    The lowest atom left is in some group, so each connected piece around it is tried as that
    group, and the rest is cut likewise as long as each of its parts can still make whole groups.

    Raises UndecidedError after ``most_steps`` steps, and at once for more than 200 groups.
    """
    if groups > _MOST_GROUPS:
        raise UndecidedError
    search = _Search(graph, rule, most_steps)
    pieces = search.cut((1 << len(graph)) - 1, groups)
    if pieces is None:
        return None
    label = [0] * len(graph)
    for group, piece in enumerate(pieces):
        for atom in _list_bits(piece):
            label[atom] = group
    return label


class _Search:
    """Sets of atoms are the bits of an integer; what could not be cut is remembered."""

    def __init__(self, graph: AtomGraph, rule: SizeRule, most_steps: int) -> None:
        self.weights, self.rule = graph.weights, rule
        self.near = [sum(1 << other for other in {o for o, _ in row}) for row in graph.near]
        self.left = most_steps
        self.hopeless: set[tuple[int, int]] = set()

    def cut(self, atoms: int, groups: int) -> list[int] | None:
        """The pieces of a lawful cut of ``atoms`` into ``groups``."""
        if groups == 0:
            return [] if not atoms else None
        if (atoms, groups) in self.hopeless:
            return None
        for piece in self._list_pieces(atoms):
            rest = atoms & ~piece
            if self._may_be_shared(rest, groups - 1):
                found = self.cut(rest, groups - 1)
                if found is not None:
                    return [piece, *found]
        self.hopeless.add((atoms, groups))
        return None

    def _list_pieces(self, atoms: int) -> Iterator[int]:
        """Connected pieces of lawful weight that hold the lowest atom.

        Each set is met once: an atom that was refused on a branch is not taken further down it.
        """
        lowest = atoms & -atoms
        start = lowest.bit_length() - 1
        stack = [(lowest, self.near[start] & atoms & ~lowest, lowest, self.weights[start])]
        while stack:
            piece, edge, refused, weight = stack.pop()
            self._spend(1)
            if self.rule.low <= weight <= self.rule.high:
                yield piece
            while edge:
                bit = edge & -edge
                edge &= ~bit
                refused |= bit
                atom = bit.bit_length() - 1
                heavier = weight + self.weights[atom]
                if heavier <= self.rule.high:
                    around = (edge | self.near[atom]) & atoms & ~refused & ~piece
                    stack.append((piece | bit, around, refused, heavier))

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise UndecidedError

    def _may_be_shared(self, atoms: int, groups: int) -> bool:
        """Whether the parts of what is left can make ``groups`` groups by their households."""
        self._spend(atoms.bit_count())
        fewest = most = 0
        while atoms:
            part = self._spread(atoms & -atoms, atoms)
            atoms &= ~part
            total = sum(self.weights[a] for a in _list_bits(part))
            least, largest = -(-total // self.rule.high), total // self.rule.low
            if least > largest:
                return False
            fewest, most = fewest + least, most + largest
        return fewest <= groups <= most

    def _spread(self, part: int, atoms: int) -> int:
        """All of ``atoms`` that hang together with ``part``."""
        fresh = part
        while fresh:
            reached = 0
            for atom in _list_bits(fresh):
                reached |= self.near[atom]
            fresh = reached & atoms & ~part
            part |= fresh
        return part


def _list_bits(atoms: int) -> Iterator[int]:
    while atoms:
        bit = atoms & -atoms
        yield bit.bit_length() - 1
        atoms &= ~bit
