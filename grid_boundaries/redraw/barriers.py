"""Lines that part the ground: rivers that no grid crosses, roads that are crossed at a price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

SOFT_PRICE: Final = 0.2
"""What a metre of border along a soft barrier counts: grids like to end there."""
_ALONG_DEG: Final = 1e-9


def _no_lines() -> Geometries:
    return np.empty(0, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Barriers:
    """Lines in EPSG:4490 that no atom crosses.

    Across a ``hard`` one atoms are no neighbours: a grid lies on both sides only where it goes
    round the end of the line.  Across a ``soft`` one they are, over a fifth of the length.
    """

    hard: Geometries = field(default_factory=_no_lines)
    soft: Geometries = field(default_factory=_no_lines)

    @classmethod
    def of(cls, hard: Geometries | None, soft: Geometries | None) -> Barriers:
        """Of what was given; None is no line."""
        return cls(*(_no_lines() if lines is None else lines for lines in (hard, soft)))

    @property
    def lines(self) -> Geometries:
        """All of them."""
        return np.concatenate([self.hard, self.soft])

    def within(self, ground: shapely.Geometry) -> Barriers:
        """Those that touch some ground."""
        return Barriers(*(lines[shapely.intersects(lines, ground)]
                          for lines in (self.hard, self.soft)))  # fmt: skip

    def are_open(self, places: Floats) -> npt.NDArray[np.bool_]:
        """For each place (k, 2) on a border: whether no hard barrier runs there."""
        return ~_lie_along(self.hard, places)

    def price(self, places: Floats) -> Floats:
        """For each place (k, 2) on a border: what a metre of it counts, 1.0 or ``SOFT_PRICE``."""
        return np.where(_lie_along(self.soft, places), SOFT_PRICE, 1.0)


def _lie_along(lines: Geometries, places: Floats) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(places), bool)
    if len(lines) and len(places):
        at = shapely.STRtree(lines).query(
            shapely.points(places), predicate="dwithin", distance=_ALONG_DEG
        )[0]
        found[at] = True
    return found
