"""What each side gets when a line is drawn through the strip, and the papers afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.measure import area_ellipsoidal_m2, area_plane_m2
from layers.parcels.contested import (
    LEFT,
    OPEN,
    RIGHT,
    TOUCH_M,
    Strip,
    flatten,
    keep_polygons,
    require_line,
)
from layers.parcels.split_amounts import FEN, share_out
from layers.parcels.stated_area import round_mu

REACH_M: Final = 0.5
"""A line that ends this close before the edge of the strip is drawn on to it."""
_BESIDE: Final = 0.1
"""A piece is clearly one side's when at most this part as much lies along the other's ground."""
CONSERVED_M2: Final = 0.01
CONSERVED_SHARE: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """What a line gives to either side; geometries in EPSG:4490, areas as people read them.

    ``plane_m2`` figures are of the parcel's own 3° zone, to 0.01 m², and add up exactly:
    ``left_m2 + right_m2 == total_m2``.  ``*_ellipsoidal_m2`` are of the ellipsoid.
    """

    line: LineString
    left: MultiPolygon
    right: MultiPolygon
    total_m2: Decimal
    left_m2: Decimal
    right_m2: Decimal
    left_ellipsoidal_m2: float
    right_ellipsoidal_m2: float

    @property
    def left_mu(self) -> Decimal:
        """亩 of the left side, two decimals."""
        return round_mu(float(self.left_m2))

    @property
    def right_mu(self) -> Decimal:
        """亩 of the right side, two decimals."""
        return round_mu(float(self.right_m2))


@dataclass(frozen=True, slots=True, eq=False)
class NewOutlines:
    """Both papers after a division, EPSG:4490; ``difference_m2`` is of their union in the plane of
    degrees, and ``shared_m2`` what is still in both."""

    left: BaseGeometry
    right: BaseGeometry
    difference_m2: float
    shared_m2: float
    is_conserved: bool


def divide(strip: Strip, line: LineString) -> Division:
    """Cut a strip by a line in its metres.

    Each piece goes to the side whose own ground lies along it; the one piece along both grounds
    goes to the other side than the rest of its strip.  Raises InvalidInput
    ``land.line_crosses_itself``, ``land.line_outside`` (it meets neither paper),
    ``land.line_misses`` (it does not cut the strip in two), ``land.line_unclear`` (pieces lie
    along both sides' ground, or along nobody's).
    """
    require_line(line)
    if not shapely.intersects(line, strip.geom):
        both = shapely.union(strip.left, strip.right)
        near = shapely.dwithin(line, both, REACH_M)
        raise InvalidInput("land.line_misses" if near else "land.line_outside")
    drawn_on = extend(line, strip.geom)
    if not drawn_on.is_simple:
        drawn_on = line
    cut = [
        [piece for piece in flatten(split(whole, drawn_on)) if piece.area > 0]
        for whole in strip.geom.geoms
    ]
    if sum(map(len, cut)) <= len(strip.geom.geoms):
        raise InvalidInput("land.line_misses")
    of_side: dict[str, list[Any]] = {LEFT: [], RIGHT: []}
    for pieces in cut:
        for piece, side in zip(pieces, _name_sides(strip, drawn_on, pieces), strict=True):
            of_side[side].append(piece)
    if not of_side[LEFT] or not of_side[RIGHT]:
        raise InvalidInput("land.line_misses")
    return _measure(strip, drawn_on, of_side)


def apply_division(strip: Strip, division: Division) -> NewOutlines:
    """Both papers with the border where the line is.

    What is given to one side is taken from the other's outline; ground outside the strip stays
    as it was.  Conserved as in contracts: 0.01 m² or 1e-12 of the whole, whichever is larger.
    """
    left, right = (strip.ground.to_metres(part) for part in (division.left, division.right))
    new_left = _give(strip.left, left, right)
    new_right = MultiPolygon() if strip.right.is_empty else _give(strip.right, right, left)
    if strip.right.is_empty:
        before, after = strip.left | left, new_left | (strip.left & right)
    else:
        before, after = strip.left | strip.right, new_left | new_right
    difference = abs(before.area - after.area)
    return NewOutlines(
        strip.ground.to_degrees(new_left),
        strip.ground.to_degrees(new_right),
        difference_m2=float(difference),
        shared_m2=float(shapely.intersection(new_left, new_right).area),
        is_conserved=bool(difference <= max(CONSERVED_M2, CONSERVED_SHARE * before.area)),
    )


def _give(own: BaseGeometry, given: BaseGeometry, taken: BaseGeometry) -> MultiPolygon:
    kept = shapely.difference(own, taken)
    # inside an overlap all that is given was there already: no union, no new rounding
    outside = shapely.difference(given, own)
    return keep_polygons(kept if outside.area <= CONSERVED_M2 else kept | given)


def extend(line: LineString, area: BaseGeometry) -> LineString:
    """The line; an end less than ``REACH_M`` before the edge of ``area`` is drawn on past it."""
    xy = shapely.get_coordinates(line)
    edge = shapely.boundary(area)
    for end, before in ((0, 1), (-1, -2)):
        if shapely.distance(shapely.Point(xy[end]), edge) > REACH_M:
            continue
        step = xy[end] - xy[before]
        size = float(np.hypot(*step))
        if size > 0 and shapely.covers(area, shapely.Point(xy[end])):
            xy[end] = xy[end] + step / size * (2 * REACH_M)
    return LineString(xy)


def _name_sides(strip: Strip, line: LineString, pieces: list[Any]) -> list[str]:
    """Whose each piece of one strip is."""
    if strip.right.is_empty:
        return [_judge_by_line(strip, line, piece) for piece in pieces]
    rests = strip.left_rest, strip.right_rest
    sides = [_judge_by_rest(strip, line, piece, *rests) for piece in pieces]
    clear = {side for side in sides if side != OPEN}
    if OPEN not in sides:
        return sides
    if sides.count(OPEN) > 1 or len(clear) != 1:
        raise InvalidInput("land.line_unclear")
    other = RIGHT if clear == {LEFT} else LEFT
    return [other if side == OPEN else side for side in sides]


def _judge_by_rest(
    strip: Strip, line: LineString, piece: BaseGeometry, left: BaseGeometry, right: BaseGeometry
) -> str:
    """The side whose ground lies along a piece; ``open`` when both sides' does, or nobody's."""
    left_m, right_m = _lengths_along(piece, left, right)
    if max(left_m, right_m) <= TOUCH_M:
        # one paper lies wholly in the strip: what the other does not border is its own
        if left.is_empty:
            return LEFT
        if right.is_empty:
            return RIGHT
        # a corridor may lie wholly in ground of both papers
        return OPEN if strip.line is None else _judge_by_line(strip, line, piece)
    if min(left_m, right_m) > _BESIDE * max(left_m, right_m):
        return OPEN
    return LEFT if left_m > right_m else RIGHT


def _lengths_along(
    piece: BaseGeometry, left: BaseGeometry, right: BaseGeometry
) -> tuple[float, float]:
    """Metres of a piece's outer ring beside the one ground and not the other: the ends of a
    corridor, which have both beside them, tell nothing."""
    ring = shapely.get_coordinates(piece.exterior)  # type: ignore[attr-defined]
    edges = np.stack([ring[:-1], ring[1:]], axis=1)
    middles = shapely.points(edges.mean(axis=1))
    length = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    by_left, by_right = (shapely.dwithin(middles, rest, TOUCH_M) for rest in (left, right))
    return float(length[by_left & ~by_right].sum()), float(length[by_right & ~by_left].sum())


def _judge_by_line(strip: Strip, line: LineString, piece: BaseGeometry) -> str:
    """The left side's pieces are those on the side of the middle of its own ground: the ground
    beside the strip that is in no other paper, else its whole outline."""
    own = shapely.difference(strip.left_rest, strip.right)
    middle = shapely.point_on_surface(strip.left if own.is_empty else own)
    same = _side_of(line, shapely.point_on_surface(piece)) == _side_of(line, middle)
    return LEFT if same else RIGHT


def _side_of(line: LineString, point: Point) -> bool:
    """True for points to the left of the nearest place on the line."""
    at = line.project(point)
    a, b = line.interpolate(max(at - 0.01, 0)), line.interpolate(min(at + 0.01, line.length))
    x, y = shapely.get_coordinates(point)[0]
    return bool((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) > 0)


def _measure(strip: Strip, line: LineString, of_side: dict[str, list[Any]]) -> Division:
    degrees = {
        side: keep_polygons(strip.ground.to_degrees(MultiPolygon(found)))
        for side, found in of_side.items()
    }
    exact = {side: area_plane_m2(geom) for side, geom in degrees.items()}
    total = Decimal(str(round(sum(exact.values()), 2))).quantize(FEN)
    shown = share_out(total, {side: Decimal(repr(value)) for side, value in exact.items()})
    inside = max(
        flatten(shapely.intersection(line, strip.geom)),
        key=lambda part: float(part.length),
    )
    degrees_line: Any = strip.ground.to_degrees(inside)
    return Division(
        degrees_line,
        degrees[LEFT],
        degrees[RIGHT],
        total,
        shown[LEFT],
        shown[RIGHT],
        area_ellipsoidal_m2(degrees[LEFT]),
        area_ellipsoidal_m2(degrees[RIGHT]),
    )
