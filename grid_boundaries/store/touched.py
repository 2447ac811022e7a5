"""What a publication touched, and where a row that lay there lies now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection

from grid_boundaries.locate.resettle import NOWHERE, find_successors, place_shapes
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.cells import snapshot_of
from grid_boundaries.store.sql_files import rows, sql_runner

UNPLACED: Final = "0"
"""The ``scope_key`` of what lies in no cell: inside the range of the whole place only."""

_SEGMENT: Final = 8
_run = sql_runner(__file__)


@dataclass(frozen=True, slots=True, eq=False)
class Touched:
    """The ground that some publications changed, on the day ``on``.

    ``changed_keys`` are the keys, old and new, of cells whose ground or path is another one;
    ``old_keys`` the scope keys whose rows may lie elsewhere now; ``boxes`` (west, south, east,
    north: arrays) the ground that may have caught what lay in no cell.  ``plan`` holds the cells
    around, ``scope_keys`` and ``cell_version_ids`` are of its rows.
    """

    on: date
    old_keys: list[str]
    changed_keys: list[str]
    boxes: dict[str, list[float]]
    plan: GridSnapshot
    scope_keys: list[str]
    cell_version_ids: npt.NDArray[np.int64]
    _heir_rows: dict[int, int]

    def settle(
        self, shapes: npt.NDArray[np.object_], old_keys: Sequence[str]
    ) -> npt.NDArray[np.int64]:
        """Row of ``plan`` where each thing lies now, −1 for none.

        A shape is located; what has none, or lies in no cell any more, goes on with the cell that
        it was in, or with that cell's successor.
        """
        found = place_shapes(self.plan, shapes)
        for thing in np.flatnonzero(found == NOWHERE).tolist():
            key = old_keys[thing]
            if key != UNPLACED:
                found[thing] = self._heir_rows.get(int(key[-_SEGMENT:], 16), NOWHERE)
        return found

    def keys_of(self, plan_rows: npt.NDArray[np.int64]) -> list[str]:
        """Scope keys of rows of ``plan``; ``UNPLACED`` for −1."""
        return [self.scope_keys[row] if row >= 0 else UNPLACED for row in plan_rows.tolist()]


def find_touched(conn: Connection, grid_version_ids: Sequence[int], on: date) -> Touched | None:
    """What these publications changed in the plan of a day; None when only names changed."""
    ids = list(grid_version_ids)
    lost = rows(_run(conn, "list_lost_cells", grid_version_ids=ids, on=on))
    gained = rows(_run(conn, "list_gained_cells", grid_version_ids=ids))
    if not lost and not gained:
        return None
    around = rows(
        _run(
            conn,
            "list_surroundings",
            grid_version_ids=ids,
            lost_version_ids=[cell["cell_version_id"] for cell in lost],
            on=on,
        )
    )
    plan = snapshot_of(around, version_id=max(ids))
    row_of = {int(cell_id): row for row, cell_id in enumerate(plan.cell_ids)}
    gone = [cell for cell in lost if cell["cell_id"] not in row_of]
    heirs = find_successors(
        plan,
        np.array([cell["rank"] for cell in gone], dtype=np.int64),
        shapely.from_wkb(np.array([cell["wkb"] for cell in gone], dtype=object)),
    )
    above = {key for cell in gained for key in _ancestor_keys(cell["scope_key"])}
    lost_keys = {cell["scope_key"] for cell in lost}
    return Touched(
        on=on,
        old_keys=sorted(above | lost_keys),
        changed_keys=sorted(lost_keys | {cell["scope_key"] for cell in gained}),
        boxes={
            side: [cell[side] for cell in gained] for side in ("west", "south", "east", "north")
        },
        plan=plan,
        scope_keys=[cell["scope_key"] for cell in around],
        cell_version_ids=np.array([cell["cell_version_id"] for cell in around], dtype=np.int64),
        _heir_rows=row_of | {c["cell_id"]: h for c, h in zip(gone, heirs.tolist(), strict=True)},
    )


def _ancestor_keys(scope_key: str) -> list[str]:
    return [scope_key[:end] for end in range(_SEGMENT, len(scope_key), _SEGMENT)]
