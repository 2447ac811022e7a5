"""Millions of points to cells at once: a raster that answers, edges where it cannot, GEOS last.

A pixel that no edge touches has one answer.  A pixel that edges touch keeps them: the answer at
its reference point is known, and each edge between that point and the asked one changes it.  Where
an edge line is within 1e-7 pixels, or several polygons overlap, GEOS decides.  Hence every answer
is the exact one: covered by, lowest code (by code point) wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.exact_cover import ExactCover, RowArray
from grid_boundaries.locate.pixel_tables import ASK_EXACT, FIRST_BORDER, PixelTables, fill_tables
from grid_boundaries.locate.raster_frame import RasterFrame, choose_resolution
from grid_boundaries.locate.shared_edges import SharedEdges, decode

_POINTS_AT_ONCE: Final = 1 << 16

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class BulkIndex:
    """Exact rows of covering cells for arrays of points.  Read-only after building."""

    def __init__(
        self,
        codes: Sequence[str],
        geoms: npt.NDArray[np.object_],
        frame: RasterFrame,
        tables: PixelTables,
    ) -> None:
        self.frame = frame
        self.tables = tables
        self.exact = ExactCover(codes, geoms)

    @classmethod
    def build(
        cls,
        codes: Sequence[str],
        geoms: npt.NDArray[np.object_],
        resolution: int | None = None,
    ) -> BulkIndex:
        """Index valid polygons or multipolygons; None and empty geometries cover nothing.

        ``resolution``: about resolution² pixels; chosen from the number of edges if None.
        Overlaps, holes, many parts and gaps are allowed.  Raises InvalidInput
        ``grid.invalid_geometry`` with the rows whose geometry is not valid.
        """
        invalid = np.flatnonzero(~shapely.is_valid(geoms) & ~shapely.is_missing(geoms))
        if len(invalid):
            raise InvalidInput("grid.invalid_geometry", rows=invalid[:20].tolist())
        bounds = shapely.total_bounds(geoms) if len(geoms) else np.zeros(4)
        bounds = np.nan_to_num(bounds)
        vertices = int(shapely.get_num_coordinates(geoms).sum())
        side = resolution or choose_resolution(vertices // 2)
        west, south, east, north = bounds.tolist()
        frame = RasterFrame.over((west, south, east, north), side)
        return cls(codes, geoms, frame, fill_tables(SharedEdges.of(geoms, frame), frame))

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays (without the polygons, which belong to the caller)."""
        return self.tables.nbytes

    @property
    def exact_tested(self) -> int:
        """How many points GEOS has decided so far."""
        return self.exact.tested

    def locate(self, lng: FloatArray, lat: FloatArray) -> RowArray:
        """Row of the lowest code that covers each point, −1 for none (NaN and infinity too)."""
        return self._answer(lng, lat, None)

    def locate_with_next(self, lng: FloatArray, lat: FloatArray) -> tuple[RowArray, RowArray]:
        """As :meth:`locate`, and the second lowest code that covers the point, −1 for none."""
        second = np.full(len(lng), -1, dtype=np.int32)
        return self._answer(lng, lat, second), second

    def _answer(self, lng: FloatArray, lat: FloatArray, second: RowArray | None) -> RowArray:
        out = np.empty(len(lng), dtype=np.int32)
        unsure = [
            first + self._answer_slice(lng[first:last], lat[first:last], out[first:last])
            for first in range(0, len(lng), _POINTS_AT_ONCE)
            for last in (first + _POINTS_AT_ONCE,)
        ]
        ask = np.concatenate(unsure) if unsure else np.empty(0, dtype=np.int64)
        if len(ask):
            lead, after = self.exact.locate_with_next(lng[ask], lat[ask])
            out[ask] = lead
            if second is not None:
                second[ask] = after
        return out

    def _answer_slice(self, lng: FloatArray, lat: FloatArray, out: RowArray) -> IntArray:
        """Fill ``out`` and return the places that GEOS has to decide."""
        x, y = self.frame.to_pixels(lng, lat)
        # fmax and fmin turn NaN into 0; clipped positions fall on the empty rim.
        np.fmin(np.fmax(x, 0.0, out=x), self.frame.columns - 1.0, out=x)
        np.fmin(np.fmax(y, 0.0, out=y), self.frame.rows - 1.0, out=y)
        column, row = x.astype(np.int64), y.astype(np.int64)
        pixel = row * self.frame.columns
        pixel += column
        np.take(self.tables.raster, pixel, out=out)
        hard = np.flatnonzero(out <= FIRST_BORDER)
        if not len(hard):
            return hard
        value = out[hard]
        asked = value == ASK_EXACT
        at = hard[~asked]
        total, near = self.tables.weigh(
            FIRST_BORDER - value[~asked].astype(np.int64), column[at], row[at], x[at], y[at]
        )
        count, cell = decode(total)
        out[at] = np.where(count == 1, cell, -1)
        near |= (count < 0) | (count > 1)
        return np.concatenate([hard[asked], at[near]])
