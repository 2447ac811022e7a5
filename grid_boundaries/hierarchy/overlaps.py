"""Cells of one level that cover the same ground, whoever their parents are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.hierarchy.findings import OVERLAP, Finding, place_of, plane_areas_m2
from grid_boundaries.hierarchy.level_cells import LevelCells
from grid_boundaries.hierarchy.tolerances import Tolerances


def check_overlaps(cells: LevelCells, tolerances: Tolerances) -> list[Finding]:
    """One finding per pair of cells whose interiors share more than ``tolerances.area_m2``.

    Pairs come in code-point order.  A level that is a coverage has none.
    """
    if cells.is_coverage:
        return []
    left, right = find_overlapping_pairs(cells.geoms)
    shared = shapely.intersection(cells.geoms[left], cells.geoms[right])
    areas = plane_areas_m2(shared)
    findings = []
    for k in np.flatnonzero(areas > tolerances.area_m2):
        pair = sorted((cells.codes[left[k]], cells.codes[right[k]]))
        findings.append(
            Finding(
                OVERLAP, cells.rank, tuple(pair), area_m2=float(areas[k]), **place_of(shared[k])
            )
        )
    return sorted(findings, key=lambda finding: finding.cell_codes)


def find_overlapping_pairs(
    geoms: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Row pairs (left < right) that intersect; at least one of each has a faulty coverage edge.

    An overlap always leaves a faulty edge on one of the two, so the others need no look.
    """
    faulty = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(geoms)))
    tree = shapely.STRtree(geoms)
    asked, met = tree.query(geoms[faulty], predicate="intersects")
    first, second = faulty[asked], met
    left, right = np.minimum(first, second), np.maximum(first, second)
    pairs = np.unique(np.column_stack([left, right])[left != right], axis=0)
    return pairs[:, 0], pairs[:, 1]
