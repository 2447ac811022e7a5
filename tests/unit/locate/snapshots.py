"""Small snapshots for tests, and an oracle for ``locate`` that uses no index of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.snapshot import GridSnapshot

TOLERANCE_M = 1e-6


def snapshot_of(
    geoms: Sequence[Any],
    codes: Sequence[str] | None = None,
    levels: Sequence[int] | None = None,
    parents: Sequence[int] | None = None,
) -> GridSnapshot:
    n = len(geoms)
    return GridSnapshot(
        version_id=7,
        cell_ids=np.arange(n, dtype=np.int64) + 100,
        codes=list(codes or [f"{row:03d}" for row in range(n)]),
        names=[f"格{row}" for row in range(n)],
        levels=np.array(levels or [4] * n, dtype=np.int16),
        parents=np.array(parents or [-1] * n, dtype=np.int32),
        geoms=np.array(geoms, dtype=object),
    )


def in_plane(geom: Any, lng: float, lat: float) -> Any:
    """The geometry in metres around the point, which becomes the origin."""
    scale = np.array(metres_per_degree(lat))
    return shapely.transform(geom, lambda xy: (xy - (lng, lat)) * scale)


def border_distance_m(geom: Any, lng: float, lat: float) -> float:
    return in_plane(geom, lng, lat).boundary.distance(shapely.Point(0, 0))


def expected_without_accuracy(grid: GridSnapshot, lng: float, lat: float) -> dict[str, Any]:
    """how, lead, joint and runner-up codes and distances by brute force."""
    point = shapely.Point(lng, lat)
    for level in sorted(set(grid.levels.tolist()), reverse=True):
        rows = [r for r in range(len(grid)) if grid.levels[r] == level]
        covering = sorted(
            (r for r in rows if grid.geoms[r].covers(point)), key=lambda r: grid.codes[r]
        )
        if covering:
            break
    else:
        return _outside(grid, lng, lat)
    lead = covering[0]
    border_m = border_distance_m(grid.geoms[lead], lng, lat)
    result = {
        "how": "inside" if len(covering) == 1 else "border",
        "lead": grid.codes[lead],
        "joint": [grid.codes[r] for r in covering[1:]],
        "border_distance_m": border_m,
        "runner_up": None,
        "runner_up_m": None,
    }
    if len(covering) > 1:
        result |= {"runner_up": grid.codes[covering[1]], "runner_up_m": 0.0}
        return result
    others = {grid.codes[r]: border_distance_m(grid.geoms[r], lng, lat) for r in rows if r != lead}
    return result | _nearest(others, border_m)


def _outside(grid: GridSnapshot, lng: float, lat: float) -> dict[str, Any]:
    deepest = max(grid.levels.tolist())
    distances = {
        grid.codes[r]: border_distance_m(grid.geoms[r], lng, lat)
        for r in range(len(grid))
        if grid.levels[r] == deepest
    }
    near = _nearest(distances, 50_000.0)
    return {
        "how": "outside-nearest" if near["runner_up"] else "none",
        "lead": None,
        "joint": [],
        "border_distance_m": None,
        **near,
    }


def _nearest(distances: dict[str, float], within_m: float) -> dict[str, Any]:
    shortest = min(distances.values(), default=np.inf)
    if shortest > within_m + 0.001:
        return {"runner_up": None, "runner_up_m": None}
    code = min(code for code, d in distances.items() if d <= shortest + 0.001)
    return {"runner_up": code, "runner_up_m": distances[code]}
