"""All checks of a plan: nested, no overlap, no gap, contiguous, shapes and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from grid_boundaries.hierarchy.codes import check_codes
from grid_boundaries.hierarchy.findings import (
    PARENT_NOT_FOUND,
    PARENT_WRONG_LEVEL,
    Finding,
    place_of,
)
from grid_boundaries.hierarchy.level_cells import LevelCells, ParentCells
from grid_boundaries.hierarchy.nesting import check_gaps, check_holes, check_inside_parent
from grid_boundaries.hierarchy.overlaps import check_overlaps
from grid_boundaries.hierarchy.shapes import check_contiguity, check_geometries
from grid_boundaries.hierarchy.tolerances import Tolerances
from grid_boundaries.locate.snapshot import GridSnapshot


def check_plan(
    plan: GridSnapshot,
    tolerances: Tolerances = Tolerances(),  # noqa: B008 - frozen
    digits_of_rank: Mapping[int, int | None] | None = None,
) -> list[Finding]:
    """Every fault of a whole plan, ordered by kind, then by level and cell codes.

    Codes need not be unique here: that is one of the checks.  Cells with an impossible shape are
    reported and left out of the other checks.
    """
    findings = check_codes(plan.codes, plan.levels, digits_of_rank or {})
    findings += _check_parents(plan)
    bad_shapes, usable = check_geometries(plan.codes, plan.levels, plan.geoms)
    findings += bad_shapes
    for rank in sorted({int(level) for level in plan.levels}):
        findings += _check_level(plan, rank, usable, tolerances)
    return sorted(findings, key=lambda f: (f.code, f.rank, f.cell_codes, f.area_m2 or 0.0))


def _check_parents(plan: GridSnapshot) -> list[Finding]:
    """A cell below the top needs a parent, and the parent a smaller rank."""
    if not len(plan):
        return []
    top = int(plan.levels.min())
    orphans = np.flatnonzero((plan.parents < 0) & (plan.levels > top))
    findings = [
        Finding(PARENT_NOT_FOUND, int(plan.levels[row]), (plan.codes[row],), **_place(plan, row))
        for row in orphans
    ]
    parented = np.flatnonzero(plan.parents >= 0)
    wrong = parented[plan.levels[plan.parents[parented]] >= plan.levels[parented]]
    findings += [
        Finding(
            PARENT_WRONG_LEVEL,
            int(plan.levels[row]),
            (plan.codes[row], plan.codes[plan.parents[row]]),
            params={"parent_rank": int(plan.levels[plan.parents[row]])},
        )
        for row in wrong
    ]
    return findings


def _place(plan: GridSnapshot, row: np.signedinteger) -> dict[str, Any]:
    geom = plan.geoms[row]
    return {} if geom is None or geom.is_empty or not geom.is_valid else place_of(geom)


def _check_level(
    plan: GridSnapshot, rank: int, usable: npt.NDArray[np.bool_], tolerances: Tolerances
) -> list[Finding]:
    rows = np.flatnonzero((plan.levels == rank) & usable)
    if not len(rows):
        return []
    cells = LevelCells.of(rank, [plan.codes[row] for row in rows], plan.geoms[rows])
    findings = check_contiguity(cells, tolerances) + check_overlaps(cells, tolerances)
    parents = _parents_of(plan, rows, usable, cells)
    if parents is None:
        return findings + check_holes(cells, tolerances)
    findings += check_inside_parent(cells, parents, tolerances)
    return findings + check_gaps(cells, parents, tolerances)


def _parents_of(
    plan: GridSnapshot,
    rows: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
    cells: LevelCells,
) -> ParentCells | None:
    """All cells of the levels that parents of these rows are on; None when no row has one."""
    own = plan.parents[rows]
    own = own[(own >= 0) & usable[own]]
    if not len(own):
        return None
    parent_rows = np.flatnonzero(np.isin(plan.levels, plan.levels[own]) & usable)
    position = np.full(len(plan) + 1, -1, dtype=np.int64)  # the last one answers for "no parent"
    position[parent_rows] = np.arange(len(parent_rows))
    return ParentCells.of(
        [plan.codes[row] for row in parent_rows],
        plan.geoms[parent_rows],
        position[plan.parents[rows]],
        cells,
    )
