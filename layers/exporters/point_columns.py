"""Points in sheets: longitude and latitude as two columns of numbers, nothing lost."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from layers.exporters.tables import Batch

POINT_HEADINGS: Final = ("经度", "纬度")


def point_values(batch: Batch) -> tuple[list[float | None], list[float | None]]:
    """(lng, lat) of every row in EPSG:4490 degrees; None for a row without a point."""
    assert batch.geometry is not None
    lng, lat = shapely.get_x(batch.geometry), shapely.get_y(batch.geometry)
    return _numbers(lng), _numbers(lat)


def _numbers(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
