"""The exact test: GEOS decides which polygons cover a point; the lowest code wins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

RowArray = npt.NDArray[np.int32]


class ExactCover:
    """``covers`` by a tree over the polygons (built at first use) and the tie rule of codes."""

    def __init__(self, codes: Sequence[str], geoms: npt.NDArray[np.object_]) -> None:
        self._geoms = geoms
        by_code = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int64)
        self._row_of_rank = by_code
        self._rank_of_row = np.empty(len(codes), dtype=np.int64)
        self._rank_of_row[by_code] = np.arange(len(codes))
        self._tree: STRtree | None = None
        self.tested = 0

    def locate_with_next(
        self, lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
    ) -> tuple[RowArray, RowArray]:
        """Rows of the lowest and second lowest code that cover each point, −1 for none."""
        if self._tree is None:
            self._tree = STRtree(self._geoms)
        self.tested += len(lng)
        lead = np.full(len(lng), -1, dtype=np.int32)
        second = np.full(len(lng), -1, dtype=np.int32)
        points = shapely.points(lng, lat)
        which, row = self._tree.query(points, predicate="covered_by")
        if not len(which):
            return lead, second
        rank = self._rank_of_row[row]
        order = np.lexsort((rank, which))
        which, rank = which[order], rank[order]
        first = np.flatnonzero(np.r_[True, which[1:] != which[:-1]])
        lead[which[first]] = self._row_of_rank[rank[first]]
        after = first + 1
        after = after[after < len(which)]
        after = after[which[after] == which[after - 1]]
        second[which[after]] = self._row_of_rank[rank[after]]
        return lead, second
