"""Run by the peers' Python: the villages of the bench cut by another program.

``python redraw_peer.py PEER FILE.npz`` reads, for each village n, ``xy_n`` (atoms, 2) in metres,
``weight_n``, ``edges_n`` (k, 2) and ``groups_n``; prints one JSON object with a label for every
atom, the seconds of the work alone, and the version.  Each is called as its documentation has it.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from typing import Any

import numpy as np

LOW, HIGH, SEED, STEPS = 20, 30, 20260101, 100


def cut_by_k_means(xy: Any, weight: Any, edges: Any, groups: int) -> list[int]:
    """k-means-constrained: sizes are hard, borders are nobody's business."""
    from k_means_constrained import KMeansConstrained

    homes = np.repeat(np.arange(len(xy)), weight)
    found = KMeansConstrained(
        n_clusters=groups, size_min=LOW, size_max=HIGH, random_state=SEED, n_init=10
    ).fit_predict(xy[homes])
    label = np.zeros(len(xy), int)
    label[homes] = found
    return [int(one) for one in label]


def cut_by_skater(xy: Any, weight: Any, edges: Any, groups: int) -> list[int]:
    """spopt's Skater with a floor, on the places of the atoms."""
    import geopandas
    from libpysal.weights import W
    from spopt.region import Skater

    near: dict[int, list[int]] = {k: [] for k in range(len(xy))}
    for a, b in edges.tolist():
        near[a].append(b)
        near[b].append(a)
    frame = geopandas.GeoDataFrame(
        {"x": xy[:, 0], "y": xy[:, 1]}, geometry=geopandas.points_from_xy(xy[:, 0], xy[:, 1])
    )
    model = Skater(
        frame, W(near, silence_warnings=True), ["x", "y"], n_clusters=groups, floor=LOW,
        islands="increase",
    )  # fmt: skip
    model.solve()
    return [int(one) for one in model.labels_]


def cut_by_recom(xy: Any, weight: Any, edges: Any, groups: int) -> list[int]:
    """gerrychain: a recursive tree partition, then ReCom steps; the one with fewest cut edges."""
    import random
    from functools import partial

    import networkx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, proposals, updaters
    from gerrychain.tree import recursive_tree_part

    random.seed(SEED)
    plain = networkx.Graph()
    plain.add_nodes_from((k, {"population": int(w)}) for k, w in enumerate(weight))
    plain.add_edges_from(edges.tolist())
    graph = Graph.from_networkx(plain)
    target = int(weight.sum()) / groups
    room = min(HIGH / target - 1, 1 - LOW / target)
    first = recursive_tree_part(graph, range(groups), target, "population", room)
    start = Partition(
        graph, first,
        {"population": updaters.Tally("population"), "cut_edges": updaters.cut_edges},
    )  # fmt: skip
    propose = partial(
        proposals.recom, pop_col="population", pop_target=target, epsilon=room, node_repeats=1
    )
    chain = MarkovChain(
        propose, [constraints.contiguous], accept.always_accept, start, total_steps=STEPS
    )
    best = min(chain, key=lambda state: len(state["cut_edges"]))
    return [int(best.assignment[k]) for k in range(len(xy))]


PEERS = {
    "k-means-constrained": cut_by_k_means,
    "spopt": cut_by_skater,
    "gerrychain": cut_by_recom,
}


def main(peer: str, path: str) -> dict[str, Any]:
    """Labels village by village; None where the peer gave up."""
    held = np.load(path)
    count = sum(name.startswith("xy_") for name in held.files)
    labels: list[list[int] | None] = []
    spent_s, given_up = 0.0, []
    for n in range(count):
        parts = (held[f"xy_{n}"], held[f"weight_{n}"], held[f"edges_{n}"], int(held[f"groups_{n}"]))
        started = time.perf_counter()
        try:
            labels.append(PEERS[peer](*parts))
        except Exception as error:  # noqa: BLE001 - what a peer cannot do is a result
            labels.append(None)
            given_up.append(f"{n}: {type(error).__name__}: {error}"[:200])
        spent_s += time.perf_counter() - started
    return {"labels": labels, "seconds": spent_s, "version": version(peer), "given_up": given_up}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
