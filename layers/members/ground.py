"""What groups are formed from: micro grids with their branch, members, borders and centres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Adjacency = tuple[dict[int, float], ...]

# A corner is no border: 5 cm, as for the contiguity of cells.
MIN_BORDER_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """n micro grids.

    ``branch`` numbers the party branch of each (n,), ``members`` how many members live there (n,),
    ``xy_m`` its inner point in metres of one local plane (n, 2); ``neighbours[i]`` maps each
    micro grid that shares a border with i to the length of that border in metres.
    """

    branch: Ints
    members: Ints
    xy_m: Floats
    neighbours: Adjacency

    def __len__(self) -> int:
        return len(self.branch)


def make_ground(branch: Ints, members: Ints, geoms: npt.NDArray[np.object_]) -> Ground:
    """Ground of valid polygons (EPSG:4490); borders are measured in one local affine plane."""
    points = shapely.get_coordinates(shapely.point_on_surface(geoms))
    mx, my = metres_per_degree(float(points[:, 1].mean()) if len(points) else 0.0)
    scale = np.array([mx, my])
    plane = shapely.transform(geoms, lambda xy: xy * scale)
    left, right = shapely.STRtree(plane).query(plane, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    lengths = shapely.length(shapely.intersection(plane[left], plane[right]))
    neighbours: Adjacency = tuple({} for _ in range(len(geoms)))
    for a, b, length in zip(left.tolist(), right.tolist(), lengths.tolist(), strict=True):
        if length > MIN_BORDER_M:
            neighbours[a][b] = neighbours[b][a] = length
    return Ground(branch, members, points * scale, neighbours)


def list_parts(cells: Iterable[int], neighbours: Adjacency) -> list[set[int]]:
    """Connected parts of a set of cells, each by its lowest cell first."""
    left = set(cells)
    parts = []
    for cell in sorted(left):
        if cell not in left:
            continue
        part, waiting = {cell}, [cell]
        left.discard(cell)
        while waiting:
            reached = neighbours[waiting.pop()].keys() & left
            left -= reached
            part |= reached
            waiting.extend(reached)
        parts.append(part)
    return parts
