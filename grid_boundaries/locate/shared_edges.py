"""Edges of a coverage, each once, with what changes when one crosses it from right to left.

Every polygon has the weight ``COUNT_ONE + row + 1``.  The weights of all polygons that cover a
place add up to one number there: its upper part is how many cover it and, where that is one, its
lower part names the row.  Crossing an edge changes the number by the edge's weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from grid_boundaries.locate.raster_frame import RasterFrame
from grid_boundaries.locate.segments import directed_edges

COUNT_BITS: Final = 32
COUNT_ONE: Final = 1 << COUNT_BITS

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SharedEdges:
    """m edges in pixel units; ``table`` columns: start x, start y, end x, end y, weight.

    The weight (a whole number, exact in float64) is that of the polygons whose inside is on the
    left less that of those on the right.
    """

    table: FloatArray

    @classmethod
    def of(cls, geoms: npt.NDArray[np.object_], frame: RasterFrame) -> SharedEdges:
        """Edges of valid polygons and multipolygons; equal edges are merged into one."""
        start, end, owner = directed_edges(geoms)
        table = np.empty((len(owner), 5))
        table[:, 0], table[:, 1] = frame.to_pixels(start[:, 0], start[:, 1])
        table[:, 2], table[:, 3] = frame.to_pixels(end[:, 0], end[:, 1])
        table[:, 4] = owner + (COUNT_ONE + 1)
        backwards = (start[:, 0] > end[:, 0]) | (
            (start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1])
        )
        table[backwards] = table[np.ix_(backwards, [2, 3, 0, 1, 4])]
        table[backwards, 4] *= -1
        return cls(_merge_equal(table))

    def __len__(self) -> int:
        return len(self.table)


def decode(total: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """How many polygons cover, and the row of the one that does (meaningless unless 1)."""
    return total >> COUNT_BITS, (total & (COUNT_ONE - 1)) - 1


def _merge_equal(table: FloatArray) -> FloatArray:
    if not len(table):
        return table
    order = np.argsort(_hash_rows(table[:, :4]), kind="stable")
    table = table[order]
    first = np.empty(len(table), dtype=bool)
    first[0] = True
    np.any(table[1:, :4] != table[:-1, :4], axis=1, out=first[1:])
    starts = np.flatnonzero(first)
    merged = table[starts]
    merged[:, 4] = np.add.reduceat(table[:, 4], starts)
    # Back to the order of the coverage: neighbours in space stay neighbours in memory.
    return np.ascontiguousarray(merged[np.argsort(np.minimum.reduceat(order, starts))])


def _hash_rows(rows: FloatArray) -> npt.NDArray[np.uint64]:
    """A 64-bit mix per row; a collision only leaves two edges unmerged, which is harmless."""
    bits = np.ascontiguousarray(rows).view(np.uint64)
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for column in range(rows.shape[1]):
        mixed ^= bits[:, column]
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed
