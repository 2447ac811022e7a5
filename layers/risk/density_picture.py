"""The density of reports as a picture that no single household can be told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from layers.risk.density import find_density
from layers.risk.provenance import require_finite

FEWEST_REPORTS: Final = 20
# In multiples of the average of the whole picture; band 0 lies below the first.
BANDS: Final = (1.0, 2.0, 4.0, 8.0)
_LEAST_BANDWIDTH_M: Final = 1000.0
_REPORTS_FOR_A_BAND: Final = 5
_PIXELS_A_BANDWIDTH: Final = 2.0
_MOST_PIXELS: Final = 160


@dataclass(frozen=True, slots=True)
class DensityPicture:
    """``rows`` from south to north, each a word of one digit per pixel: the band it lies in.

    ``extent_m`` (west, south, east, north) is what the rows cover, in the plane of the points.
    """

    rows: tuple[str, ...]
    extent_m: tuple[float, float, float, float]
    bandwidth_m: float
    reports: int


def draw_density(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, extent_m: tuple[float, float, float, float]
) -> DensityPicture | None:
    """Bands of density over ``extent_m``; None under 20 reports inside.

    The Gaussian is so wide that one report alone reaches a fifth of the average: bandwidth² = 5 A /
    (2π n), at least 1 km.  So what is coloured has several reports around it.
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    west, south, east, north = extent_m
    inside = (x >= west) & (x < east) & (y >= south) & (y < north)
    reports = int(inside.sum())
    area = (east - west) * (north - south)
    if reports < FEWEST_REPORTS or area <= 0:
        return None
    own = np.sqrt(_REPORTS_FOR_A_BAND * area / (2 * np.pi * reports))
    pixel = max(own / _PIXELS_A_BANDWIDTH, max(east - west, north - south) / _MOST_PIXELS)
    bandwidth = float(max(own, _LEAST_BANDWIDTH_M))
    found = find_density(x[inside], y[inside], extent_m, pixel, bandwidth)
    average = reports / (area / 1e6)
    bands = np.searchsorted(BANDS, found.per_km2 / average, side="right")
    rows, columns = bands.shape
    return DensityPicture(
        tuple("".join(map(str, row)) for row in bands.tolist()),
        (west, south, west + columns * pixel, south + rows * pixel), bandwidth, reports,
    )  # fmt: skip
