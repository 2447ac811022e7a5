"""A cut of atoms into groups that knows its weights and borders while single atoms move."""

from __future__ import annotations

from collections.abc import Sequence

from grid_boundaries.redraw.graph import AtomGraph


class Cut:
    """Groups 0 … k − 1 over the atoms of a graph; changed in place by :meth:`move`.

    ``label[a]`` is the group of atom a, ``weight[g]`` and ``count[g]`` the households and atoms of
    group g.
    """

    def __init__(self, graph: AtomGraph, label: Sequence[int], groups: int) -> None:
        self.graph = graph
        self.label = list(label)
        self.weight = [0] * groups
        self.count = [0] * groups
        for atom, group in enumerate(self.label):
            self.weight[group] += graph.weights[atom]
            self.count[group] += 1

    def border_by_group(self, atom: int) -> dict[int, float]:
        """Metres that the atom shares with each group around it, its own included."""
        met: dict[int, float] = {}
        label = self.label
        for other, length in self.graph.near[atom]:
            group = label[other]
            met[group] = met.get(group, 0.0) + length
        return met

    def touches_own(self, atom: int) -> bool:
        """Whether a neighbour is in the atom's own group."""
        own = self.label[atom]
        return any(self.label[other] == own for other, _ in self.graph.near[atom])

    def can_leave(self, atom: int) -> bool:
        """Whether what is left of the atom's group is one piece, and not empty."""
        label, near = self.label, self.graph.near
        own = label[atom]
        if self.count[own] < 2:
            return False
        around = [other for other, _ in near[atom] if label[other] == own]
        if len(around) < 2:
            return len(around) == 1
        wanted = set(around[1:])
        seen, queue = {atom, around[0]}, [around[0]]
        while queue:
            for other, _ in near[queue.pop()]:
                if other not in seen and label[other] == own:
                    wanted.discard(other)
                    if not wanted:
                        return True
                    seen.add(other)
                    queue.append(other)
        return False

    def move(self, atom: int, to: int) -> None:
        """Give the atom to another group; nothing is checked."""
        own, weight = self.label[atom], self.graph.weights[atom]
        self.weight[own] -= weight
        self.count[own] -= 1
        self.weight[to] += weight
        self.count[to] += 1
        self.label[atom] = to

    def list_atoms(self, group: int) -> list[int]:
        """The atoms of a group, ascending."""
        return [atom for atom, own in enumerate(self.label) if own == group]

    def measure_border_m(self) -> float:
        """Metres of border between different groups."""
        label = self.label
        return sum(
            length
            for atom, row in enumerate(self.graph.near)
            for other, length in row
            if atom < other and label[atom] != label[other]
        )
