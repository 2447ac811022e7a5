"""The league in one go: time, memory and validity of ``generate`` at full size, with hotline.

The peer is the limit of the plan (3 minutes of CPU, 3 GB); there is no other generator to race.
"""

from __future__ import annotations

import resource
import time
from typing import Any

import numpy as np
import shapely

from layers.demo import DemoTown, generate, get_place

_CPU_LIMIT_S = 180.0
_MEMORY_LIMIT_GB = 3.0


def run() -> list[dict[str, Any]]:
    """Rows for xilingol: CPU seconds, peak memory, invalid coverages, stray households."""
    place = get_place("xilingol")
    cpu, wall = time.process_time(), time.perf_counter()
    town = generate(place, hotline=True)
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    # measured before the checks, which need memory of their own
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rows = (
        ("CPU seconds", spent["cpu_s"], _CPU_LIMIT_S, len(town.cells)),
        ("peak memory, GB", peak_gb, _MEMORY_LIMIT_GB, len(town.cells)),
        ("ranks that are no valid coverage", _invalid_ranks(town), 0, len(town.levels)),
        ("households outside their cell", _stray(town), 0, len(town.households)),
    )
    return [
        {
            "case": place.id,
            "metric": metric,
            "value": value,
            "peer": None,
            "goal": goal,
            "ok": bool(value <= goal),
            "n": n,
            "seed": place.seed,
            "versions": {"numpy": np.__version__, "shapely": shapely.__version__},
            **spent,
        }
        for metric, value, goal, n in rows
    ]


def _invalid_ranks(town: DemoTown) -> int:
    by_rank = town.cells.groupby("rank")["geom"]
    return sum(not shapely.coverage_is_valid(geoms.to_numpy(object)) for _, geoms in by_rank)


def _stray(town: DemoTown) -> int:
    homes = town.households
    cell = town.cells["geom"].to_numpy(object)[homes["micro_key"]]
    return int((~shapely.contains_xy(cell, homes["lng"], homes["lat"])).sum())
