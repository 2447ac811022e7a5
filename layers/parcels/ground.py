"""One plane of metres round a strip; borders that are straight in EPSG:4490 stay straight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """An affine map of EPSG:4490 degrees to metres east and north of ``lng, lat``.

    Shapes are cut, joined and measured here, so that nothing is lost where they are put together
    again.  Areas that people read are computed elsewhere (``grid_boundaries.geo.measure``).
    """

    lng: float
    lat: float

    @staticmethod
    def around(geom: BaseGeometry) -> Ground:
        """The plane round the middle of a geometry."""
        west, south, east, north = geom.bounds
        return Ground((west + east) / 2, (south + north) / 2)

    @property
    def scale(self) -> Floats:
        """(2,) metres of a degree of longitude and of latitude."""
        return np.array(metres_per_degree(self.lat))

    def to_metres(self, geom: BaseGeometry) -> BaseGeometry:
        """Degrees to metres."""
        origin, scale = np.array([self.lng, self.lat]), self.scale
        moved: BaseGeometry = shapely.transform(geom, lambda xy: (xy - origin) * scale)
        return moved

    def to_degrees(self, geom: BaseGeometry) -> BaseGeometry:
        """Metres to degrees."""
        origin, scale = np.array([self.lng, self.lat]), self.scale
        moved: BaseGeometry = shapely.transform(geom, lambda xy: xy / scale + origin)
        return moved
