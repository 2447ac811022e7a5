"""Which cells may cover a point: their bounding boxes in a lattice of equal boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.locate.segments import spread

_BOXES_PER_CELL: Final = 8
_NOBODY: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Box ``column + row * columns`` holds ``positions[starts[box]:starts[box + 1]]``, ascending.

    A look-up is a few operations on plain numbers, a third of what one question to a tree costs.
    """

    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float
    columns: int
    rows: int
    starts: list[int]
    positions: npt.NDArray[np.int64]

    @classmethod
    def of(cls, bounds: npt.NDArray[np.float64]) -> Lattice:
        """Index (n, 4) bounding boxes; those of the lattice are about as large as the mean
        one, and no more than eight for each.

        Rows of NaN (empty geometries) are nowhere.
        """
        some = np.flatnonzero(np.isfinite(bounds).all(axis=1))
        if len(some) == 0:
            return cls(0.0, 0.0, 0.0, 0.0, 0, 0, [0], _NOBODY)
        low, high = bounds[some, :2], bounds[some, 2:]
        corner, extent = low.min(axis=0), np.maximum(np.ptp(np.vstack((low, high)), axis=0), 1e-9)
        counts = np.clip(extent / np.maximum((high - low).mean(axis=0), 1e-9), 1, None)
        most = _BOXES_PER_CELL * len(some)
        counts *= min(1.0, np.sqrt(most / counts.prod()))
        columns, rows = np.clip(counts.astype(np.int64), 1, most).tolist()
        per_degree = np.array([columns, rows]) / extent
        first = _clip((low - corner) * per_degree, columns, rows)
        last = _clip((high - corner) * per_degree, columns, rows)
        cell, row = spread(first[:, 1], last[:, 1] + 1)
        strip, column = spread(first[cell, 0], last[cell, 0] + 1)
        box = column + row[strip] * columns
        order = np.argsort(box, kind="stable")  # positions stay ascending within a box
        starts = np.searchsorted(box[order], np.arange(columns * rows + 1))
        (west, south), (per_column, per_row) = corner.tolist(), per_degree.tolist()
        held = some[cell[strip]][order]
        return cls(west, south, per_column, per_row, columns, rows, starts.tolist(), held)

    def list_near(self, lng: float, lat: float) -> npt.NDArray[np.int64]:
        """Positions of all cells whose bounding box holds the point, and of others near it."""
        column = math.floor((lng - self.west) * self.columns_per_degree)
        row = math.floor((lat - self.south) * self.rows_per_degree)
        # The last column and row own the far border.
        if column == self.columns:
            column -= 1
        if row == self.rows:
            row -= 1
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return _NOBODY
        box = column + row * self.columns
        return self.positions[self.starts[box] : self.starts[box + 1]]


def _clip(cells: npt.NDArray[np.float64], columns: int, rows: int) -> npt.NDArray[np.int64]:
    return np.clip(np.floor(cells).astype(np.int64), 0, [columns - 1, rows - 1])
