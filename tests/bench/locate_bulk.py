"""Bulk point→cell: our index against STRtree of points with ``covers``, in one run."""

from __future__ import annotations

import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import STRtree

from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.persist import load_index, save_index

LOOK_UP_GOAL = 0.15
ROUNDS = 3


def measure(
    polys: np.ndarray, codes: list[str], points: np.ndarray, seed: int = 0
) -> list[dict[str, Any]]:
    """Rows {case, metric, value, peer, goal, ok, n, seed, versions, cpu_s, wall_s}.

    ``polys`` shapely polygons in lng, lat; ``points`` (n, 2).  Look-ups are the best of three for
    both sides.  Differences are counted on ``points`` and on every vertex and edge midpoint.
    """
    lng, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    report = _Report(len(points), seed)
    index, build = timed(lambda: BulkIndex.build(codes, polys))
    report.add("build", "seconds", build[0], took=build)
    report.add("build", "index_mb", index.nbytes / 1e6)
    report.add("build", "pixels_m", len(index.tables.raster) / 1e6)
    with tempfile.TemporaryDirectory() as folder:
        _, took = timed(lambda: save_index(index, Path(folder), codes, polys))
        report.add("disk", "save_seconds", took[1], took=took)
        loaded, took = timed(lambda: load_index(Path(folder), codes, polys))
        report.add("disk", "load_with_content_check_seconds", took[1], took=took)
        assert loaded is not None
        loaded.locate(lng, lat)
        _, mapped = best_of(lambda: loaded.locate(lng, lat))
    ours, look_up = best_of(lambda: index.locate(lng, lat))
    peer, peer_took = best_of(lambda: strtree_covers(polys, codes, lng, lat))
    ratio = look_up[0] / peer_took[0]
    report.add(
        "look-up", "cpu_ratio", ratio, peer="shapely STRtree(points).query(polygons, covers)",
        goal=LOOK_UP_GOAL, ok=ratio <= LOOK_UP_GOAL, took=look_up,
    )  # fmt: skip
    report.add("look-up", "peer_cpu_seconds", peer_took[0], took=peer_took)
    report.add("look-up", "memory_mapped_cpu_ratio", mapped[0] / peer_took[0], took=mapped)
    report.add("look-up", "points_decided_by_geos", index.exact_tested / (ROUNDS or 1))
    _add_differences(report, "random points", ours, peer)
    lng, lat = vertices_and_midpoints(polys)
    report.n = len(lng)
    _add_differences(
        report,
        "every vertex and edge midpoint",
        index.locate(lng, lat),
        strtree_covers(polys, codes, lng, lat),
    )
    report.add("memory", "peak_rss_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return report.rows


def strtree_covers(
    polys: np.ndarray, codes: list[str], lng: np.ndarray, lat: np.ndarray
) -> np.ndarray:
    """Row of the lowest code that covers each point, −1 for none, as shapely's documents advise."""
    tree = STRtree(shapely.points(lng, lat))
    row, point = tree.query(polys, predicate="covers")
    rank = np.empty(len(codes), dtype=np.int64)
    by_code = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int64)
    rank[by_code] = np.arange(len(codes))
    lowest = np.full(len(lng), len(codes), dtype=np.int64)
    np.minimum.at(lowest, point, rank[row])
    return np.append(by_code, -1)[lowest]


def vertices_and_midpoints(polys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All vertices and the middles of all edges."""
    xy, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(polys)), return_index=True
    )
    middles = ((xy[1:] + xy[:-1]) / 2)[ring[1:] == ring[:-1]]
    both = np.vstack([xy, middles])
    return both[:, 0].copy(), both[:, 1].copy()


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """The result with (CPU seconds, wall seconds)."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, (time.process_time() - cpu, time.perf_counter() - wall)


def best_of(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """The result with the (CPU, wall) of the quickest of three rounds."""
    rounds = [timed(work) for _ in range(ROUNDS)]
    return rounds[-1][0], min(took for _, took in rounds)


def _add_differences(report: _Report, metric: str, ours: np.ndarray, peer: np.ndarray) -> None:
    differences = int((ours != peer).sum())
    report.add(
        "differences", metric, differences, peer="shapely STRtree covers", goal=0,
        ok=differences == 0,
    )  # fmt: skip


class _Report:
    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self.seed = seed
        self.rows: list[dict[str, Any]] = []
        self.versions = {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "shapely": shapely.__version__,
            "geos": shapely.geos_version_string,
        }

    def add(
        self,
        case: str,
        metric: str,
        value: float,
        *,
        peer: str | None = None,
        goal: float | None = None,
        ok: bool | None = None,
        took: tuple[float, float] | None = None,
    ) -> None:
        cpu_s, wall_s = took or (None, None)
        self.rows.append(
            {
                "case": f"locate bulk: {case}",
                "metric": metric,
                "value": round(float(value), 4),
                "peer": peer,
                "goal": goal,
                "ok": ok,
                "n": self.n,
                "seed": self.seed,
                "versions": self.versions,
                "cpu_s": None if cpu_s is None else round(cpu_s, 4),
                "wall_s": None if wall_s is None else round(wall_s, 4),
            }
        )


if __name__ == "__main__":
    from tests.unit.locate.coverages import codes_for, fractal_coverage

    cells = fractal_coverage(146, 146, seed=1, size=(4.0, 3.0))
    rng = np.random.default_rng(1)
    where = rng.uniform((109, 39), (113, 42), (1_000_000, 2))
    for row in measure(cells, codes_for(len(cells)), where, seed=1):
        print({key: row[key] for key in ("case", "metric", "value", "goal", "ok", "n")})
