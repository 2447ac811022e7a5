"""Borders for small scales: a level simplified as one coverage, so that no sliver opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import coverage_clean  # type: ignore[attr-defined]  # the stubs are of 2.1

# Zooms of tiles that get a copy of their own; smaller zooms take the first.
COPY_ZOOMS = (10, 9, 8, 6)
_EARTH_M = 40_075_016.685578488
_SCREEN_PX = 512


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Where a name has most room: centre (EPSG:3857) and radius (its metres) of the largest circle
    inside the largest part of each shape.
    """

    centres: npt.NDArray[np.object_]
    radii: npt.NDArray[np.float64]


def tolerance_of(zoom: int) -> float:
    """Metres of EPSG:3857 that two pixels cover, tiles being drawn 512 px wide.

    A corner goes when its triangle is smaller than the square of it.
    """
    return float(2 * _EARTH_M / 2**zoom / _SCREEN_PX)


def simplify_level(geoms: npt.NDArray[np.object_]) -> Mapping[int, npt.NDArray[np.object_]]:
    """Copies of a level's shapes (EPSG:3857) for each of ``COPY_ZOOMS``, in the same order.

    Shared borders stay shared; a shape never vanishes.  A level whose shapes overlap is no
    coverage: its shared borders are then kept where they agree vertex by vertex.  Each copy is
    made from the finer one.
    """
    try:
        return _simplify_each(geoms)
    except shapely.errors.GEOSException:
        # two vertices that projecting rounds to one leave a border that runs out and back
        return _simplify_each(coverage_clean(geoms))


def _simplify_each(finer: npt.NDArray[np.object_]) -> Mapping[int, npt.NDArray[np.object_]]:
    copies = {}
    for zoom in sorted(COPY_ZOOMS, reverse=True):
        finer = shapely.coverage_simplify(finer, tolerance_of(zoom))
        copies[zoom] = finer
    return copies


def find_labels(geoms: npt.NDArray[np.object_]) -> Labels:
    """Where to write the names of shapes in EPSG:3857; no shape may be empty."""
    parts, owner = shapely.get_parts(geoms, return_index=True)
    areas = shapely.area(parts)
    order = np.lexsort((-areas, owner))
    _, first = np.unique(owner[order], return_index=True)
    largest = parts[order[first]]
    west, south, east, north = shapely.bounds(largest).T
    tolerance = np.maximum(np.maximum(east - west, north - south) / 100, 0.01)
    circles = shapely.maximum_inscribed_circle(largest, tolerance)
    return Labels(shapely.get_point(circles, 0), shapely.length(circles))
