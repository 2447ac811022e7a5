"""Connected, roughly balanced regions of a graph: exact count, never empty, gullies as borders."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .plane import Floats, Ints


@dataclass(frozen=True)
class Adjacency:
    """Undirected graph in compressed rows: neighbours of i are ``to[begin[i]:begin[i + 1]]``."""

    begin: Ints
    to: Ints
    cost: Floats

    def neighbours(self) -> list[list[tuple[int, float]]]:
        """Per node a list of (neighbour, cost)."""
        to, cost, begin = self.to.tolist(), self.cost.tolist(), self.begin.tolist()
        return [list(zip(to[a:b], cost[a:b], strict=True)) for a, b in pairwise(begin)]


def adjacency_of(first: Ints, second: Ints, cost: Floats, count: int) -> Adjacency:
    """The graph of these undirected edges, neighbours ascending."""
    source = np.concatenate([first, second])
    target = np.concatenate([second, first])
    order = np.lexsort((target, source))
    begin = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=count))])
    return Adjacency(begin, target[order], np.concatenate([cost, cost])[order])


def apportion(weights: Sequence[float] | Floats, total: int, least: int = 1) -> Ints:
    """Whole numbers ≥ ``least`` that sum to ``total``, by largest remainder; ties to the first.

    Raises ValueError when ``total`` is too small.
    """
    share = np.asarray(weights, dtype=float)
    spare = total - least * len(share)
    if spare < 0:
        raise ValueError(f"{total} cannot be shared among {len(share)} with {least} each")
    ideal = np.maximum(share / share.sum() * total - least, 0)
    ideal = ideal * (spare / ideal.sum()) if ideal.sum() > 0 else ideal + spare / len(share)
    whole = np.floor(ideal + 1e-9).astype(np.int64)
    order = np.argsort(-(ideal - whole), kind="stable")
    whole[order[: spare - int(whole.sum())]] += 1
    return np.asarray(whole + least)


class RegionGrower:
    """Grows regions over one graph; node positions (metres) only steer where the seeds go."""

    def __init__(self, graph: Adjacency, xy_m: Floats) -> None:
        self._near = graph.neighbours()
        self._xy = xy_m

    def split(
        self,
        nodes: Ints,
        targets: Floats,
        rng: np.random.Generator,
        *,
        seeds: Ints | None = None,
        tries: int = 3,
        least: Ints | None = None,
    ) -> Ints:
        """Region number per entry of ``nodes`` (a connected set), ``len(targets)`` regions.

        Every region is connected and has at least ``least`` nodes (default 1); sizes follow
        ``targets`` as far as the shape allows: the best of ``tries`` is kept.  With ``seeds``
        given, region i grows from ``seeds[i]``.  Raises ValueError when ``least`` is never met.
        """
        count = len(targets)
        floor = np.ones(count) if least is None else least
        if count == 1:
            return np.zeros(len(nodes), dtype=np.int64)
        wanted = np.asarray(targets, dtype=float) / np.sum(targets) * len(nodes)
        best: Ints | None = None
        best_score = -np.inf
        for attempt in range(tries * 8):
            labels = self._attempt(nodes, wanted, rng, seeds)
            sizes = np.bincount(labels, minlength=count)
            score = float(np.minimum(sizes / wanted, 1).min())
            if (sizes >= floor).all() and score > best_score:
                best, best_score = labels, score
            if best is not None and (attempt + 1 >= tries or best_score > 0.92):
                return best
        raise ValueError(f"{count} regions of {len(nodes)} nodes cannot all get their least size")

    def _attempt(
        self, nodes: Ints, wanted: Floats, rng: np.random.Generator, seeds: Ints | None
    ) -> Ints:
        place = {node: row for row, node in enumerate(nodes.tolist())}
        if seeds is not None:
            return self._grow(nodes, place, wanted, seeds)
        chosen = self._far_apart(nodes, len(wanted), place, rng)
        labels = self._grow(nodes, place, wanted, chosen)
        for _ in range(2):
            chosen = self._centres(nodes, labels, len(wanted))
            labels = self._grow(nodes, place, wanted, chosen)
        return labels

    def _far_apart(
        self, nodes: Ints, count: int, place: dict[int, int], rng: np.random.Generator
    ) -> Ints:
        hops = [len(nodes)] * len(nodes)
        chosen: list[int] = []
        row = int(rng.integers(len(nodes)))
        for _ in range(count):
            chosen.append(int(nodes[row]))
            self._lower_hops(chosen[-1], hops, place)
            # not always the farthest: that would put every seed on the rim
            far = np.asarray(hops, dtype=float)
            row = int((far**2 * rng.uniform(0.5, 1.0, len(far))).argmax())
        return np.array(chosen)

    def _lower_hops(self, source: int, hops: list[int], place: dict[int, int]) -> None:
        hops[place[source]] = 0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            reach = hops[place[node]] + 1
            for other, _ in self._near[node]:
                row = place.get(other)
                if row is not None and hops[row] > reach:
                    hops[row] = reach
                    queue.append(other)

    def _centres(self, nodes: Ints, labels: Ints, count: int) -> Ints:
        xy = self._xy[nodes]
        size = np.bincount(labels, minlength=count)
        mean = np.column_stack(
            [np.bincount(labels, weights=xy[:, axis], minlength=count) / size for axis in (0, 1)]
        )
        away = ((xy - mean[labels]) ** 2).sum(axis=1)
        order = np.lexsort((nodes, away, labels))
        first = np.concatenate([[0], np.cumsum(size)[:-1]])
        return np.asarray(nodes[order[first]])

    def _grow(self, nodes: Ints, place: dict[int, int], wanted: Floats, seeds: Ints) -> Ints:
        label = [-1] * len(nodes)
        frontier: list[list[tuple[float, int]]] = [[(0.0, int(seed))] for seed in seeds]
        seed_region = {int(seed): region for region, seed in enumerate(seeds)}
        size = [0] * len(seeds)
        ready = [(0.0, region) for region in range(len(seeds))]
        while ready:
            _, region = heapq.heappop(ready)
            heap = frontier[region]
            while heap:
                so_far, node = heapq.heappop(heap)
                row = place[node]
                if label[row] < 0 and seed_region.get(node, region) == region:
                    break
            else:
                continue
            label[row] = region
            size[region] += 1
            for other, cost in self._near[node]:
                row = place.get(other, -1)
                if row >= 0 and label[row] < 0:
                    heapq.heappush(heap, (so_far + cost, other))
            heapq.heappush(ready, (size[region] / wanted[region], region))
        return np.array(label, dtype=np.int64)
