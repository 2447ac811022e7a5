"""Border segments of many polygons as flat arrays, and distances to them in the local plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[np.object_]

_EVALUATIONS_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class BorderSegments:
    """Segments of all rings (holes too) of n polygons or multipolygons.

    Those of geometry i are columns ``starts[i]:starts[i + 1]`` of ``table``, whose rows are
    start lng, start lat, end lng − start lng, end lat − start lat, in degrees.  Shells run
    counter-clockwise and holes clockwise, so the inside is on the left.
    """

    table: FloatArray
    starts: IntArray

    @classmethod
    def of(cls, geoms: GeometryArray) -> BorderSegments:
        """Take the segments out of polygons; segments of length 0 are dropped."""
        start, end, owner = directed_edges(geoms)
        table = np.empty((4, len(owner)))
        table[:2] = start.T
        table[2:] = (end - start).T
        starts = np.zeros(len(geoms) + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=len(geoms)), out=starts[1:])
        return cls(table, starts)

    def distance_m(self, row: int, lng: float, lat: float, mx: float, my: float) -> float:
        """Distance in m from the point to the border of geometry ``row``; ``mx, my`` at the point.

        Infinite for a geometry without segments.
        """
        part = self.table[:, self.starts[row] : self.starts[row + 1]]
        if part.shape[1] == 0:
            return float("inf")
        ax = (part[0] - lng) * mx
        ay = (part[1] - lat) * my
        dx = part[2] * mx
        dy = part[3] * my
        along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
        np.maximum(along, 0.0, out=along)
        np.minimum(along, 1.0, out=along)
        ax += along * dx
        ay += along * dy
        return math.sqrt(np.minimum.reduce(ax * ax + ay * ay))

    def distances_m(self, rows: IntArray, lng: FloatArray, lat: FloatArray) -> FloatArray:
        """Distance in m from each point to the border of its own geometry ``rows[i]``.

        Works in slices, so memory stays bounded; each point uses the plane of its own latitude.
        """
        counts = self.starts[rows + 1] - self.starts[rows]
        out = np.full(len(rows), np.inf)
        ends = np.cumsum(counts)
        first = 0
        while first < len(rows):
            done = ends[first - 1] if first else 0
            last = max(
                first + 1, int(np.searchsorted(ends, done + _EVALUATIONS_AT_ONCE, side="right"))
            )
            part = slice(first, last)
            out[part] = self._slice_distances_m(rows[part], counts[part], lng[part], lat[part])
            first = last
        return out

    def _slice_distances_m(
        self, rows: IntArray, counts: IntArray, lng: FloatArray, lat: FloatArray
    ) -> FloatArray:
        mx, my = metres_per_degree_array(lat)
        offsets = np.zeros(len(rows), dtype=np.int64)
        np.cumsum(counts[:-1], out=offsets[1:])
        which = np.arange(counts.sum()) + np.repeat(self.starts[rows] - offsets, counts)
        part = self.table[:, which]
        ax, ay, dx, dy = part
        scale_x = np.repeat(mx, counts)
        scale_y = np.repeat(my, counts)
        ax -= np.repeat(lng, counts)
        ay -= np.repeat(lat, counts)
        ax *= scale_x
        dx *= scale_x
        ay *= scale_y
        dy *= scale_y
        along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
        np.clip(along, 0.0, 1.0, out=along)
        ax += along * dx
        ay += along * dy
        ax *= ax
        ay *= ay
        ax += ay
        out = np.full(len(rows), np.inf)
        full = counts > 0
        if full.any():
            out[full] = np.sqrt(np.minimum.reduceat(ax, offsets[full]))
        return out


def directed_edges(geoms: GeometryArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Start points (m, 2), end points (m, 2) and owner rows (m,) of all ring edges.

    The inside of the polygon lies on the left of every edge.  Edges of length 0 are dropped.
    Other types than (multi)polygons have no edges.
    """
    polygons, polygon_owner = shapely.get_parts(geoms, return_index=True)
    is_polygon = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    polygons, polygon_owner = polygons[is_polygon], polygon_owner[is_polygon]
    polygons = shapely.orient_polygons(polygons, exterior_cw=False)
    rings, ring_polygon = shapely.get_rings(polygons, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    inside_ring = point_ring[1:] == point_ring[:-1]
    start, end = points[:-1][inside_ring], points[1:][inside_ring]
    owner = polygon_owner[ring_polygon[point_ring[:-1][inside_ring]]].astype(np.int64)
    moves = (start != end).any(axis=1)
    return start[moves], end[moves], owner[moves]
