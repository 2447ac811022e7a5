"""Which parcels cover the same ground, and how much: all pairs of a layer, or one claim at save.

Coordinates are EPSG:4490; areas are taken in the local affine plane at the latitude of each
overlap, where borders that are straight in 4490 stay straight.  Parts are compared one by one, so
that two parts of one certificate lying over each other are found too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.hierarchy.findings import plane_areas_m2
from layers.parcels.separation import can_share, read_outlines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """Pairs (left ≤ right, rows of the input) in ascending order.

    ``left == right`` marks parts of one parcel that lie over each other.  ``shared`` is the ground
    in both (EPSG:4490), ``area_m2`` its area, counted once where several parts meet.
    ``unreadable`` are rows whose outline crosses itself and could lie over another: they take part
    in no pair and must be repaired first.
    """

    left: Ints
    right: Ints
    area_m2: Floats
    shared: Objects
    unreadable: Ints


class ParcelIndex:
    """Polygons and multipolygons made ready for questions; missing and empty ones never overlap.

    Raises InvalidInput ``land.not_polygon`` for points and lines.
    """

    def __init__(self, geoms: Objects) -> None:
        self.parts, self.parcel = explode(geoms)
        self._outlines = read_outlines(self.parts)
        self._tree = shapely.STRtree(self.parts)

    def list_overlaps(self, min_area_m2: float) -> Overlaps:
        """All pairs that share more than ``min_area_m2`` (≥ 0)."""
        require_tolerance(min_area_m2)
        asked, met = self._tree.query(self.parts)
        once = asked < met
        asked, met = asked[once], met[once]
        kept = can_share(self._outlines, asked, met, self._part_limit(asked, met, min_area_m2))
        return self._measure(asked[kept], met[kept], min_area_m2)

    def list_overlaps_of(self, geom: BaseGeometry, min_area_m2: float) -> Overlaps:
        """Pairs (0, row) of one claim that is not in the index with each parcel that is.

        ``unreadable`` are rows of the index.  The claim's own parts over each other are found by
        ``list_overlaps`` of it alone.  Raises InvalidInput as ``require_outline``.
        """
        require_tolerance(min_area_m2)
        require_outline(geom)
        parts, _ = explode(np.array([geom], dtype=object))
        asked, met = self._tree.query(parts, predicate="intersects")
        both = ParcelPairs(parts[asked], self.parts[met], np.zeros_like(asked), self.parcel[met])
        return both.measure(min_area_m2)

    def _part_limit(self, asked: Ints, met: Ints, min_area_m2: float) -> Floats:
        """(p,) ``min_area_m2``; 0 where small pieces of several parts can add up."""
        several = np.bincount(self.parcel) > 1 if len(self.parcel) else np.empty(0, dtype=bool)
        adds_up = several[self.parcel[asked]] | several[self.parcel[met]]
        return np.where(adds_up, 0.0, min_area_m2)

    def _measure(self, asked: Ints, met: Ints, min_area_m2: float) -> Overlaps:
        swap = self.parcel[asked] > self.parcel[met]
        first, second = np.where(swap, met, asked), np.where(swap, asked, met)
        pairs = ParcelPairs(
            self.parts[first], self.parts[second], self.parcel[first], self.parcel[second]
        )
        return pairs.measure(min_area_m2)


@dataclass(frozen=True, slots=True, eq=False)
class ParcelPairs:
    """Pairs of parts (p,) and the rows of the parcels they belong to."""

    first: Objects
    second: Objects
    left: Ints
    right: Ints

    def measure(self, min_area_m2: float) -> Overlaps:
        """Intersections of the parts, put together to one row for each pair of parcels."""
        sound_first, sound_second = shapely.is_valid(self.first), shapely.is_valid(self.second)
        sound = sound_first & sound_second
        unreadable = np.unique(
            np.concatenate([self.left[~sound_first], self.right[~sound_second]])
        ).astype(np.int64)
        # most pairs that are left only touch, which is quicker to know than an intersection to make
        sound[sound] = ~shapely.touches(self.first[sound], self.second[sound])
        shared = shapely.intersection(self.first[sound], self.second[sound])
        left, right = self.left[sound], self.right[sound]
        some = shapely.area(shared) > 0
        left, right, shared = _join_parts(left[some], right[some], shared[some])
        shared = _keep_polygons(shared)
        area = measure_pieces(shared)
        above = area > min_area_m2
        return Overlaps(left[above], right[above], area[above], shared[above], unreadable)


def explode(geoms: Objects) -> tuple[Objects, Ints]:
    """Non-empty polygon parts and the row of the parcel each belongs to."""
    parts, parcel = shapely.get_parts(geoms, return_index=True)
    present = ~shapely.is_empty(parts)
    parts, parcel = parts[present], parcel[present]
    if len(parts) and (shapely.get_type_id(parts) != shapely.GeometryType.POLYGON).any():
        raise InvalidInput("land.not_polygon")
    return parts, parcel.astype(np.int64)


def measure_pieces(geoms: Objects) -> Floats:
    """(n,) area in m², each polygon piece measured at its own middle latitude."""
    pieces, row = shapely.get_parts(geoms, return_index=True)
    if len(pieces) == 0:
        return np.zeros(len(geoms))
    sums = np.bincount(row, weights=plane_areas_m2(pieces), minlength=len(geoms))
    return np.asarray(sums, dtype=np.float64)


def require_tolerance(min_area_m2: float) -> None:
    """Raise InvalidInput ``land.tolerance`` unless the tolerance is a finite number ≥ 0."""
    if not (np.isfinite(min_area_m2) and min_area_m2 >= 0):
        raise InvalidInput("land.tolerance")


def require_outline(geom: BaseGeometry | None) -> None:
    """Raise InvalidInput unless every part is a polygon that does not cross itself.

    ``land.no_outline`` (missing, empty), ``land.not_polygon``, ``land.crosses_itself``.  Parts may
    lie over each other.
    """
    if geom is None or geom.is_empty:
        raise InvalidInput("land.no_outline")
    parts, _ = explode(np.array([geom], dtype=object))
    if not shapely.is_valid(parts).all():
        raise InvalidInput("land.crosses_itself")


def _join_parts(left: Ints, right: Ints, shared: Objects) -> tuple[Ints, Ints, Objects]:
    """One row for each pair of parcels, ascending; pieces of one pair are united."""
    if len(left) == 0:
        return left, right, shared
    order = np.lexsort((right, left))
    left, right, shared = left[order], right[order], shared[order]
    first = np.flatnonzero(np.r_[True, (np.diff(left) != 0) | (np.diff(right) != 0)])
    size = np.diff(np.r_[first, len(left)])
    joined = shared[first].copy()
    for k in np.flatnonzero(size > 1).tolist():
        joined[k] = shapely.union_all(shared[first[k] : first[k] + size[k]])
    return left[first], right[first], joined


def _keep_polygons(shared: Objects) -> Objects:
    """Ground only: points and lines where outlines merely touch are dropped."""
    mixed = np.flatnonzero(shapely.get_type_id(shared) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for k in mixed.tolist():
        pieces = shapely.get_parts(shared[k])
        kind = shapely.get_type_id(pieces)
        shared[k] = shapely.multipolygons(pieces[kind == shapely.GeometryType.POLYGON])
    return shared
