"""Lay the cells of one level over the plan in force: the plan that would hold afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.locate.snapshot import GridSnapshot

NO_PARENT: Final = -1
NEW_CELL: Final = -1
_SHARE_DECIMALS: Final = 9


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """Cells of one level as they come; row i of every field is one cell.

    ``parent_codes`` hold '' where no parent is stated; the whole is None to choose parents by
    ground.  Codes are distinct, geometries valid polygons in EPSG:4490.
    """

    rank: int
    codes: Sequence[str]
    names: Sequence[str]
    parent_codes: Sequence[str] | None
    geoms: npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """The plan after a merge and what it changes.

    Rows of the arrays are those of the incoming cells: ``cell_ids`` (−1: new), ``parent_codes``
    (None at the top), ``is_new``, ``is_renamed``, ``is_redrawn`` (other ground or other parent).
    ``orphans`` and ``strangers`` are incoming rows without a parent, and rows whose code belongs to
    a cell that is not of this level or no longer exists; with any of them ``plan`` is None.
    """

    plan: GridSnapshot | None
    cell_ids: npt.NDArray[np.int64]
    parent_codes: list[str | None]
    is_new: npt.NDArray[np.bool_]
    is_renamed: npt.NDArray[np.bool_]
    is_redrawn: npt.NDArray[np.bool_]
    orphans: list[int]
    strangers: list[int]

    @property
    def is_changed(self) -> npt.NDArray[np.bool_]:
        """Rows that need a new version."""
        return self.is_new | self.is_renamed | self.is_redrawn


def merge_level(plan: GridSnapshot, incoming: Incoming, owners: Mapping[str, int]) -> Merged:
    """Add and update the cells of one level; no cell of the plan is ever taken away.

    A cell keeps its identity by its code: ``owners`` maps every code ever given to its cell.  The
    parent level is the nearest one above that has cells; without any the incoming level is the top.
    By ground, the parent is the cell with the largest share of the area; shares equal to nine
    decimals tie, and the lowest code wins.
    """
    row_of_cell = {int(cell_id): row for row, cell_id in enumerate(plan.cell_ids)}
    old_rows, strangers = _find_old_rows(plan, incoming, owners, row_of_cell)
    parents, orphans = find_parents(plan, incoming)
    is_new = old_rows < 0
    parent_codes = [plan.codes[p] if p != NO_PARENT else None for p in parents.tolist()]
    known: npt.NDArray[np.int64] = np.flatnonzero(~is_new)
    is_renamed = np.zeros(len(is_new), dtype=bool)
    is_redrawn = np.zeros(len(is_new), dtype=bool)
    is_renamed[known] = [incoming.names[k] != plan.names[old_rows[k]] for k in known.tolist()]
    is_redrawn[known] = ~shapely.equals_identical(
        shapely.normalize(incoming.geoms[known]), shapely.normalize(plan.geoms[old_rows[known]])
    ) | (parents[known] != plan.parents[old_rows[known]])
    cell_ids = np.full(len(is_new), NEW_CELL, dtype=np.int64)
    cell_ids[known] = plan.cell_ids[old_rows[known]]
    broken = bool(orphans or strangers)
    return Merged(
        plan=None if broken else _lay_over(plan, incoming, old_rows, parents),
        cell_ids=cell_ids,
        parent_codes=parent_codes,
        is_new=is_new,
        is_renamed=is_renamed,
        is_redrawn=is_redrawn,
        orphans=orphans,
        strangers=strangers,
    )


def find_parents(plan: GridSnapshot, incoming: Incoming) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Plan row of each cell's parent (−1: none), and the rows that need one and have none."""
    above = plan.levels[plan.levels < incoming.rank]
    if not len(above):
        return np.full(len(incoming.codes), NO_PARENT, dtype=np.int64), []
    candidates = np.flatnonzero(plan.levels == above.max())
    if incoming.parent_codes is None:
        parents = _parents_by_ground(plan, candidates, incoming.geoms)
    else:
        row_of = {plan.codes[row]: row for row in np.flatnonzero(plan.levels < incoming.rank)}
        parents = np.array(
            [row_of.get(code, NO_PARENT) for code in incoming.parent_codes], dtype=np.int64
        )
    return parents, np.flatnonzero(parents == NO_PARENT).tolist()


def _parents_by_ground(
    plan: GridSnapshot, candidates: npt.NDArray[np.int64], geoms: npt.NDArray[np.object_]
) -> npt.NDArray[np.int64]:
    ordered = np.array(sorted(candidates.tolist(), key=lambda row: plan.codes[row]), dtype=np.int64)
    cell, met = shapely.STRtree(plan.geoms[ordered]).query(geoms, predicate="intersects")
    ground = shapely.area(shapely.intersection(geoms[cell], plan.geoms[ordered[met]]))
    shared = np.round(ground / shapely.area(geoms[cell]), _SHARE_DECIMALS)
    parents = np.full(len(geoms), NO_PARENT, dtype=np.int64)
    best_first = np.lexsort((met, -shared, cell))
    cell, met, shared = cell[best_first], met[best_first], shared[best_first]
    is_first = np.diff(cell, prepend=-1) != 0
    chosen = is_first & (shared > 0)
    parents[cell[chosen]] = ordered[met[chosen]]
    return parents


def _find_old_rows(
    plan: GridSnapshot,
    incoming: Incoming,
    owners: Mapping[str, int],
    row_of_cell: Mapping[int, int],
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Plan row that each incoming cell continues (−1: new), and rows with a code of others."""
    old_rows = np.full(len(incoming.codes), -1, dtype=np.int64)
    strangers = []
    for k, code in enumerate(incoming.codes):
        if code not in owners:
            continue
        row = row_of_cell.get(owners[code], -1)
        if row < 0 or plan.codes[row] != code or plan.levels[row] != incoming.rank:
            strangers.append(k)
        else:
            old_rows[k] = row
    return old_rows, strangers


def _lay_over(
    plan: GridSnapshot,
    incoming: Incoming,
    old_rows: npt.NDArray[np.int64],
    parents: npt.NDArray[np.int64],
) -> GridSnapshot:
    """The plan with continued cells replaced in place and new ones at the end."""
    names, geoms, plan_parents = list(plan.names), plan.geoms.copy(), plan.parents.copy()
    for k in np.flatnonzero(old_rows >= 0).tolist():
        row = old_rows[k]
        names[row], geoms[row], plan_parents[row] = incoming.names[k], incoming.geoms[k], parents[k]
    new: list[int] = np.flatnonzero(old_rows < 0).tolist()
    return GridSnapshot(
        version_id=plan.version_id,
        cell_ids=np.r_[plan.cell_ids, np.full(len(new), NEW_CELL, dtype=np.int64)],
        codes=plan.codes + [incoming.codes[k] for k in new],
        names=names + [incoming.names[k] for k in new],
        levels=np.r_[plan.levels, np.full(len(new), incoming.rank)].astype(np.int16),
        parents=np.r_[plan_parents, parents[new]].astype(np.int32),
        geoms=np.r_[geoms, incoming.geoms[new]].astype(object),
    )
