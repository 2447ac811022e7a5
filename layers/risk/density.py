"""Density of reports: a picture of where reports come from.  It is never called risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from grid_boundaries.errors import InvalidInput
from layers.risk.provenance import Floats, Ints, Provenance, require_finite

LABEL: Final = {"zh": "报告密度（不是风险）", "en": "density of reports (not risk)"}
_LARGEST_SIDE: Final = 4096
_REACH_SD: Final = 4.0


@dataclass(frozen=True, slots=True)
class Density:
    """``per_km2`` (rows, columns), row 0 at ``min_y_m``; it sums, times the pixel area, to the
    points inside.  ``outside`` points are not in it."""

    per_km2: Floats
    min_x_m: float
    min_y_m: float
    pixel_m: float
    outside: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Spike:
    """Reports dropped on exactly one coordinate, such as the office or a default point."""

    x_m: float
    y_m: float
    reports: Ints


def find_density(
    x_m: npt.ArrayLike,
    y_m: npt.ArrayLike,
    extent_m: tuple[float, float, float, float],
    pixel_m: float,
    bandwidth_m: float,
) -> Density:
    """Histogram of points and a Gaussian filter of ``bandwidth_m``; nothing leaves at the edge.

    ``extent_m`` is (min_x, min_y, max_x, max_y), closed at its lower sides.  Raises InvalidInput
    ``risk.bad_extent`` for an empty extent or one over 4096 pixels a side.
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    min_x, min_y, max_x, max_y = extent_m
    columns, rows = (int(np.ceil(s / pixel_m)) for s in (max_x - min_x, max_y - min_y))
    if not (0 < columns <= _LARGEST_SIDE and 0 < rows <= _LARGEST_SIDE):
        raise InvalidInput("risk.bad_extent", columns=columns, rows=rows, limit=_LARGEST_SIDE)
    column = np.floor((x - min_x) / pixel_m)
    row = np.floor((y - min_y) / pixel_m)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    flat = (row[inside] * columns + column[inside]).astype(np.int64)
    counts = np.bincount(flat, minlength=rows * columns).reshape(rows, columns)
    smooth = gaussian_filter(
        counts.astype(np.float64), bandwidth_m / pixel_m, mode="reflect", truncate=_REACH_SD
    )
    made_from = Provenance(
        "density", {"points": x.shape}, None, {"pixel_m": pixel_m, "bandwidth_m": bandwidth_m}
    )
    per_km2 = smooth / (pixel_m / 1000.0) ** 2
    return Density(per_km2, min_x, min_y, pixel_m, int((~inside).sum()), made_from)


def find_spikes(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, share: float = 0.02, at_least: int = 10
) -> list[Spike]:
    """Coordinates that hold at least ``at_least`` reports and more than ``share`` of all.

    They are to be flagged, left out and counted, not spread; most reports first.
    """
    x = require_finite("x_m", x_m)
    y = require_finite("y_m", y_m, x.shape)
    places, back, counts = np.unique(
        np.column_stack([x, y]), axis=0, return_inverse=True, return_counts=True
    )
    heavy = np.flatnonzero((counts >= at_least) & (counts > share * len(x)))
    heavy = heavy[np.argsort(-counts[heavy], kind="stable")]
    which = back.ravel()
    return [
        Spike(float(places[k, 0]), float(places[k, 1]), np.flatnonzero(which == k)) for k in heavy
    ]
