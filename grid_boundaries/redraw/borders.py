"""Who borders whom in a coverage, and over how many metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array
from grid_boundaries.redraw.barriers import Barriers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Pairs of rows ``left < right``, ascending, and the length of what they share in metres.

    ``outer_m`` (n,) is what each polygon shares with nobody.  ``counted_m`` is ``length_m`` at the
    price of the barriers; what runs along a hard barrier is in neither.
    """

    left: Ints
    right: Ints
    length_m: Floats
    outer_m: Floats
    counted_m: Floats


def find_borders(geoms: Geometries, barriers: Barriers | None = None) -> Borders:
    """Shared borders of polygons in EPSG:4490 whose common borders have the same vertices.

    Corners join nobody.  Lengths are planar, each edge in the plane of its own latitude.
    """
    start, end, owner = _list_edges(geoms)
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
    shared_m, price = length_m[one], np.ones(len(one))
    if barriers is not None:
        middle = (start[one] + end[one]) / 2
        shared_m = shared_m * barriers.are_open(middle)
        price = barriers.price(middle)
    total_m = np.bincount(place, weights=shared_m, minlength=len(pairs))
    counted_m = np.bincount(place, weights=shared_m * price, minlength=len(pairs))
    kept = (pairs // len(geoms) != pairs % len(geoms)) & (total_m > 0)
    pairs = pairs[kept]
    return Borders(
        pairs // len(geoms), pairs % len(geoms), total_m[kept], np.maximum(outer_m, 0.0),
        counted_m[kept],
    )  # fmt: skip


def _list_edges(geoms: Geometries) -> tuple[Floats, Floats, Ints]:
    """Starts (m, 2), ends (m, 2) and owner rows (m,) of all ring edges that have a length."""
    if not len(geoms):
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, np.int64)
    _, xy, offsets = shapely.to_ragged_array(geoms)
    owner = np.arange(len(geoms), dtype=np.int64)
    for level in reversed(offsets):
        owner = np.repeat(owner, np.diff(level))
    goes_on = np.ones(len(xy), bool)
    goes_on[offsets[0][1:] - 1] = False
    at = np.flatnonzero(goes_on)
    at = at[(xy[at] != xy[at + 1]).any(axis=1)]
    return xy[at], xy[at + 1], owner[at]
