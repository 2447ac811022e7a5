"""Border segments of many polygons as flat arrays, and distances to them in the local plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[np.object_]

_BLOCK: Final = 16
_BLOCKS_AT_ONCE: Final = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class SegmentBlocks:
    """Runs of segments of one geometry: block b has segments ``first[b]:first[b + 1]`` and the
    bounding box ``boxes[:, b]`` (west, south, east, north); geometry i has the blocks
    ``starts[i]:starts[i + 1]``."""

    starts: IntArray
    first: IntArray
    boxes: FloatArray

    @classmethod
    def of(cls, table: FloatArray, segment_starts: IntArray) -> SegmentBlocks:
        """Cut the segments of each geometry into blocks."""
        per_geometry = -(-np.diff(segment_starts) // _BLOCK)
        starts = np.zeros(len(segment_starts), dtype=np.int64)
        np.cumsum(per_geometry, out=starts[1:])
        owner = np.repeat(np.arange(len(per_geometry)), per_geometry)
        place = np.arange(len(owner)) - starts[owner]
        first = np.append(segment_starts[owner] + place * _BLOCK, segment_starts[-1])
        boxes = np.empty((4, len(owner)))
        if len(owner):
            for axis in (0, 1):
                low, high = table[axis], table[axis] + table[axis + 2]
                boxes[axis] = np.minimum.reduceat(np.minimum(low, high), first[:-1])
                boxes[axis + 2] = np.maximum.reduceat(np.maximum(low, high), first[:-1])
        return cls(starts, first, boxes)


@dataclass(frozen=True, slots=True, eq=False)
class BorderSegments:
    """Segments of all rings (holes too) of n polygons or multipolygons.

    Those of geometry i are columns ``starts[i]:starts[i + 1]`` of ``table``, whose rows are
    start lng, start lat, end lng − start lng, end lat − start lat, in degrees; ``slices[i]`` is the
    same range, ready for use.  Shells run
    counter-clockwise and holes clockwise, so the inside is on the left.  ``blocks`` group up to 16
    segments in a row, so that far parts of a long border are passed over.
    """

    table: FloatArray
    starts: IntArray
    slices: list[slice]
    blocks: SegmentBlocks

    @classmethod
    def of(cls, geoms: GeometryArray) -> BorderSegments:
        """Take the segments out of polygons; segments of length 0 are dropped."""
        start, end, owner = directed_edges(geoms)
        table = np.empty((4, len(owner)))
        table[:2] = start.T
        table[2:] = (end - start).T
        starts = np.zeros(len(geoms) + 1, dtype=np.int64)
        np.cumsum(np.bincount(owner, minlength=len(geoms)), out=starts[1:])
        slices = [slice(*ends) for ends in pairwise(starts.tolist())]
        return cls(table, starts, slices, SegmentBlocks.of(table, starts))

    def distance_m(self, row: int, lng: float, lat: float, mx: float, my: float) -> float:
        """Distance in m from the point to the border of geometry ``row``; ``mx, my`` at the point.

        Infinite for a geometry without segments.
        """
        part = self.table[:, self.slices[row]]
        if part.shape[1] == 0:
            return math.inf
        return my * math.sqrt(np.minimum.reduce(_squared_distances(part, lng, lat, mx / my)))

    def each_distance_m(
        self, rows: list[int], lng: float, lat: float, mx: float, my: float
    ) -> list[float]:
        """:meth:`distance_m` of a few geometries in one pass; each must have segments."""
        table, slices = self.table, self.slices
        parts = [table[:, slices[row]] for row in rows]
        if len(parts) == 1:
            squared = _squared_distances(parts[0], lng, lat, mx / my)
            return [my * math.sqrt(np.minimum.reduce(squared))]
        squared = _squared_distances(np.concatenate(parts, axis=1), lng, lat, mx / my)
        offsets = [0]
        for part in parts[:-1]:
            offsets.append(offsets[-1] + part.shape[1])
        least: list[float] = np.minimum.reduceat(squared, offsets).tolist()
        return [my * math.sqrt(value) for value in least]

    def distances_m(self, rows: IntArray, lng: FloatArray, lat: FloatArray) -> FloatArray:
        """Distance in m from each point to the border of its own geometry ``rows[i]``.

        Works in slices, so memory stays bounded; each point uses the plane of its own latitude.
        """
        counts = self.blocks.starts[rows + 1] - self.blocks.starts[rows]
        out = np.full(len(rows), np.inf)
        some = np.flatnonzero(counts)
        ends = np.cumsum(counts[some])
        first = 0
        while first < len(some):
            done = ends[first - 1] if first else 0
            last = int(np.searchsorted(ends, done + _BLOCKS_AT_ONCE, side="right"))
            last = max(first + 1, last)
            part = some[first:last]
            out[part] = self._slice_distances_m(rows[part], lng[part], lat[part])
            first = last
        return out

    def _slice_distances_m(self, rows: IntArray, lng: FloatArray, lat: FloatArray) -> FloatArray:
        mx, my = metres_per_degree_array(lat)
        point, block = self._near_blocks(rows, lng, lat, mx, my)
        within, segment = spread(self.blocks.first[block], self.blocks.first[block + 1])
        point = point[within]
        ax, ay, dx, dy = (values[segment] for values in self.table)
        scale_x, scale_y = mx[point], my[point]
        ax -= lng[point]
        ay -= lat[point]
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
        return np.sqrt(np.minimum.reduceat(ax, np.searchsorted(point, np.arange(len(rows)))))

    def _near_blocks(
        self, rows: IntArray, lng: FloatArray, lat: FloatArray, mx: FloatArray, my: FloatArray
    ) -> tuple[IntArray, IntArray]:
        """(point, block) of blocks whose box is not farther than some vertex of the border."""
        blocks = self.blocks
        point, block = spread(blocks.starts[rows], blocks.starts[rows + 1])
        x, y, scale_x, scale_y = lng[point], lat[point], mx[point], my[point]
        west, south, east, north = (values[block] for values in blocks.boxes)
        gap_x = np.maximum(np.maximum(west - x, x - east), 0.0) * scale_x
        gap_y = np.maximum(np.maximum(south - y, y - north), 0.0) * scale_y
        vertex = blocks.first[block]
        to_x = (self.table[0, vertex] - x) * scale_x
        to_y = (self.table[1, vertex] - y) * scale_y
        offsets = np.searchsorted(point, np.arange(len(rows)))
        bound = np.minimum.reduceat(to_x * to_x + to_y * to_y, offsets)
        keep = gap_x * gap_x + gap_y * gap_y <= bound[point] * (1 + 1e-9) + 1e-9
        return point[keep], block[keep]


def spread(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """All (index, number) with ``first[index] <= number < last[index]``, in order."""
    counts = np.maximum(last - first, 0)
    index = np.repeat(np.arange(len(first)), counts)
    before = np.cumsum(counts) - counts
    number = np.arange(len(index)) + (first - before)[index]
    return index, number


def _squared_distances(part: FloatArray, lng: float, lat: float, squeeze: float) -> FloatArray:
    """Squared distances to segments in degrees of latitude; ``squeeze`` = mx / my.

    Both axes go through each operation together: on a hundred segments the number of operations
    is what costs, not their length.
    """
    metric = np.array((squeeze * squeeze, 1.0))
    step = part[2:]
    offset = np.array(((lng,), (lat,))) - part[:2]
    # the share of the way along the segment to the nearest place, kept on the segment
    share = metric.dot(offset * step)
    share /= metric.dot(step * step)
    np.maximum(share, 0.0, out=share)
    np.minimum(share, 1.0, out=share)
    offset -= step * share
    offset *= offset
    squared: FloatArray = metric.dot(offset)
    return squared


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
