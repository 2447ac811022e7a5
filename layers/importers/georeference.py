"""A scanned map laid on the ground by clicked points: least squares, with what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree

Floats = npt.NDArray[np.float64]

LEAST_POINTS: Final = 3
_LARGEST_CONDITION: Final = 1e6
# fewer points than this leave nothing over: the fit is exact and its RMS tells nothing
_POINTS_WITH_REST: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Georeference:
    """An affine map from pixels to EPSG:4490 degrees.

    ``rms_m`` is the root of the mean square of what is left over, None with three points: they fit
    any map exactly.  ``residual_m`` is that of each point in the order given, ``worst`` the number
    (from 0) of the largest one.
    """

    to_lng: tuple[float, float, float]
    to_lat: tuple[float, float, float]
    rms_m: float | None
    residual_m: Floats
    worst: int
    metres_per_pixel: float

    def apply(self, columns_rows: Floats) -> Floats:
        """n×2 pixels (column, row) as n×2 (lng, lat)."""
        pixels = np.column_stack([columns_rows, np.ones(len(columns_rows))])
        result: Floats = pixels @ np.array([self.to_lng, self.to_lat]).T
        return result

    def outline(self, width_px: int, height_px: int) -> Floats:
        """The corners of the image, 5×2 (lng, lat), closed."""
        corners = [(0, 0), (width_px, 0), (width_px, height_px), (0, height_px), (0, 0)]
        return self.apply(np.array(corners, dtype=np.float64))


def fit_affine(
    pixels: Sequence[tuple[float, float]], places: Sequence[tuple[float, float]]
) -> Georeference:
    """The affine map that leaves the least squares between clicked ``pixels`` (column, row) and
    ``places`` (lng, lat), in metres of the local plane.

    Raises InvalidInput ``georeference.too_few`` (under three), ``georeference.not_finite``,
    ``georeference.in_line`` (points nearly on one line).
    """
    from_ = np.asarray(pixels, dtype=np.float64).reshape(-1, 2)
    to = np.asarray(places, dtype=np.float64).reshape(-1, 2)
    if len(from_) < LEAST_POINTS or len(from_) != len(to):
        raise InvalidInput("georeference.too_few", count=len(from_), least=LEAST_POINTS)
    if not (np.isfinite(from_).all() and np.isfinite(to).all()):
        raise InvalidInput("georeference.not_finite")
    middle = to.mean(axis=0)
    metres = np.array(metres_per_degree(float(middle[1])))
    ground = (to - middle) * metres
    centre, spread = from_.mean(axis=0), float(np.abs(from_ - from_.mean(axis=0)).max()) or 1.0
    design = np.column_stack([(from_ - centre) / spread, np.ones(len(from_))])
    for points in (
        design,
        np.column_stack([ground / (np.abs(ground).max() or 1.0), np.ones(len(to))]),
    ):
        if np.linalg.cond(points) > _LARGEST_CONDITION:
            raise InvalidInput("georeference.in_line")
    solution = np.linalg.lstsq(design, ground, rcond=None)[0]
    rest = np.hypot(*(design @ solution - ground).T)
    linear = solution[:2] / spread
    shift = solution[2] - centre @ linear
    lng, lat = (
        (linear[0, i] / metres[i], linear[1, i] / metres[i], shift[i] / metres[i] + middle[i])
        for i in (0, 1)
    )
    return Georeference(
        to_lng=(float(lng[0]), float(lng[1]), float(lng[2])),
        to_lat=(float(lat[0]), float(lat[1]), float(lat[2])),
        rms_m=float(np.sqrt(np.mean(rest**2))) if len(to) >= _POINTS_WITH_REST else None,
        residual_m=rest,
        worst=int(rest.argmax()),
        metres_per_pixel=float(np.sqrt(abs(np.linalg.det(linear)))),
    )
