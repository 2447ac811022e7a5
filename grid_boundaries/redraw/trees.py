"""Lawful cuts by random spanning trees: slow, but found where moving atoms about gets stuck."""

from __future__ import annotations

from typing import Final

import numpy as np

from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.graph import AtomGraph

_STARTS: Final = 40
_TREES: Final = 25


def cut_by_trees(graph: AtomGraph, rule: SizeRule, groups: int, seed: int) -> list[int] | None:
    """Groups 0 … groups − 1 of the atoms, each in one piece and within the rule; None when no tree
    of those tried gave any.  Same input, same answer.

    Group by group a random spanning tree of what is left is cut at the edge that parts off a
    lawful group and leaves a rest that can be shared out (as ReCom does; DeFord, Duchin and
    Solomon 2021).
    """
    dice = np.random.default_rng(seed)
    for _ in range(_STARTS):
        label = [groups - 1] * len(graph)
        left = list(range(len(graph)))
        for group in range(groups - 1):
            part = _part_off(graph, rule, left, groups - group, dice)
            if part is None:
                break
            for atom in part:
                label[atom] = group
            left = [atom for atom in left if atom not in part]
        else:
            return label
    return None


def _part_off(
    graph: AtomGraph, rule: SizeRule, atoms: list[int], groups: int, dice: np.random.Generator
) -> set[int] | None:
    """One of ``groups`` groups that the atoms, one piece, are to make."""
    total = sum(graph.weights[a] for a in atoms)
    for _ in range(_TREES):
        order, parent = _grow(graph, atoms, dice)
        below = {atom: graph.weights[atom] for atom in order}
        for atom in reversed(order[1:]):
            below[parent[atom]] += below[atom]
        lawful = [
            (abs(weight - total / groups), atom, twig)
            for atom in order[1:]
            for weight, twig in ((below[atom], True), (total - below[atom], False))
            if rule.low <= weight <= rule.high
            and (groups - 1) * rule.low <= total - weight <= (groups - 1) * rule.high
        ]
        if lawful:
            _, top, twig = min(lawful)
            branch = {top}
            for atom in order:
                if atom != order[0] and parent[atom] in branch:
                    branch.add(atom)
            return branch if twig else set(atoms) - branch
    return None


def _grow(
    graph: AtomGraph, atoms: list[int], dice: np.random.Generator
) -> tuple[list[int], dict[int, int]]:
    """A random spanning tree: atoms from the root on, and the parent of each."""
    inside = set(atoms)
    root = atoms[dice.integers(len(atoms))]
    order, parent = [root], {root: root}
    edges = [(root, other) for other, _ in graph.near[root] if other in inside]
    while edges:
        pick = int(dice.integers(len(edges)))
        edges[pick], edges[-1] = edges[-1], edges[pick]
        start, atom = edges.pop()
        if atom in parent:
            continue
        parent[atom] = start
        order.append(atom)
        edges += [(atom, o) for o, _ in graph.near[atom] if o in inside and o not in parent]
    return order, parent
