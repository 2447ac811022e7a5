"""Villages with households for redrawing (合成数据): settlements and scattered farms."""

from __future__ import annotations

import numpy as np
import shapely

from tests.unit.locate.coverages import fractal_coverage


def make_village(households: int, *, seed: int) -> tuple[shapely.Polygon, np.ndarray]:
    """One polygon with fractal borders and (households, 2) points inside it, in degrees."""
    rng = np.random.default_rng(seed)
    village = fractal_coverage(2, 2, seed=seed, origin=(110.3, 39.3), size=(0.1, 0.08))[seed % 4]
    shapely.prepare(village)
    west, south, east, north = village.bounds
    centres = rng.uniform((west, south), (east, north), (5, 2))
    crowd = centres[rng.integers(5, size=households * 20)]
    crowd = crowd + rng.normal(0, 0.005, crowd.shape)
    spread = rng.uniform((west, south), (east, north), crowd.shape)
    points = np.where(rng.random((len(crowd), 1)) < 0.7, crowd, spread)
    return village, points[shapely.contains_xy(village, points)][:households]
