"""Where somebody stands against the strip; a circle that crosses the edge is never "inside"."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from layers.parcels.ground import Ground

INSIDE, OUTSIDE, CANNOT_TELL = "inside", "outside", "cannot_tell"
MOST_ACCURACY_M: Final = 10_000.0


@dataclass(frozen=True, slots=True)
class Standing:
    """``edge_m`` is the distance to the nearest edge of the strip, whichever side one is on."""

    verdict: str
    edge_m: float
    accuracy_m: float


def tell_position(strip: BaseGeometry, lng: float, lat: float, accuracy_m: float) -> Standing:
    """Inside, outside or not to be told, for a position known to ``accuracy_m`` (EPSG:4490).

    The circle of that radius must lie wholly on one side of the edge; touching it is not enough.
    Raises InvalidInput ``land.accuracy`` unless 0 < accuracy ≤ 10 km.
    """
    if not (math.isfinite(accuracy_m) and 0 < accuracy_m <= MOST_ACCURACY_M):
        raise InvalidInput("land.accuracy", field="accuracy_m")
    ground = Ground(lng, lat)
    shape, here = ground.to_metres(strip), shapely.Point(0, 0)
    edge = float(shapely.distance(shapely.boundary(shape), here))
    if edge <= accuracy_m:
        return Standing(CANNOT_TELL, edge, accuracy_m)
    return Standing(INSIDE if shapely.covers(shape, here) else OUTSIDE, edge, accuracy_m)
