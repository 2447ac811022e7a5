"""A whole layer of outlines, as it comes in a file: overlaps with their class, gaps, areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from layers.parcels.check_lines import check_lines
from layers.parcels.check_words import check_areas
from layers.parcels.overlaps import ParcelIndex
from layers.parcels.papers import Paper
from layers.parcels.rules import LandFinding, from_overlap
from layers.parcels.triage import list_findings

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
GAP_WIDTH_M: Final = 3.0
AREA_TOLERANCE: Final = 0.02
_ZONE_DEGREES: Final = 3.0
_MIDDLE_ZONE: Final = 105.0


def check_overlaps(
    papers: Sequence[Paper], geoms: Objects, min_area_m2: float
) -> list[LandFinding]:
    """All overlaps with their class; outlines that cross themselves are findings too.

    ``papers[k].key`` is the text of k, the row of ``geoms`` (EPSG:4490).
    """
    overlaps = ParcelIndex(geoms).list_overlaps(min_area_m2)
    row_of = {paper.key: k for k, paper in enumerate(papers)}
    triaged = list_findings(papers, overlaps, geoms, min_area_m2)
    found = [
        from_overlap(one, row_of, shared)
        for one, shared in zip(triaged, overlaps.shared.tolist(), strict=True)
    ]
    return found + [
        LandFinding(
            "outline_unreadable", "land.why_outline_unreadable", row,
            geom=shapely.Point(shapely.get_coordinates(geoms[row])[0]),
        )
        for row in overlaps.unreadable.tolist()
    ]  # fmt: skip


def check_layer(
    papers: Sequence[Paper],
    geoms: Objects,
    stated_m2: Floats,
    units: Sequence[str | None],
    min_area_m2: float,
) -> list[LandFinding]:
    """Overlaps, gaps, borders that are not drawn alike, stated areas (NaN where none is stated).

    Longitudes and latitudes may lie anywhere on the earth: see ``move_into_zones``.
    """
    moved, by = move_into_zones(geoms)
    found = check_overlaps(papers, moved, min_area_m2)
    found += check_lines(moved, GAP_WIDTH_M, min_area_m2)
    found += check_areas(moved, stated_m2, units, AREA_TOLERANCE)
    return [_move_back(one, by) for one in found]


def move_into_zones(geoms: Objects) -> tuple[Objects, float]:
    """The layer moved along its parallels by whole zones, so that its middle lies in China's.

    Areas, widths and the zones' planes stay exactly the same: an ellipsoid of revolution looks
    alike at every longitude.  Also gives the degrees that were added (0 inside the zones).
    """
    west, _, east, _ = shapely.total_bounds(geoms)
    middle = (west + east) / 2
    if not np.isfinite(middle) or 73.5 <= middle < 136.5:
        return geoms, 0.0
    by = _ZONE_DEGREES * round((_MIDDLE_ZONE - middle) / _ZONE_DEGREES)
    return _shift(geoms, by), by


def _move_back(one: LandFinding, by: float) -> LandFinding:
    if by == 0 or one.geom is None:
        return one
    geom = _shift(np.array([one.geom], dtype=object), -by)[0]
    return LandFinding(
        one.rule, one.why, one.left, one.right, one.params, one.area_m2, one.width_m, geom,
        one.verdict,
    )  # fmt: skip


def _shift(geoms: Objects, by: float) -> Objects:
    moved: Any = shapely.transform(geoms, lambda xy: xy + np.array((by, 0.0)))
    return np.asarray(moved, dtype=object)
