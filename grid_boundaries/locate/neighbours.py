"""Cells that may lie near a point of another cell: those whose bounding boxes meet its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

_LEEWAY_DEG: Final = 1e-6

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Of cell i: ``lists[i]``, pairs of a position, ascending, and its bounding box in degrees
    (west, south, east, north); ``boxes[i]`` is its own."""

    boxes: list[Box]
    lists: list[list[tuple[int, Box]]]

    @classmethod
    def of(cls, tree: STRtree, bounds: npt.NDArray[np.float64]) -> Neighbours:
        """Pairs of bounding boxes that meet or come within 0.1 m; empty geometries have none."""
        boxes: list[Box] = [(w, s, e, n) for w, s, e, n in bounds.tolist()]
        west, south, east, north = bounds.T
        asked = shapely.box(
            west - _LEEWAY_DEG, south - _LEEWAY_DEG, east + _LEEWAY_DEG, north + _LEEWAY_DEG
        )
        cells, others = tree.query(asked)
        order = np.lexsort((others, cells))
        lists: list[list[tuple[int, Box]]] = [[] for _ in boxes]
        for cell, other in zip(cells[order].tolist(), others[order].tolist(), strict=True):
            if cell != other:
                lists[cell].append((other, boxes[other]))
        return cls(boxes, lists)

    def list_within_reach(
        self, position: int, lng: float, lat: float, mx: float, my: float, leeway_m: float
    ) -> list[int]:
        """Cells that can be as near to the point in the cell as the cell's own border, ascending.

        Whoever goes straight to a side of the cell's bounding box has crossed its border on the
        way: so the border is not farther than the nearest side, and no other cell farther than
        that is worth measuring.  ``leeway_m`` (≤ 0.05 m) is added; ``mx, my`` as of the point.
        """
        west, south, east, north = self.boxes[position]
        side = min((lng - west) * mx, (east - lng) * mx, (lat - south) * my, (north - lat) * my)
        reach_m = max(side, 0.0) + leeway_m
        dx, dy = reach_m / mx, reach_m / my
        low_x, high_x, low_y, high_y = lng - dx, lng + dx, lat - dy, lat + dy
        return [
            other
            for other, (west, south, east, north) in self.lists[position]
            if west <= high_x and east >= low_x and south <= high_y and north >= low_y
        ]
