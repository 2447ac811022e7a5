"""Lines that people propose through a contested strip, from what they have in hand.

Written figures (coordinates, bearings, tape readings) are read in the 3° zone of the parcel, as on
certificates: X is north, Y is east, bearings are clockwise from grid north.  The answers are
in EPSG:4490; midlines and shares are lines in the metres of a ``Strip``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer, zone_meridian, zone_srid
from layers.parcels.contested import LEFT, OPEN, RIGHT, Strip, list_edges, require_line

Floats = npt.NDArray[np.float64]

_PREFIX: Final = 1_000_000
_FALSE_EASTING_M: Final = 500_000.0
_ZONE_HALF_M: Final = 400_000.0
_ZONE_DEGREES: Final = 3
_STEPS: Final = 64
_HALVINGS: Final = 60
_AREA_PRECISION_M2: Final = 1e-6
MOST_OFFSET_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A side of a traverse: grid bearing in degrees, length in m."""

    bearing_deg: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class TapeReading:
    """Distances in m from two known marks; ``side`` is "left" or "right" looking from the first
    mark to the second."""

    from_first_m: float
    from_second_m: float
    side: str


def read_coordinates(rows: Sequence[tuple[float, float]], lng: float) -> LineString:
    """A line from (X north, Y east) rows in the 3° zone that holds ``lng``, EPSG:4490.

    Y may carry the number of the zone (8 digits).  Raises InvalidInput
    ``land.coordinate_swapped`` (X and Y changed places), ``land.coordinate_zone`` (the prefix is
    another zone's), ``land.coordinate_range``, and as ``require_line``.
    """
    return _to_line([read_grid_point(x, y, lng) for x, y in rows], lng)


def read_grid_point(x_north_m: float, y_east_m: float, lng: float) -> tuple[float, float]:
    """(easting without prefix, northing) of one written point; raises as ``read_coordinates``."""
    if not (math.isfinite(x_north_m) and math.isfinite(y_east_m)):
        raise InvalidInput("land.coordinate_range")
    if x_north_m < _PREFIX <= y_east_m < 10 * _PREFIX or x_north_m >= 10 * _PREFIX:
        raise InvalidInput("land.coordinate_swapped")
    zone = zone_meridian(lng) // _ZONE_DEGREES
    if y_east_m >= 10 * _PREFIX:
        found = int(y_east_m // _PREFIX)
        if found != zone:
            raise InvalidInput("land.coordinate_zone", found=found, zone=zone)
        y_east_m -= found * _PREFIX
    if abs(y_east_m - _FALSE_EASTING_M) > _ZONE_HALF_M or not 0 < x_north_m < 10 * _PREFIX:
        raise InvalidInput("land.coordinate_range")
    return y_east_m, x_north_m


def walk_traverse(start: tuple[float, float], legs: Sequence[Leg]) -> LineString:
    """A line from ``start`` (lng, lat) along bearings and distances, EPSG:4490.

    Raises InvalidInput ``land.traverse_leg`` for a length that is not above 0 or no finite figure.
    """
    easting, northing = _to_zone(np.array([start]), start[0])[0]
    points = [(easting, northing)]
    for leg in legs:
        if not (math.isfinite(leg.bearing_deg) and 0 < leg.distance_m < math.inf):
            raise InvalidInput("land.traverse_leg")
        angle = math.radians(leg.bearing_deg)
        easting += leg.distance_m * math.sin(angle)
        northing += leg.distance_m * math.cos(angle)
        points.append((easting, northing))
    return _to_line(points, start[0])


def read_tape(
    first: tuple[float, float], second: tuple[float, float], readings: Sequence[TapeReading]
) -> LineString:
    """A line through points that are each a tape's distance from two marks (lng, lat), EPSG:4490.

    Raises InvalidInput ``land.tape_no_triangle`` (number from 1) when two tapes cannot meet, and
    ``land.tape_marks`` when the marks are one.
    """
    (ax, ay), (bx, by) = _to_zone(np.array([first, second]), first[0])
    base = math.hypot(bx - ax, by - ay)
    if base == 0:
        raise InvalidInput("land.tape_marks")
    points = []
    for number, reading in enumerate(readings, start=1):
        p, q = reading.from_first_m, reading.from_second_m
        along = (p * p - q * q + base * base) / (2 * base)
        height2 = p * p - along * along
        if not (math.isfinite(height2) and p > 0 and q > 0 and height2 >= 0):
            raise InvalidInput(
                "land.tape_no_triangle", number=number, base_m=round(base, 2), first_m=p, second_m=q
            )
        height = math.sqrt(height2) * (1 if reading.side == LEFT else -1)
        ux, uy = (bx - ax) / base, (by - ay) / base
        points.append((ax + along * ux - height * uy, ay + along * uy + height * ux))
    return _to_line(points, first[0])


def draw_midline(strip: Strip) -> LineString:
    """The line half-way between both sides' borders, in the strip's metres.

    Points of equal share of the length of either border are joined and halved.  Of a corridor it
    is the disputed line itself.  Raises InvalidInput ``land.strip_pieces`` / ``land.no_borders``.
    """
    if strip.line is not None:
        return strip.line
    return _between(*_pair_borders(strip), 0.5)


def draw_share(strip: Strip, left_share: float) -> LineString:
    """The line between both borders that gives the left side this share of the area.

    In the strip's metres, to a millionth of a m².  Raises InvalidInput ``land.share_range`` unless
    0 < share < 1, and as ``draw_midline``.
    """
    if not 0 < left_share < 1:
        raise InvalidInput("land.share_range")
    left, right = _pair_borders(strip)
    total = abs(_area_between(left, right))
    wanted = left_share * total
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        got = abs(_area_between(left, left + (right - left) * middle))
        if abs(got - wanted) <= _AREA_PRECISION_M2:
            break
        low, high = (middle, high) if got < wanted else (low, middle)
    return _between(left, right, (low + high) / 2)


def draw_along(strip: Strip, feature: LineString, offset_m: float) -> LineString:
    """A line beside a gully, road or row of trees (EPSG:4490), in the strip's metres.

    ``offset_m`` > 0 lies to the left of the feature as it was drawn, 0 on it.  Raises InvalidInput
    ``land.offset`` beyond 100 m or where the feature bends too sharply, and as ``require_line``.
    """
    require_line(feature)
    if not abs(offset_m) <= MOST_OFFSET_M:
        raise InvalidInput("land.offset", most_m=MOST_OFFSET_M)
    line: Any = strip.ground.to_metres(feature)
    if offset_m:
        line = shapely.offset_curve(line, offset_m)
    if line.geom_type != "LineString" or line.is_empty:
        raise InvalidInput("land.offset", most_m=MOST_OFFSET_M)
    return LineString(line)


def to_strip_metres(strip: Strip, line: LineString) -> LineString:
    """A proposed line (EPSG:4490) in the strip's metres; raises as ``require_line``."""
    require_line(line)
    moved: Any = strip.ground.to_metres(line)
    return LineString(moved)


def _pair_borders(strip: Strip) -> tuple[Floats, Floats]:
    """The borders of both sides, (n, 2) each, from the same end, by equal shares of length."""
    if len(strip.geom.geoms) != 1:
        raise InvalidInput("land.strip_pieces", count=len(strip.geom.geoms))
    edges, sides = list_edges(strip)
    # round the ring one border runs there and the other back
    left, right = _chain(edges, sides, LEFT), _chain(edges, sides, RIGHT)[::-1]
    # corners of both are kept, so that the ground between them is the strip's own
    at = np.unique(
        np.concatenate([_shares(left), _shares(right), np.linspace(0, 1, _STEPS + 1)]).round(12)
    )
    return _resample(left, at), _resample(right, at)


def _chain(edges: Floats, sides: list[str], side: str) -> Floats:
    """The one run of edges of a side, with short open edges inside it."""
    count = len(sides)
    mine = [k for k in range(count) if sides[k] == side]
    if not mine or len(mine) == count:
        raise InvalidInput("land.no_borders")
    other = RIGHT if side == LEFT else LEFT
    starts = [k for k in mine if _last_owner(sides, k) != side]
    if len(starts) > 1:
        raise InvalidInput("land.no_borders")
    begin = starts[0] if starts else next(k for k in mine if sides[k - 1] == OPEN)
    points = [edges[begin, 0]]
    last = 0
    for step in range(count):
        k = (begin + step) % count
        if sides[k] == other:
            break
        points.append(edges[k, 1])
        if sides[k] == side:
            last = len(points)
    return np.array(points[:last])


def _last_owner(sides: list[str], k: int) -> str:
    """Whose the nearest edge before ``k`` is that is not open."""
    for step in range(1, len(sides) + 1):
        found = sides[(k - step) % len(sides)]
        if found != OPEN:
            return found
    return OPEN


def _shares(chain: Floats) -> Floats:
    """Where the corners of a border lie, as shares of its length."""
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(chain, axis=0).T))])
    return np.asarray(run / run[-1], dtype=np.float64)


def _resample(chain: Floats, at: Floats) -> Floats:
    """Points at shares of a border's length."""
    shares = _shares(chain)
    return np.column_stack([np.interp(at, shares, chain[:, axis]) for axis in (0, 1)])


def _between(left: Floats, right: Floats, share: float) -> LineString:
    xy = left + (right - left) * share
    return LineString(shapely.get_coordinates(shapely.simplify(LineString(xy), 1e-6)))


def _area_between(a: Floats, b: Floats) -> float:
    ring = np.concatenate([a, b[::-1]])
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _to_zone(lng_lat: Floats, lng: float) -> Floats:
    x, y = get_transformer(STORAGE_SRID, zone_srid(lng)).transform(lng_lat[:, 0], lng_lat[:, 1])
    return np.column_stack([x, y])


def _to_line(points: Sequence[tuple[float, float]], lng: float) -> LineString:
    least = 2
    if len(points) < least:
        raise InvalidInput("land.line_too_short")
    x, y = get_transformer(zone_srid(lng), STORAGE_SRID).transform(
        [point[0] for point in points], [point[1] for point in points]
    )
    line = LineString(np.column_stack([x, y]))
    require_line(line)
    return line
