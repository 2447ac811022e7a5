"""Steps that were drawn on one ground, done again on another: after somebody else published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.redraw.draft import Change, Draft

Geometries = npt.NDArray[np.object_]

DONE: Final = "done"
ALREADY_SO: Final = "already_so"
GRID_GONE: Final = "grid_gone"
MOVED_BY_OTHERS: Final = "moved_by_others"
LOCKED: Final = "locked"


def find_same_ground(old: Geometries, sites: npt.NDArray[np.float64]) -> list[int]:
    """For each place (n, 2) the row of ``old`` that holds it (ties: the first), −1 for none."""
    found = np.full(len(sites), -1, np.int64)
    at, row = shapely.STRtree(old).query(shapely.points(sites), predicate="intersects")
    order = np.lexsort((-row, at))
    found[at[order]] = row[order]
    return [int(one) for one in found]


@dataclass(slots=True)
class Carrier:
    """Brings changes of an old draft to a new one, in the order in which they were done.

    ``old_atom`` is, for each atom of the new ground, the atom of the old one in which its building
    stands (−1 for none); ``number`` the new number of each old grid.  A grid that the old draft
    made gets the next number of the new one when it first comes up.
    """

    old_atom: Sequence[int]
    number: dict[int, int]
    known: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.known = frozenset(self.number)

    def carry(
        self, change: Change, draft: Draft, of_today: frozenset[int]
    ) -> tuple[Change | None, str]:
        """The change on ``draft``, or None and why not; all of it or nothing.

        ``of_today`` are the old numbers that were cells.  A building that has not moved since, but
        is no longer in the grid that the step took it from, was moved by somebody else, and the
        step is left out.
        """
        numbers = {g for _, back, to in change.moves for g in (back, to)}
        numbers |= {g for g, _ in change.locks} | {g for g, *_ in change.facts}
        if any(g in of_today and g not in self.known for g in numbers):
            return None, GRID_GONE
        fresh, given = draft.next_grid, dict(self.number)
        for grid in sorted(numbers - given.keys()):
            given[grid], fresh = fresh, fresh + 1
        wanted = {atom: (given[back], given[to]) for atom, back, to in change.moves}
        moves = []
        for atom, old in enumerate(self.old_atom):
            if old not in wanted:
                continue
            back, to = wanted[old]
            if draft.grid[atom] == to:
                continue
            if draft.grid[atom] != back:
                return None, MOVED_BY_OTHERS
            moves.append((atom, back, to))
        touched = {grid for _, back, to in moves for grid in (back, to)}
        if touched & draft.locked:
            return None, LOCKED
        locks = tuple((given[g], to) for g, to in change.locks if (given[g] in draft.locked) != to)
        facts = tuple(
            (given[grid], name, now, after)
            for grid, name, _, after in change.facts
            if (now := draft.facts.get((given[grid], name))) != after
        )
        if not moves and not locks and not facts:
            return None, ALREADY_SO
        self.number = given
        touched |= {grid for grid, _ in locks} | {grid for grid, *_ in facts}
        return Change(tuple(moves), locks, tuple(sorted(touched)), facts), DONE


def change_between(before: Sequence[int], after: Sequence[int]) -> Change:
    """All that two drafts on one ground differ in; ground without a grid before stays out."""
    moves = tuple(
        (atom, old, new)
        for atom, (old, new) in enumerate(zip(before, after, strict=True))
        if old >= 0 and old != new
    )
    return Change(moves, touched=tuple(sorted({g for _, old, new in moves for g in (old, new)})))


def match_cells(old: Mapping[str, Mapping[str, object]], new: Mapping[str, Mapping[str, object]]
                ) -> dict[int, int]:  # fmt: skip
    """The new number of each old one whose cell is still there."""
    number = {cell["cell_id"]: int(n) for n, cell in new.items()}
    return {int(n): number[cell["cell_id"]] for n, cell in old.items() if cell["cell_id"] in number}
