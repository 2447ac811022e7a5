"""The raster laid over a coverage: how many pixels, and where a position falls in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

PIXELS_PER_EDGE: Final = 8
MIN_RESOLUTION: Final = 32
MAX_RESOLUTION: Final = 8192


@dataclass(frozen=True, slots=True)
class RasterFrame:
    """``columns × rows`` pixels from (``west``, ``south``); scales are pixels per degree.

    The outermost ring of pixels lies outside the coverage, so that positions clipped into the
    frame from anywhere land on empty pixels.
    """

    west: float
    south: float
    scale_x: float
    scale_y: float
    columns: int
    rows: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float], resolution: int) -> RasterFrame:
        """About ``resolution²`` pixels, square in metres, with an empty rim of one pixel.

        ``bounds`` are (west, south, east, north) in degrees or metres.
        """
        west, south, east, north = bounds
        width = max(east - west, 1e-12)
        height = max(north - south, 1e-12)
        middle = (south + north) / 2
        squeeze = math.cos(math.radians(middle)) if abs(middle) < 85 else 1.0
        aspect = math.sqrt(width * squeeze / height)
        columns = min(max(round(resolution * aspect), 8), 8 * resolution)
        rows = min(max(round(resolution / aspect), 8), 8 * resolution)
        scale_x = (columns - 2.5) / width
        scale_y = (rows - 2.5) / height
        return cls(west - 1.25 / scale_x, south - 1.25 / scale_y, scale_x, scale_y, columns, rows)

    def to_pixels(self, lng: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Positions in pixel units.  The error is below 4 units in the last place of the result,
        1e-11 pixels at most, because the difference to the corner is rounded only once."""
        x = np.subtract(lng, self.west)
        x *= self.scale_x
        y = np.subtract(lat, self.south)
        y *= self.scale_y
        return x, y


def choose_resolution(edge_count: int) -> int:
    """Pixels along one side so that there are about 8 pixels per edge (32² to 8192²).

    212 cells build in milliseconds; 21,275 cells of 70 vertices get about 2500².
    """
    wanted = math.isqrt(PIXELS_PER_EDGE * max(edge_count, 1))
    return min(max(wanted, MIN_RESOLUTION), MAX_RESOLUTION)
