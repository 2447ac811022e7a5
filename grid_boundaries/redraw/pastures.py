"""Herders are neighbours where their contracted pastures lie side by side."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree

Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]

SAME_LINE_M: Final = 1.0
"""Two papers may draw one fence up to a metre apart."""
LEAST_BORDER_M: Final = 5.0
"""Shorter than this is a corner."""


def find_pasture_neighbours(pastures: Geometries, holder: Ints) -> list[tuple[int, int, float]]:
    """Pairs of holders ``a < b`` with the metres that their pastures (EPSG:4490) have in common.

    ``holder`` (n,) is who holds each pasture.  Borders up to a metre apart are one; lengths of
    several common borders are added up, and what comes to five metres or less is left out.  Planar
    at the middle latitude of the pastures.
    """
    if len(pastures) < 2:
        return []
    _, south, _, north = shapely.total_bounds(pastures)
    scale = np.array(metres_per_degree(float(south + north) / 2))
    plane = shapely.transform(pastures, partial(np.multiply, scale))
    one, other = shapely.STRtree(plane).query(plane, predicate="dwithin", distance=SAME_LINE_M)
    pairs = holder[one] < holder[other]
    one, other = one[pairs], other[pairs]
    beside = shapely.intersection(
        shapely.boundary(plane[one]), shapely.buffer(plane[other], SAME_LINE_M)
    )
    common: dict[tuple[int, int], float] = {}
    for a, b, metres in zip(
        holder[one].tolist(), holder[other].tolist(), shapely.length(beside).tolist(), strict=True
    ):
        common[a, b] = common.get((a, b), 0.0) + metres
    return [(a, b, m) for (a, b), m in sorted(common.items()) if m > LEAST_BORDER_M]
