"""Boundary points that are missing or there twice, and marks that are not at their points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPoint

from grid_boundaries.geo.local_plane import metres_per_degree
from layers.parcels.papers import LIMIT_FACTOR, METHOD_ERROR_M
from layers.parcels.rules import LandFinding

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]

LOST: Final = frozenset({"missing", "moved", "damaged"})
_TURN_DEGREES: Final = 5.0
"""A vertex where the outline turns less than this is no corner: nobody sets a point there."""


@dataclass(frozen=True, slots=True)
class BoundaryPoint:
    """A surveyed point; ``claims`` are rows of the claims that name it."""

    number: str
    lng: float
    lat: float
    claims: tuple[int, ...]
    method: str = "surveyed"
    accuracy_m: float | None = None

    @property
    def error_m(self) -> float:
        """Stated accuracy, else that of the method, else of the coarsest method."""
        if self.accuracy_m:
            return self.accuracy_m
        return METHOD_ERROR_M.get(self.method, max(METHOD_ERROR_M.values()))


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the ground (界标), where it was last seen."""

    number: str
    state: str
    claims: tuple[int, ...]
    lng: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def check_points(
    geoms: Objects, points: Sequence[BoundaryPoint], near_m: float
) -> list[LandFinding]:
    """Corners without a point, and points that are there twice.

    Only claims that have points at all are asked for all of them.  A corner is a vertex where the
    outline turns by 5° or more; it has its point within ``near_m``, or within the point's own error
    limit if that is more.  Two points are one twice when a claim names both and they lie within
    ``near_m``, or when they carry one number.
    """
    of_claim: dict[int, list[BoundaryPoint]] = {}
    for point in points:
        for claim in point.claims:
            of_claim.setdefault(claim, []).append(point)
    found: list[LandFinding] = []
    twice: set[tuple[str, str]] = set()
    for claim in sorted(of_claim):
        geom = geoms[claim]
        own = of_claim[claim]
        found += _find_doubled(claim, own, near_m, twice)
        if geom is None or geom.is_empty:
            continue
        corners = list_corners(geom)
        missing = [k for k, corner in enumerate(corners) if not _has_point(corner, own, near_m)]
        if missing:
            found.append(
                LandFinding(
                    "point_missing", "land.why_point_missing", claim, None,
                    {"missing": len(missing), "corners": len(corners)},
                    geom=MultiPoint(corners[missing]),
                )
            )  # fmt: skip
    return found


def check_marks(marks: Sequence[Mark], points: Sequence[BoundaryPoint]) -> list[LandFinding]:
    """Marks that are lost, and marks further from their point than both accuracies allow.

    A mark belongs to the point that names the most of its claims, the nearest of these.  The limit
    is twice the root of both squared errors; a mark without an accuracy counts as exact, which only
    makes the test stricter.
    """
    of_claim: dict[int, list[BoundaryPoint]] = {}
    for known in points:
        for claim in known.claims:
            of_claim.setdefault(claim, []).append(known)
    found = []
    for mark in marks:
        first = mark.claims[0] if mark.claims else None
        second = mark.claims[1] if len(mark.claims) > 1 else None
        place = None if mark.lng is None or mark.lat is None else shapely.Point(mark.lng, mark.lat)
        if mark.state in LOST:
            found.append(
                LandFinding(
                    "mark_lost", f"land.why_mark_{mark.state}", first, second,
                    {"mark": mark.number}, geom=place,
                )
            )  # fmt: skip
        point = _find_point(mark, of_claim)
        if point is None or mark.lng is None or mark.lat is None or mark.state == "missing":
            continue
        away = distance_m(mark.lng, mark.lat, point.lng, point.lat)
        limit = LIMIT_FACTOR * math.hypot(point.error_m, mark.accuracy_m or 0.0)
        if away > limit:
            found.append(
                LandFinding(
                    "mark_off", "land.why_mark_off", first, second,
                    {"mark": mark.number, "point": point.number, "distance_m": round(away, 2),
                     "limit_m": round(limit, 2)},
                    width_m=away, geom=place,
                )
            )  # fmt: skip
    return found


def list_corners(geom: shapely.geometry.base.BaseGeometry) -> Floats:
    """(n, 2) vertices (lng, lat) of all outer rings where the outline turns."""
    found = []
    for part in shapely.get_parts(geom).tolist():
        xy = shapely.get_coordinates(part.exterior)[:-1]
        before, after = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
        narrow = math.cos(math.radians(float(xy[:, 1].mean())))
        angle = [np.arctan2(step[:, 1], step[:, 0] * narrow) for step in (before, after)]
        turn = np.abs((np.degrees(angle[1] - angle[0]) + 180) % 360 - 180)
        found.append(xy[turn >= _TURN_DEGREES])
    return np.concatenate(found) if found else np.empty((0, 2))


def distance_m(lng_a: float, lat_a: float, lng_b: float, lat_b: float) -> float:
    """Planar distance in the local plane between both."""
    mx, my = metres_per_degree((lat_a + lat_b) / 2)
    return math.hypot((lng_a - lng_b) * mx, (lat_a - lat_b) * my)


def _has_point(corner: Floats, own: Sequence[BoundaryPoint], near_m: float) -> bool:
    return any(
        distance_m(float(corner[0]), float(corner[1]), point.lng, point.lat)
        <= max(near_m, LIMIT_FACTOR * point.error_m)
        for point in own
    )


def _find_doubled(
    claim: int, own: Sequence[BoundaryPoint], near_m: float, twice: set[tuple[str, str]]
) -> list[LandFinding]:
    found = []
    ordered = sorted(own, key=lambda point: (point.number, point.lng, point.lat))
    for k, a in enumerate(ordered):
        for b in ordered[k + 1 :]:
            away = distance_m(a.lng, a.lat, b.lng, b.lat)
            pair = (a.number, b.number)
            if (away > near_m and a.number != b.number) or pair in twice:
                continue
            twice.add(pair)
            found.append(
                LandFinding(
                    "point_doubled", "land.why_point_doubled", claim, None,
                    {"first": a.number, "second": b.number, "distance_m": round(away, 3)},
                    geom=shapely.Point(a.lng, a.lat),
                )
            )  # fmt: skip
    return found


def _find_point(mark: Mark, of_claim: dict[int, list[BoundaryPoint]]) -> BoundaryPoint | None:
    if mark.lng is None or mark.lat is None:
        return None
    wanted = set(mark.claims)
    lng, lat = mark.lng, mark.lat
    candidates = [point for claim in mark.claims for point in of_claim.get(claim, [])]
    return min(
        candidates,
        key=lambda p: (-len(wanted & set(p.claims)), distance_m(lng, lat, p.lng, p.lat), p.number),
        default=None,
    )
