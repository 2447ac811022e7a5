"""Where many points lie: the answers of one point at a time, for arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.locate.level_index import LevelIndex
from grid_boundaries.locate.many import (
    BORDER,
    HOW,
    INSIDE,
    OUTSIDE_NEAREST,
    ManyLocations,
    locate_many,
)
from grid_boundaries.locate.persist import load_or_build
from grid_boundaries.locate.point import PointIndex

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_RASTER_FROM_POINTS = 100_000


@dataclass(frozen=True, slots=True)
class Placements:
    """Per point: ``how``, row of the lead cell (−1: none), of the next one, and two distances in m.

    A point without a position has how ``none`` and no rows.
    """

    how: npt.NDArray[np.object_]
    lead: Ints
    runner_up: Ints
    border_m: Floats
    runner_up_m: Floats

    def about(self, at: int, index: PointIndex) -> dict[str, Any]:
        """What a reader needs to judge one answer, as ``place_point`` tells it."""
        row = int(self.runner_up[at])
        runner_up = None
        if row >= 0:
            cell = index.cells[row]
            runner_up = {
                "cell_id": cell.cell_id,
                "code": cell.code,
                "name": cell.name,
                "level": cell.level,
                "distance_m": _round(self.runner_up_m[at]),
                "share": None,
            }
        return {
            "runner_up": runner_up,
            "border_distance_m": _round(self.border_m[at]),
            "lead_share": None,
        }


def place_points(
    index: PointIndex, lng: Floats, lat: Floats, *, index_dir: Path | None
) -> Placements:
    """Place points without accuracy radius; NaN has no place.  The deepest covering level decides.

    Large arrays use the raster index, kept in ``index_dir``.
    """
    count = len(lng)
    found = Placements(
        how=np.full(count, "none", dtype=object),
        lead=np.full(count, -1, dtype=np.int64),
        runner_up=np.full(count, -1, dtype=np.int64),
        border_m=np.full(count, np.nan),
        runner_up_m=np.full(count, np.nan),
    )
    left = np.flatnonzero(np.isfinite(lng) & np.isfinite(lat))
    for number, level in enumerate(index.levels):
        if not len(left):
            break
        answer = _locate_in_level(
            index, level, lng[left], lat[left], index_dir,
            # where nothing covers a point, the nearest cell of the deepest level is told
            nearest_limit_m=index.nearest_limit_m if number == 0 else 0.0,
        )  # fmt: skip
        settled = (answer.how == INSIDE) | (answer.how == BORDER)
        told = settled | ((answer.how == OUTSIDE_NEAREST) & (number == 0))
        rows = np.append(level.rows, -1)  # position −1 = none
        at = left[told]
        found.how[at] = HOW[answer.how[told]]
        found.lead[at] = rows[answer.lead[told]]
        found.runner_up[at] = rows[answer.runner_up[told]]
        found.border_m[at] = answer.border_distance_m[told]
        found.runner_up_m[at] = answer.runner_up_distance_m[told]
        left = left[~settled]
    return found


def _locate_in_level(
    index: PointIndex,
    level: LevelIndex,
    lng: Floats,
    lat: Floats,
    index_dir: Path | None,
    *,
    nearest_limit_m: float,
) -> ManyLocations:
    """Answers in positions of the level, which are in order of code."""
    codes = [index.snapshot.codes[row] for row in level.rows.tolist()]
    own = replace(level, rows=np.arange(len(codes), dtype=np.int64))
    cover = (
        load_or_build(index_dir, codes, level.geoms)
        if len(lng) >= _RASTER_FROM_POINTS
        else ExactCover(codes, level.geoms)
    )
    return locate_many(own, cover, lng, lat, nearest_limit_m)


def _round(value: float) -> float | None:
    return None if not np.isfinite(value) else round(float(value), 3)
