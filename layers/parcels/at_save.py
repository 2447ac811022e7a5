"""One claim against what lies round it, quickly enough to be asked at every save."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from layers.parcels.overlaps import Overlaps, ParcelIndex, require_outline
from layers.parcels.papers import Paper
from layers.parcels.rules import LandFinding, from_overlap
from layers.parcels.triage import list_findings

Objects = npt.NDArray[np.object_]


def check_at_save(
    paper: Paper,
    geom: BaseGeometry,
    others: Sequence[Paper],
    other_geoms: Sequence[BaseGeometry | None],
    min_area_m2: float,
) -> list[LandFinding]:
    """Overlaps of one outline with its neighbours and of its own parts with each other.

    Rows of the findings: 0 is the claim itself, k + 1 the k-th of ``others``.  Outlines in
    EPSG:4490; ``min_area_m2`` is the tolerance.  A neighbour whose outline crosses itself is a
    finding of its own.  Raises InvalidInput as ``require_outline``.
    """
    require_outline(geom)
    geoms = np.empty(len(others) + 1, dtype=object)
    geoms[0], geoms[1:] = geom, other_geoms
    papers = [paper, *others]
    index = ParcelIndex(geoms[1:])
    met = index.list_overlaps_of(geom, min_area_m2)
    shifted = Overlaps(met.left, met.right + 1, met.area_m2, met.shared, met.unreadable + 1)
    found = []
    rows = {one.key: k for k, one in enumerate(papers)}
    # one part lies over no other of its own
    several = shapely.get_num_geometries(geom) > 1
    own = [ParcelIndex(geoms[:1]).list_overlaps(min_area_m2)] if several else []
    for overlaps in (*own, shifted):
        if len(overlaps.left) == 0:
            continue
        triaged = list_findings(papers, overlaps, geoms, min_area_m2)
        found += [
            from_overlap(one, rows, shared)
            for one, shared in zip(triaged, overlaps.shared.tolist(), strict=True)
        ]
    found += [
        LandFinding("outline_unreadable", "land.why_outline_unreadable", row)
        for row in shifted.unreadable.tolist()
    ]
    return found
