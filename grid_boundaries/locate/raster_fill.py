"""Which edges touch which pixel, and what covers each pixel's reference point.

All of it is NumPy on flat arrays.  Pixel units throughout; the reference point of pixel
(column, row) is (column + REFERENCE_X, row + REFERENCE_Y), off the centre so that axis-parallel
coverages do not run through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.locate.raster_frame import RasterFrame
from grid_boundaries.locate.segments import spread
from grid_boundaries.locate.shared_edges import SharedEdges

REFERENCE_X: Final = 0.5 + 0.0127182818
REFERENCE_Y: Final = 0.5 - 0.0131415927
_TOUCH: Final = 1e-6
_ROWS_AT_ONCE: Final = 256

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def list_touched_pixels(edges: SharedEdges, frame: RasterFrame) -> tuple[IntArray, IntArray]:
    """(pixel, edge) of every edge that comes within 1e-6 pixels of the pixel, by pixel.

    Some pairs that only come near may be listed too; none that touches is left out.
    """
    ay, by = edges.table[:, 1], edges.table[:, 3]
    low = np.maximum(np.floor(np.minimum(ay, by) - _TOUCH).astype(np.int64), 0)
    high = np.minimum(np.floor(np.maximum(ay, by) + _TOUCH).astype(np.int64), frame.rows - 1)
    edge, row = spread(low, high + 1)
    left, right = _reach_in_row(edges, edge, row)
    low = np.maximum(np.floor(left).astype(np.int64), 0)
    high = np.minimum(np.floor(right).astype(np.int64), frame.columns - 1)
    which, column = spread(low, high + 1)
    pixel = row[which] * frame.columns + column
    order = np.argsort(pixel, kind="stable")
    return pixel[order], edge[which][order]


def _reach_in_row(
    edges: SharedEdges, edge: IntArray, row: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Least and greatest x that the edge has within the row, widened for touch and rounding."""
    ax, ay, bx, by = edges.table[edge, :4].T
    dx, dy = bx - ax, by - ay
    with np.errstate(divide="ignore", invalid="ignore"):
        t0 = np.clip((row - _TOUCH - ay) / dy, 0.0, 1.0)
        t1 = np.clip((row + 1 + _TOUCH - ay) / dy, 0.0, 1.0)
        slack = np.abs(dx / dy) * 1e-10
    level = dy == 0
    t0[level], t1[level], slack[level] = 0.0, 1.0, 0.0
    x0, x1 = ax + t0 * dx, ax + t1 * dx
    left = np.maximum(np.minimum(x0, x1) - slack, np.minimum(ax, bx)) - _TOUCH
    right = np.minimum(np.maximum(x0, x1) + slack, np.maximum(ax, bx)) + _TOUCH
    return left, right


def sum_windings(
    edges: SharedEdges, frame: RasterFrame
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Blocks (first pixel, weights covering the reference point of each following pixel).

    A ray runs along each row from the west; every edge it crosses adds or takes its weight.  An
    edge holds its lower end and not its upper, so a vertex counts once.
    """
    ay, by = edges.table[:, 1], edges.table[:, 3]
    low = np.floor(np.minimum(ay, by) - REFERENCE_Y).astype(np.int64) + 1
    high = np.floor(np.maximum(ay, by) - REFERENCE_Y).astype(np.int64)
    edge, row = spread(np.maximum(low, 0), np.minimum(high, frame.rows - 1) + 1)
    ax, ay, bx, by, weight = edges.table[edge].T
    t = np.clip((row + REFERENCE_Y - ay) / (by - ay), 0.0, 1.0)
    column = np.floor(ax + t * (bx - ax) - REFERENCE_X).astype(np.int64) + 1
    np.clip(column, 0, frame.columns - 1, out=column)
    change = np.where(by > ay, -weight, weight)
    order = np.argsort(row, kind="stable")
    row, column, change = row[order], column[order], change[order]
    for first in range(0, frame.rows, _ROWS_AT_ONCE):
        rows = min(_ROWS_AT_ONCE, frame.rows - first)
        part = slice(*np.searchsorted(row, [first, first + rows]).tolist())
        flat = (row[part] - first) * frame.columns + column[part]
        steps = np.bincount(flat, change[part], minlength=rows * frame.columns)
        block = steps.reshape(rows, frame.columns)
        np.cumsum(block, axis=1, out=block)
        yield first * frame.columns, steps.astype(np.int64)
