"""All overlaps among parcels: our index against geopandas sjoin and intersection, in one run.

``WANGGE_BENCH_PARCELS`` sets another number of parcels than half a million.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from layers.parcels.at_save import check_at_save
from layers.parcels.overlaps import ParcelIndex, measure_pieces
from layers.parcels.papers import Paper
from tests.bench.land_save import measure_saves
from tests.bench.parcel_mosaic import build_mosaic

PARCELS, SEED = 500_000, 20
MIN_AREA_M2 = 1.0
CPU_GOAL, AREA_GOAL, SAVE_GOAL_MS, MEMORY_GOAL_MB = 0.35, 1e-6, 20.0, 1500.0
SAVES = 200
PEER = "geopandas sjoin(intersects) + intersection"


def run() -> list[dict[str, Any]]:
    """Rows of script/bench; each side works in a process of its own on the same parcels."""
    count = int(os.environ.get("WANGGE_BENCH_PARCELS", PARCELS))
    ours, peer = _ask("ours", count), _ask("peer", count)
    versions = {
        "python": platform.python_version(),
        "shapely": shapely.__version__,
        "geos": shapely.geos_version_string,
        "geopandas": gpd.__version__,
    }
    saved = measure_saves()
    area_off = abs(ours["area_m2"] - peer["area_m2"]) / max(peer["area_m2"], 1e-9)
    same = ours["pairs"] == peer["pairs"]
    return [
        {
            "case": f"land: {case}",
            "metric": metric,
            "value": value,
            "peer": against,
            "goal": goal,
            "ok": None if goal is None else value <= goal,
            "n": count,
            "seed": SEED,
            "versions": versions,
            "cpu_s": took[0],
            "wall_s": took[1],
        }
        for case, metric, value, against, goal, took in (
            ("all pairs", "cpu_ratio", ours["cpu_s"] / peer["cpu_s"], PEER, CPU_GOAL, _took(ours)),
            (
                "all pairs",
                "wall_ratio",
                ours["wall_s"] / peer["wall_s"],
                PEER,
                CPU_GOAL,
                _took(ours),
            ),
            ("all pairs", "peer_cpu_seconds", peer["cpu_s"], PEER, None, _took(peer)),
            ("all pairs", "pairs", ours["count"], PEER, None, _took(ours)),
            ("all pairs", "pair_lists_differ", int(not same), PEER, 0, _took(ours)),
            ("all pairs", "total_area_relative_difference", area_off, PEER, AREA_GOAL, _took(ours)),
            ("one claim at save", "p95_ms", ours["save_ms"], None, SAVE_GOAL_MS, (None, None)),
            (
                "one claim at save, triaged",
                "p95_ms",
                ours["triage_ms"],
                None,
                SAVE_GOAL_MS,
                (None, None),
            ),
            *(
                (
                    row["case"],
                    row["metric"],
                    row["value"],
                    None,
                    SAVE_GOAL_MS if row["metric"] == "p95_ms" else None,
                    (None, None),
                )
                for row in saved
            ),
            ("memory", "peak_rss_mb", ours["peak_mb"], None, MEMORY_GOAL_MB, (None, None)),
            ("memory", "parcels_alone_mb", ours["before_mb"], None, None, (None, None)),
            ("memory", "peer_peak_rss_mb", peer["peak_mb"], PEER, None, (None, None)),
        )
    ]


def find_ours(geoms: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """(p, 2) pairs and (p,) areas by the index."""
    found = ParcelIndex(geoms).list_overlaps(MIN_AREA_M2)
    return np.column_stack([found.left, found.right]), found.area_m2


def find_peer(geoms: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The same as geopandas' documents advise: spatial join, then intersections in one call."""
    frame = gpd.GeoDataFrame(geometry=geoms, crs=4490)
    joined = gpd.sjoin(frame, frame, predicate="intersects")
    left, right = joined.index.to_numpy(), joined["index_right"].to_numpy()
    left, right = left[left < right], right[left < right]
    shared = frame.geometry.iloc[left].intersection(frame.geometry.iloc[right], align=False)
    area = measure_pieces(shared.to_numpy())
    order = np.lexsort((right, left))
    order = order[area[order] > MIN_AREA_M2]
    return np.column_stack([left, right])[order], area[order]


def _ask(side: str, count: int) -> dict[str, Any]:
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench.land", side, str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(made.stdout))


def _took(side: dict[str, Any]) -> tuple[float, float]:
    return side["cpu_s"], side["wall_s"]


def _measure(side: str, count: int) -> dict[str, Any]:
    geoms = build_mosaic(count, SEED)
    before_mb = _peak_mb()
    cpu, wall = time.process_time(), time.perf_counter()
    pairs, area = {"ours": find_ours, "peer": find_peer}[side](geoms)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    answer = {
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "before_mb": before_mb,
        "peak_mb": _peak_mb(),
        "count": len(pairs),
        "pairs": hashlib.sha256(pairs.astype(np.int64).tobytes()).hexdigest(),
        "area_m2": float(area.sum()),
    }
    if side == "ours":
        answer["save_ms"] = _time_saves(geoms)
        answer["triage_ms"] = _time_triage(geoms)
    return answer


def _time_saves(geoms: np.ndarray[Any, Any]) -> float:
    """95th percentile in ms of one claim against the layer's index, which is already in memory."""
    index = ParcelIndex(geoms)
    chosen = np.random.default_rng(SEED).integers(0, len(geoms), SAVES)
    took = []
    for claim in geoms[chosen]:
        begin = time.perf_counter()
        index.list_overlaps_of(claim, MIN_AREA_M2)
        took.append(time.perf_counter() - begin)
    return float(np.percentile(took, 95) * 1000)


def _time_triage(geoms: np.ndarray[Any, Any]) -> float:
    """95th percentile in ms of what a save does with the claims whose boxes meet its own:
    overlaps, its own parts, classes with their figures."""
    tree = shapely.STRtree(geoms)
    chosen = np.random.default_rng(SEED).integers(0, len(geoms), SAVES).tolist()
    took = []
    for row in chosen:
        near = [k for k in tree.query(geoms[row]).tolist() if k != row]
        papers = [Paper(str(k), "farmland") for k in near]
        begin = time.perf_counter()
        check_at_save(Paper("new", "farmland"), geoms[row], papers, geoms[near], MIN_AREA_M2)
        took.append(time.perf_counter() - begin)
    return float(np.percentile(took, 95) * 1000)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))))
