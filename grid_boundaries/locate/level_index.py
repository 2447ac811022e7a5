"""The cells of one level, ordered by code, with a tree over them and their border segments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.lattice import Lattice
from grid_boundaries.locate.neighbours import Neighbours
from grid_boundaries.locate.segments import BorderSegments

TIE_TOLERANCE_M: Final = 0.001
"""Distances closer than this are the same distance: stored vertices are not finer than that."""

Degrees = float | npt.NDArray[np.float64]

_MANY: Final = 6  # more candidates than this are worth a look at their bounding boxes first
_DISC_QUAD_SEGS: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class LevelIndex:
    """``rows`` are snapshot rows in code-point order of their codes, so the smallest position
    among equals is the lowest code.  All other arrays follow that order ("positions")."""

    level: int
    rows: npt.NDArray[np.int64]
    geoms: npt.NDArray[np.object_]
    tree: STRtree
    segments: BorderSegments
    bounds: npt.NDArray[np.float64]
    lattice: Lattice
    neighbours: Neighbours

    @classmethod
    def of(
        cls,
        level: int,
        rows: npt.NDArray[np.int64],
        codes: list[str],
        geoms: npt.NDArray[np.object_],
    ) -> LevelIndex:
        """Index the given snapshot rows; ``codes`` and ``geoms`` are those of the whole snapshot.

        Everything is built here, so that threads may share it.  Geometries are not prepared: GEOS
        would finish that at a first query, which is not safe between threads (libgeos #825), and
        it saves a microsecond at most on cells of a hundred vertices.
        """
        ordered = np.array(sorted(rows.tolist(), key=lambda row: codes[row]), dtype=np.int64)
        own = geoms[ordered]
        tree = STRtree(own)
        tree.query(shapely.Point())  # a tree may be finished at its first query: have that here
        bounds = shapely.bounds(own)
        return cls(
            level, ordered, own, tree, BorderSegments.of(own), bounds,
            Lattice.of(bounds), Neighbours.of(tree, bounds),
        )  # fmt: skip

    def find_covering(self, lng: float, lat: float) -> list[int]:
        """Positions of the cells that cover the point (border included), lowest code first."""
        near = self.lattice.list_near(lng, lat)
        if len(near) == 0:
            return []
        covering: list[int] = near[shapely.intersects_xy(self.geoms[near], lng, lat)].tolist()
        return covering

    def border_distance_m(self, position: int, lng: float, lat: float) -> float:
        """Distance in m from the point to the border of one cell, in the point's local plane."""
        mx, my = metres_per_degree(lat)
        return self.segments.distance_m(position, lng, lat, mx, my)

    def find_border_and_next(
        self, position: int, lng: float, lat: float
    ) -> tuple[float, tuple[int, float] | None]:
        """:meth:`border_distance_m` of the one cell that covers the point, and the next cell.

        The next is what :meth:`find_nearest` finds within that distance; both are found in one
        pass over the borders of the cell and of the neighbours that can be near enough.
        """
        mx, my = metres_per_degree(lat)
        others = self.neighbours.list_within_reach(position, lng, lat, mx, my, TIE_TOLERANCE_M)
        border_m, *distances = self.segments.each_distance_m([position, *others], lng, lat, mx, my)
        reach_m = border_m + TIE_TOLERANCE_M
        shortest = min(distances, default=math.inf)
        if shortest > reach_m:
            return border_m, None
        return border_m, _first_tied(others, distances, shortest)

    def find_nearest(
        self, lng: float, lat: float, within_m: float, passed_over: int = -1
    ) -> tuple[int, float] | None:
        """Position of and distance to the nearest cell border within ``within_m``, or None.

        ``passed_over`` is left out.  Distances within 1 mm of the shortest tie; the lowest code
        wins and its own distance is given.  Cells that cover the point are not treated apart.
        """
        mx, my = metres_per_degree(lat)
        reach_m = within_m + TIE_TOLERANCE_M
        dx, dy = reach_m / mx, reach_m / my
        near = self.tree.query(shapely.box(lng - dx, lat - dy, lng + dx, lat + dy))
        if len(near) > _MANY:
            near = near[self.bounds_distances_m(near, lng, lat, mx, my) <= reach_m]
        others: list[int] = near[near != passed_over].tolist()
        if not others:
            return None
        others.sort()
        distances = self.segments.each_distance_m(others, lng, lat, mx, my)
        shortest = min(distances)
        if shortest > reach_m:
            return None
        return _first_tied(others, distances, shortest)

    def bounds_distances_m(
        self,
        positions: npt.NDArray[np.int64],
        lng: Degrees,
        lat: Degrees,
        mx: Degrees,
        my: Degrees,
    ) -> npt.NDArray[np.float64]:
        """Distance in m from the point(s) to the bounding box of each cell, 0 inside."""
        west, south, east, north = self.bounds[positions].T
        gap_x = np.maximum(np.maximum(west - lng, lng - east), 0.0) * mx
        gap_y = np.maximum(np.maximum(south - lat, lat - north), 0.0) * my
        return np.asarray(np.hypot(gap_x, gap_y), dtype=np.float64)

    def find_nearest_from_outside(
        self, lng: float, lat: float, within_m: float
    ) -> tuple[int, float] | None:
        """As :meth:`find_nearest` for a point that no cell covers, without a good first bound."""
        if len(self.rows) == 0:
            return None
        mx, my = metres_per_degree(lat)
        guess = int(self.tree.nearest(shapely.points([lng, lat])))
        bound_m = min(within_m, self.segments.distance_m(guess, lng, lat, mx, my))
        return self.find_nearest(lng, lat, bound_m)

    def share_disc(self, lng: float, lat: float, radius_m: float) -> list[tuple[int, float]]:
        """(position, share of the disc) of every cell with a share > 0, by position.

        The disc is a 128-gon in the local plane; shares are areas over the area of that polygon.
        """
        disc = disc_polygon(lng, lat, radius_m)
        return self.share_area(disc)

    def share_area(self, area: BaseGeometry) -> list[tuple[int, float]]:
        """(position, share of the area) of every cell with a share > 0, by position."""
        near = np.sort(self.tree.query(area))
        shares = shapely.area(shapely.intersection(self.geoms[near], area)) / area.area
        return [(int(p), float(s)) for p, s in zip(near, shares, strict=True) if s > 0]


def _first_tied(
    positions: list[int], distances: list[float], shortest_m: float
) -> tuple[int, float]:
    """The lowest code among the nearest, with its own distance."""
    return next(
        (position, distance)
        for position, distance in zip(positions, distances, strict=True)
        if distance <= shortest_m + TIE_TOLERANCE_M
    )


def disc_polygon(lng: float, lat: float, radius_m: float) -> shapely.Polygon:
    """The disc of ``radius_m`` around the point as an inscribed 128-gon, in degrees."""
    mx, my = metres_per_degree(lat)
    unit = shapely.buffer(shapely.points(0.0, 0.0), 1.0, quad_segs=_DISC_QUAD_SEGS)
    scale = np.array([radius_m / mx, radius_m / my])
    disc: shapely.Polygon = shapely.transform(unit, lambda xy: xy * scale + (lng, lat))
    return disc
