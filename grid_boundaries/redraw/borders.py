"""Who borders whom in a coverage, and over how many metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid_boundaries.geo.local_plane import metres_per_degree_array
from grid_boundaries.locate.segments import directed_edges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Pairs of rows ``left < right``, ascending, and the length of what they share in metres.

    ``outer_m`` (n,) is what each polygon shares with nobody.
    """

    left: Ints
    right: Ints
    length_m: Floats
    outer_m: Floats


def find_borders(geoms: Geometries) -> Borders:
    """Shared borders of polygons in EPSG:4490 whose common borders have the same vertices.

    Corners join nobody.  Lengths are planar, each edge in the plane of its own latitude.
    """
    start, end, owner = directed_edges(geoms)
    lat = (start[:, 1] + end[:, 1]) / 2
    mx, my = metres_per_degree_array(lat)
    length_m = np.hypot((end[:, 0] - start[:, 0]) * mx, (end[:, 1] - start[:, 1]) * my)
    backwards = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    key = np.concatenate([start, end], axis=1)
    key[backwards] = np.concatenate([end[backwards], start[backwards]], axis=1)
    order = np.lexsort(key.T)
    key = key[order]
    same = (key[1:] == key[:-1]).all(axis=1)
    one, other = order[:-1][same], order[1:][same]
    outer_m = np.bincount(owner, weights=length_m, minlength=len(geoms))
    for edges in (one, other):
        outer_m -= np.bincount(owner[edges], weights=length_m[edges], minlength=len(geoms))
    left = np.minimum(owner[one], owner[other])
    right = np.maximum(owner[one], owner[other])
    pairs, place = np.unique(left * np.int64(len(geoms)) + right, return_inverse=True)
    total_m = np.bincount(place, weights=length_m[one], minlength=len(pairs))
    apart = pairs // len(geoms) != pairs % len(geoms)
    pairs, total_m = pairs[apart], total_m[apart]
    return Borders(pairs // len(geoms), pairs % len(geoms), total_m, np.maximum(outer_m, 0.0))
