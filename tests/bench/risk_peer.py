"""Run by the peers' Python: share of null maps on which esda's default LISA shows a hot spot.

``python risk_peer.py MAPS.npz`` reads counts (maps, cells), units (cells,), edges (k, 2) and prints
one JSON object.  Moran_Local as its documentation has it: rates, 999 permutations, p < 0.05.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def measure(path: str) -> dict[str, float | str]:
    """Share of maps with at least one High-High cell."""
    import esda
    from libpysal.weights import W

    held = np.load(path)
    neighbours: dict[int, list[int]] = {k: [] for k in range(len(held["units"]))}
    for a, b in held["edges"].tolist():
        neighbours[a].append(b)
        neighbours[b].append(a)
    weights = W(neighbours, silence_warnings=True)
    weights.transform = "r"
    started, shown = time.process_time(), 0
    for number, counts in enumerate(held["counts"]):
        found = esda.Moran_Local(counts / held["units"], weights, permutations=999, seed=number)
        shown += bool(((found.q == 1) & (found.p_sim < 0.05)).any())
    return {
        "share": shown / len(held["counts"]),
        "cpu_s": time.process_time() - started,
        "version": esda.__version__,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
