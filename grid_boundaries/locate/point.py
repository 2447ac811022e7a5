"""Which cell is this point in?  The in-memory answer for one point, with its reasons."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.level_index import LevelIndex
from grid_boundaries.locate.location import CellRef, How, Location, RunnerUp
from grid_boundaries.locate.snapshot import GridSnapshot

MAX_ACCURACY_M: Final = 20_000.0
DEFAULT_NEAREST_LIMIT_M: Final = 50_000.0


class PointIndex:
    """Read-only index of one grid snapshot; safe to share between threads and to swap whole.

    Build time grows with the number of vertices; memory is about 32 bytes per border segment plus
    the geometries of the snapshot.
    """

    def __init__(
        self, snapshot: GridSnapshot, nearest_limit_m: float = DEFAULT_NEAREST_LIMIT_M
    ) -> None:
        self.snapshot = snapshot
        self.nearest_limit_m = nearest_limit_m
        self.cells = _refs(snapshot)
        self.ancestors = _ancestors(snapshot, self.cells)
        self.levels = [
            LevelIndex.of(
                int(level),
                np.flatnonzero(snapshot.levels == level),
                snapshot.codes,
                snapshot.geoms,
            )
            for level in sorted(set(snapshot.levels.tolist()), reverse=True)
        ]

    def locate(self, lng: float, lat: float, accuracy_m: float | None = None) -> Location:
        """Where the point lies: lead, joint cells, ancestors, runner-up and border distance.

        The deepest level with a covering cell decides; of several covering cells the lowest code
        (by code point) leads.  With ``accuracy_m`` (radius in m; None or 0 = exact) the answer
        says whether the disc crosses the lead's border and who shares it.  Distances are planar
        in the local plane of the point.

        Raises InvalidInput ``place.not_finite`` and ``place.accuracy_range``.
        """
        if not (math.isfinite(lng) and math.isfinite(lat)):
            raise InvalidInput("place.not_finite")
        accuracy = require_accuracy(accuracy_m)
        for level in self.levels:
            covering = level.find_covering(lng, lat)
            if covering:
                return self._covered(level, covering, lng, lat, accuracy)
        if accuracy:
            for level in self.levels:
                shares = level.share_disc(lng, lat, accuracy)
                if shares:
                    return self._touched(level, shares, lng, lat)
        return self._outside(lng, lat)

    def _covered(
        self, level: LevelIndex, covering: list[int], lng: float, lat: float, accuracy_m: float
    ) -> Location:
        lead, *joint = covering
        lead_share = runner_up = None
        how: How = "border" if joint else "inside"
        if joint:
            border_m = level.border_distance_m(lead, lng, lat)
            runner_up = RunnerUp(self._cell(level, joint[0]), distance_m=0.0)
        else:
            border_m, near = level.find_border_and_next(lead, lng, lat)
            if near:
                runner_up = RunnerUp(self._cell(level, near[0]), near[1])
        if border_m < accuracy_m:
            how = "accuracy-ambiguous"
            shares = dict(level.share_disc(lng, lat, accuracy_m))
            lead_share = shares.pop(lead, 0.0)
            runner_up = self._largest(level, shares)
        return self._answer(
            how,
            level,
            lead,
            joint=joint,
            runner_up=runner_up,
            border_m=border_m,
            lead_share=lead_share,
        )

    def _touched(
        self, level: LevelIndex, shares: list[tuple[int, float]], lng: float, lat: float
    ) -> Location:
        lead, lead_share = largest_share(shares)
        others = {position: share for position, share in shares if position != lead}
        return self._answer(
            "accuracy-ambiguous",
            level,
            lead,
            joint=[],
            runner_up=self._largest(level, others),
            border_m=level.border_distance_m(lead, lng, lat),
            lead_share=lead_share,
        )

    def _outside(self, lng: float, lat: float) -> Location:
        deepest = self.levels[0] if self.levels else None
        near = deepest and deepest.find_nearest_from_outside(lng, lat, self.nearest_limit_m)
        runner_up = RunnerUp(self._cell(deepest, near[0]), near[1]) if deepest and near else None
        return Location(
            how="outside-nearest" if runner_up else "none",
            lead=None,
            ancestors=(),
            joint=(),
            runner_up=runner_up,
            border_distance_m=None,
            lead_share=None,
            version_id=self.snapshot.version_id,
        )

    def _answer(
        self,
        how: How,
        level: LevelIndex,
        lead: int,
        *,
        joint: list[int],
        runner_up: RunnerUp | None,
        border_m: float,
        lead_share: float | None,
    ) -> Location:
        row = int(level.rows[lead])
        return Location(
            how=how,
            lead=self.cells[row],
            ancestors=self.ancestors[row],
            joint=tuple([self._cell(level, position) for position in joint]),
            runner_up=runner_up,
            border_distance_m=border_m,
            lead_share=lead_share,
            version_id=self.snapshot.version_id,
        )

    def _largest(self, level: LevelIndex, shares: dict[int, float]) -> RunnerUp | None:
        if not shares:
            return None
        position, share = largest_share(list(shares.items()))
        return RunnerUp(self._cell(level, position), share=share)

    def _cell(self, level: LevelIndex, position: int) -> CellRef:
        return self.cells[int(level.rows[position])]


def require_accuracy(accuracy_m: float | None) -> float:
    """The accuracy radius in m, 0 for None; InvalidInput ``place.accuracy_range`` otherwise."""
    if accuracy_m is None:
        return 0.0
    if not 0 <= accuracy_m <= MAX_ACCURACY_M:
        raise InvalidInput("place.accuracy_range", limit_m=MAX_ACCURACY_M)
    return accuracy_m


def largest_share(shares: list[tuple[int, float]]) -> tuple[int, float]:
    """(position, share) of the largest share; shares within 1e-9 tie and the lowest code wins."""
    largest = max(share for _, share in shares)
    return min((p, s) for p, s in shares if s >= largest - 1e-9)


def _refs(snapshot: GridSnapshot) -> list[CellRef]:
    fields = zip(
        snapshot.cell_ids.tolist(),
        snapshot.codes,
        snapshot.names,
        snapshot.levels.tolist(),
        strict=True,
    )
    return [CellRef(row, *field) for row, field in enumerate(fields)]


def _ancestors(snapshot: GridSnapshot, cells: list[CellRef]) -> list[tuple[CellRef, ...]]:
    """Parents of every cell, root first; a parent that is its own ancestor is refused."""
    parents = snapshot.parents.tolist()
    paths: list[tuple[CellRef, ...] | None] = [None] * len(cells)
    for row in range(len(cells)):
        chain = []
        above = parents[row]
        while above >= 0 and paths[above] is None:
            chain.append(above)
            above = parents[above]
            if len(chain) > len(cells):
                raise ValueError("the parents of the snapshot run in a circle")
        known = (*(paths[above] or ()), cells[above]) if above >= 0 else ()
        for link in reversed(chain):
            paths[link] = known
            known = (*known, cells[link])
        paths[row] = known
    return [path or () for path in paths]
