"""What a reading of coordinates would mean on the ground: inside the town, on its edge, on things
that are already there, or all of it shifted one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from grid_boundaries.geo.local_plane import metres_per_degree

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CLOSE_M: Final = 2.0
_INSIDE_SLACK_M: Final = 30.0
_NEAR_M: Final = 50_000.0
_LEAST_NEAR: Final = 0.5
# shifts that nothing explains: how much of the sample lies close by chance
_CONTROLS_M: Final = ((137.0, 61.0), (-113.0, 89.0), (71.0, -149.0), (-59.0, -131.0))
_LEAST_CLOSE: Final = 10
_LEAST_SHARE: Final = 0.03
_TIMES_CONTROL: Final = 4.0
_REACH_M: Final = 260.0
_BIN_M: Final = 4.0
_BESIDE: Final = 40
_VOTERS: Final = 600
_LEAST_VOTES: Final = 25
_LEAST_VOTE_SHARE: Final = 0.1
_LEAST_SHIFT_M: Final = 6.0
_MOST_ANCHORS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Shift:
    """Most of the sample lies this far beside what is already there."""

    east_m: float
    north_m: float

    @property
    def metres(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.east_m, self.north_m))


@dataclass(frozen=True, slots=True)
class Look:
    """``share_inside`` of the outline (1.0 without one), ``share_near`` within 50 km of it.

    ``is_tight``: far more of the sample lies within 2 m of the outline's edge or of things already
    in than chance has it; ``close_m`` is the middle distance of those.
    """

    share_inside: float
    share_near: float
    is_tight: bool
    close_m: float | None


class Ground:
    """The town and what is already in it, in metres of the local plane round its middle."""

    def __init__(
        self,
        outline: shapely.Geometry | None,
        layers: Sequence[Floats],
        middle: tuple[float, float],
    ) -> None:
        self._middle = middle
        self._metres = metres_per_degree(middle[1])
        self._inside = self._near = self._edge = None
        if outline is not None and not shapely.is_empty(outline):
            plane = shapely.transform(outline, self.to_metres)
            self._inside = shapely.buffer(plane, _INSIDE_SLACK_M)
            self._near = shapely.buffer(shapely.convex_hull(plane), _NEAR_M, quad_segs=4)
            self._edge = shapely.boundary(plane)
            for shape in (self._inside, self._near, self._edge):
                shapely.prepare(shape)
        stacked = [self.to_metres(np.asarray(layer)) for layer in layers if len(layer)]
        anchors = np.vstack(stacked) if stacked else np.empty((0, 2))
        anchors = anchors[_finite(anchors)]
        if len(anchors) > _MOST_ANCHORS:
            anchors = anchors[:: len(anchors) // _MOST_ANCHORS + 1]
        self._anchors = cKDTree(anchors) if len(anchors) else None

    @property
    def has_anchors(self) -> bool:
        """True when something tells metres apart: an outline or layers already in."""
        return self._anchors is not None or self._edge is not None

    def to_metres(self, lng_lat: Floats) -> Floats:
        """Degrees as metres round the middle."""
        result: Floats = (np.asarray(lng_lat) - self._middle) * self._metres
        return result

    def look(self, lng_lat: Floats) -> Look:
        """How the sample lies under one reading; rows that are not finite count as outside."""
        xy = self.to_metres(lng_lat)
        finite = _finite(xy)
        share = near = 1.0
        if self._inside is not None and len(xy):
            near = float(_contains(self._near, xy, finite).mean())
            share = float(_contains(self._inside, xy, finite).mean()) if near else 0.0
        if near < _LEAST_NEAR:
            return Look(share, near, is_tight=False, close_m=None)
        tight, close_m = self._tightness(xy[finite])
        return Look(share, near, tight, close_m)

    def _tightness(self, xy: Floats) -> tuple[bool, float | None]:
        for distances in (self._to_anchors, self._to_edge):
            here = distances(xy)
            close = here <= CLOSE_M
            if close.sum() < _LEAST_CLOSE or close.mean() < _LEAST_SHARE:
                continue
            chance = np.mean([(distances(xy + by) <= CLOSE_M).mean() for by in _CONTROLS_M])
            if close.mean() >= _TIMES_CONTROL * chance:
                return True, float(np.median(here[close]))
        return False, None

    def _to_anchors(self, xy: Floats) -> Floats:
        """Distance of each point to the nearest anchor, infinite beyond ``CLOSE_M``."""
        if self._anchors is None:
            return np.full(len(xy), np.inf)
        return np.asarray(self._anchors.query(xy, distance_upper_bound=CLOSE_M)[0])

    def _to_edge(self, xy: Floats) -> Floats:
        """Distance of each point to the outline, infinite beyond ``CLOSE_M``."""
        distance = np.full(len(xy), np.inf)
        if self._edge is not None:
            points = np.asarray(shapely.points(xy), dtype=object)
            near = np.asarray(shapely.dwithin(self._edge, points, CLOSE_M), dtype=bool)
            distance[near] = shapely.distance(points[near], self._edge)
        return distance

    def find_shift(self, lng_lat: Floats) -> Shift | None:
        """One displacement of 6 to 260 m that brings far more of the sample onto things already in
        than any other; None when there is none."""
        if self._anchors is None:
            return None
        xy = self.to_metres(lng_lat)
        xy = xy[_finite(xy)]
        xy = xy[:: max(len(xy) // _VOTERS, 1)]
        pairs = self._anchors.query_ball_point(xy, _REACH_M)
        moves = [self._anchors.data[near] - at for at, near in zip(xy, pairs, strict=True) if near]
        if not moves:
            return None
        every = np.vstack(moves)
        bins = np.arange(-_REACH_M, _REACH_M + _BIN_M, _BIN_M)
        votes = np.histogram2d(every[:, 0], every[:, 1], bins=(bins, bins))[0]
        # a peak may be cut by the edges of bins: four neighbours count together
        votes = votes[:-1, :-1] + votes[1:, :-1] + votes[:-1, 1:] + votes[1:, 1:]
        at_east, at_north = np.unravel_index(int(votes.argmax()), votes.shape)
        usual = float(np.sort(votes, axis=None)[-_BESIDE])
        most = float(votes.max())
        if most < max(_LEAST_VOTES, _TIMES_CONTROL * usual, _LEAST_VOTE_SHARE * len(xy)):
            return None
        shift = Shift(float(bins[at_east + 1]), float(bins[at_north + 1]))
        return shift if shift.metres >= _LEAST_SHIFT_M else None


def _finite(xy: Floats) -> Bools:
    finite: Bools = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])
    return finite


def _contains(shape: shapely.Geometry | None, xy: Floats, finite: Bools) -> Floats:
    inside = np.zeros(len(xy))
    inside[finite] = shapely.contains_xy(shape, xy[finite, 0], xy[finite, 1])
    return inside
