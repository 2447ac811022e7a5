"""The local affine plane of a place: metres east and north of its centre.

Affine in degrees, so lines that are straight in EPSG:4490 stay straight.  Lengths are right to
about 1 % near the centre latitude, enough for drawing synthetic terrain; nothing is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

_M_PER_DEG = 111_195.0
_DEGREE_DECIMALS = 9  # 0.1 mm


@dataclass(frozen=True)
class LocalPlane:
    """Maps (lng, lat) to (x_m, y_m) and back; arrays of shape (n, 2)."""

    lng0: float
    lat0: float

    @property
    def _scale(self) -> Floats:
        return np.array([_M_PER_DEG * cos(radians(self.lat0)), _M_PER_DEG])

    def from_degrees(self, lng_lat: Floats) -> Floats:
        """Metres from the centre."""
        return (np.asarray(lng_lat, dtype=float) - [self.lng0, self.lat0]) * self._scale

    def to_degrees(self, xy_m: Floats) -> Floats:
        """Degrees (lng, lat), rounded once to 1e-9."""
        return np.round(xy_m / self._scale + [self.lng0, self.lat0], _DEGREE_DECIMALS)
