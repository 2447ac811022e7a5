"""Atoms and their neighbours: what every step of a proposal works on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid_boundaries.redraw.borders import Borders

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class AtomGraph:
    """n atoms of one parent: what each weighs, and its borders with its neighbours in metres, at
    the price of the barriers along them.

    ``near[a]`` are pairs (neighbour, metres), ascending; a neighbour that touches in no more than
    ``Tolerances.border_m`` is none.  ``bridge_m`` 0.0 joins parts that no border joins: a parent
    may lie in two pieces.
    """

    weights: list[int]
    near: list[list[tuple[int, float]]]

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def total(self) -> int:
        return sum(self.weights)

    def split_parts(self, atoms: Iterable[int]) -> list[list[int]]:
        """Connected parts of some atoms, each ascending, by their lowest atom."""
        waiting = set(atoms)
        parts = []
        for first in sorted(waiting):
            if first not in waiting:
                continue
            waiting.discard(first)
            part, queue = [first], [first]
            while queue:
                for other, _ in self.near[queue.pop()]:
                    if other in waiting:
                        waiting.discard(other)
                        part.append(other)
                        queue.append(other)
            parts.append(sorted(part))
        return parts


def make_graph(
    weights: Ints, borders: Borders, centres_m: Floats, min_border_m: float = 0.05
) -> AtomGraph:
    """The graph of a coverage; parts without a common border get a bridge of length 0 between
    their nearest centres (n, 2), so that the graph is connected."""
    near: list[dict[int, float]] = [{} for _ in range(len(weights))]
    wide = borders.length_m > min_border_m
    for a, b, length in zip(
        borders.left[wide].tolist(),
        borders.right[wide].tolist(),
        borders.counted_m[wide].tolist(),
        strict=True,
    ):
        near[a][b] = near[b][a] = length
    return join_parts(weights.tolist(), near, centres_m)


def join_parts(weights: list[int], near: list[dict[int, float]], centres: Floats) -> AtomGraph:
    """The graph of these neighbours; parts that nothing joins get a bridge of length 0 between
    their nearest centres (n, 2)."""
    _bridge(near, centres)
    return AtomGraph(weights, [sorted(row.items()) for row in near])


def _bridge(near: list[dict[int, float]], centres_m: Floats) -> None:
    flat = AtomGraph([0] * len(near), [sorted(row.items()) for row in near])
    parts = flat.split_parts(range(len(near)))
    if len(parts) < 2:
        return
    joined, waiting = np.array(parts[0]), [np.array(part) for part in parts[1:]]
    while waiting:
        gaps = []
        for turn, part in enumerate(waiting):
            gap = np.hypot(*(centres_m[joined][:, None] - centres_m[part][None]).transpose(2, 0, 1))
            i, j = np.unravel_index(int(gap.argmin()), gap.shape)
            gaps.append((float(gap[i, j]), int(joined[i]), int(part[j]), turn))
        _, a, b, turn = min(gaps)
        near[a][b] = near[b][a] = 0.0
        joined = np.concatenate([joined, waiting.pop(turn)])
