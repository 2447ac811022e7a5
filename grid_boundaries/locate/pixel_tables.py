"""The arrays of a bulk index: what each pixel answers, and the edges of pixels that cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.locate.raster_fill import (
    REFERENCE_X,
    REFERENCE_Y,
    list_touched_pixels,
    sum_windings,
)
from grid_boundaries.locate.raster_frame import RasterFrame
from grid_boundaries.locate.shared_edges import SharedEdges, decode

ASK_EXACT: Final = int(np.iinfo(np.int32).min)
"""Raster value of a pixel where GEOS decides every point."""

FIRST_BORDER: Final = -2
"""Raster value of border pixel 0; border pixel b has −2 − b."""

_NEAR: Final = 1e-7
_NEAR_FLOOR: Final = 1e-9

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PixelTables:
    """As they lie on disk.

    ``raster`` (flat): row ≥ 0, −1 for no cell, ``ASK_EXACT``, or −2 − b for border pixel b.
    Border pixel b has the edges ``entries[starts[b]:starts[b + 1]]`` (rows of ``edges``, see
    SharedEdges) and the covering weight ``base[b]`` at its reference point.
    """

    raster: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    entries: npt.NDArray[np.int32]
    base: FloatArray
    edges: FloatArray

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(
            a.nbytes for a in (self.raster, self.starts, self.entries, self.base, self.edges)
        )

    def weigh(
        self, border: IntArray, column: IntArray, row: IntArray, x: FloatArray, y: FloatArray
    ) -> tuple[IntArray, BoolArray]:
        """Covering weight at points in border pixels, and where an edge line is too near for it.

        ``border`` are border pixel numbers, ``column, row`` their places, ``x, y`` the points in
        pixel units.
        """
        if not len(border):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
        start = self.starts[border]
        counts = self.starts[border + 1] - start
        before = np.cumsum(counts) - counts
        point = np.repeat(np.arange(len(border)), counts)
        entry = np.arange(len(point)) + (start - before)[point]
        cx: FloatArray = column + np.float64(REFERENCE_X)
        cy: FloatArray = row + np.float64(REFERENCE_Y)
        change, near = _cross(
            self.edges[self.entries[entry]],
            cx[point], cy[point], (x - cx)[point], (y - cy)[point],
        )  # fmt: skip
        total = self.base[border] + np.add.reduceat(change, before)
        return total.astype(np.int64), np.logical_or.reduceat(near, before)


def fill_tables(edges: SharedEdges, frame: RasterFrame) -> PixelTables:
    """The tables of the coverage whose edges are given."""
    pixel, edge = list_touched_pixels(edges, frame)
    first = np.empty(len(pixel), dtype=bool)
    first[:1] = True
    np.not_equal(pixel[1:], pixel[:-1], out=first[1:])
    starts = np.append(np.flatnonzero(first), len(pixel))
    border_pixel = pixel[starts[:-1]]
    raster = np.empty(frame.rows * frame.columns, dtype=np.int32)
    base = np.empty(len(border_pixel))
    for begin, total in sum_windings(edges, frame):
        count, row = decode(total)
        block = raster[begin : begin + len(total)]
        block[:] = row
        block[count == 0] = -1
        block[(count < 0) | (count > 1)] = ASK_EXACT
        part = slice(*np.searchsorted(border_pixel, [begin, begin + len(total)]).tolist())
        base[part] = total[border_pixel[part] - begin]
    unsure = _near_reference(edges, frame, pixel, edge, starts[:-1])
    raster[border_pixel] = np.where(
        unsure, ASK_EXACT, FIRST_BORDER - np.arange(len(border_pixel), dtype=np.int64)
    )
    return PixelTables(raster, starts, edge.astype(np.int32), base, edges.table)


def _near_reference(
    edges: SharedEdges, frame: RasterFrame, pixel: IntArray, edge: IntArray, starts: IntArray
) -> BoolArray:
    """Border pixels with an edge line too near to their reference point to trust its weight."""
    if not len(pixel):
        return np.empty(0, dtype=bool)
    row, column = np.divmod(pixel, frame.columns)
    zero = np.zeros(len(pixel))
    cx: FloatArray = column + np.float64(REFERENCE_X)
    cy: FloatArray = row + np.float64(REFERENCE_Y)
    _, near = _cross(edges.table[edge], cx, cy, zero, zero)
    return np.asarray(np.logical_or.reduceat(near, starts))


def _cross(
    edges: FloatArray, cx: FloatArray, cy: FloatArray, px: FloatArray, py: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Change of weight from the reference point (cx, cy) to (cx + px, cy + py) by one edge each,
    and whether the edge's line is within 1e-7 of the latter (more for edges below 0.01).

    The two ends are put left or right of the ray by the same arithmetic in every edge that shares
    them, so a ray through a vertex is counted once.
    """
    ax, ay = edges[:, 0] - cx, edges[:, 1] - cy
    bx, by = edges[:, 2] - cx, edges[:, 3] - cy
    dx, dy = bx - ax, by - ay
    side_reference = dy * ax - dx * ay
    side_point = side_reference + dx * py - dy * px
    crosses = (px * ay < py * ax) != (px * by < py * bx)
    crosses &= (side_reference < 0) != (side_point < 0)
    near = np.abs(side_point) <= _NEAR * (np.abs(dx) + np.abs(dy)) + _NEAR_FLOOR
    change = np.copysign(edges[:, 4], edges[:, 4] * side_point)
    change *= crosses
    return change, near
