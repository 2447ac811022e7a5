"""Which places lie further than a distance from every service point."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from pyproj import Geod
from scipy.spatial import cKDTree

from grid_boundaries.geo.local_plane import FLATTENING, SEMI_MAJOR_AXIS_M

FloatArray = npt.NDArray[np.float64]
_GEOD: Final = Geod(a=SEMI_MAJOR_AXIS_M, f=FLATTENING)
# A chord of the ellipsoid is shorter than its geodesic, by less than 5e-5 of it up to 200 km.
_SURE: Final = 1 - 1e-4


def are_beyond(places: FloatArray, points: FloatArray, beyond_m: float) -> npt.NDArray[np.bool_]:
    """For each place whether its geodesic distance to every point is more than ``beyond_m``.

    ``places`` and ``points`` are rows of lng, lat in degrees of EPSG:4490; ``beyond_m`` at most
    200,000 m.  Exactly that distance is within reach; without points everything is beyond.
    Distances on the CGCS2000 ellipsoid (Karney 2013); chords only spare asking where the answer is
    sure.
    """
    if len(points) == 0 or len(places) == 0:
        return np.ones(len(places), dtype=bool)
    at, centres = _in_space(places), _in_space(points)
    nearest, _ = cKDTree(centres).query(at)
    beyond: npt.NDArray[np.bool_] = np.asarray(nearest) > beyond_m
    for row in np.flatnonzero(~beyond & (nearest > beyond_m * _SURE)):
        lng, lat = np.full(len(points), places[row, 0]), np.full(len(points), places[row, 1])
        _, _, distances = _GEOD.inv(lng, lat, points[:, 0], points[:, 1])
        beyond[row] = np.min(distances) > beyond_m
    return beyond


def _in_space(lnglat: FloatArray) -> FloatArray:
    """Geocentric metres of points on the ellipsoid."""
    lng, lat = np.radians(lnglat[:, 0]), np.radians(lnglat[:, 1])
    e2 = FLATTENING * (2 - FLATTENING)
    n = SEMI_MAJOR_AXIS_M / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.column_stack(
        [n * np.cos(lat) * np.cos(lng), n * np.cos(lat) * np.sin(lng), n * (1 - e2) * np.sin(lat)]
    )
