"""A place for what has none: somewhere in its grid cell, and always marked approximate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely


def points_in_cells(
    cells: npt.NDArray[np.object_], cell_of_row: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """For each row a point surely inside its cell (EPSG:4490): the middle of the largest circle.

    ``cell_of_row`` are places in ``cells``, -1 for a row without a cell (None).  Rows of one cell
    get the same point: scattering them would look like knowledge.
    """
    middles = np.full(len(cells), None, dtype=object)
    there = ~shapely.is_missing(cells) & ~shapely.is_empty(cells)
    for at in np.flatnonzero(there).tolist():
        west, south, east, north = shapely.bounds(cells[at]).tolist()
        tolerance = max(east - west, north - south) / 200
        radius = shapely.maximum_inscribed_circle(cells[at], tolerance=tolerance)
        middles[at] = shapely.get_point(radius, 0)
    found = np.full(len(cell_of_row), None, dtype=object)
    placed = cell_of_row >= 0
    found[placed] = middles[cell_of_row[placed]]
    return found
