"""The contested strip: ground in two papers, or a corridor along a line that is disputed.

Everything in here is planar, in metres of a ``Ground``.  What lies beside the strip and belongs to
one paper only is that side's *rest*; an edge of the strip is the left side's when the left rest
lies along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput, TooLarge
from layers.parcels.ground import Ground
from layers.parcels.overlaps import require_outline, require_tolerance

Floats = npt.NDArray[np.float64]

TOUCH_M: Final = 1e-5
"""Edges closer than this are the same edge; far above rounding, far below any strip."""
LEAST_WIDTH_M: Final = 0.01
MOST_VERTICES: Final = 200_000
MOST_CORRIDOR_M: Final = 500.0
LEFT, RIGHT, OPEN = "left", "right", "open"


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A strip with the outlines of both sides, all in metres of ``ground``.

    ``right`` is empty when the other side has no outline.  ``line`` is the disputed line of a
    corridor, None for an overlap.
    """

    ground: Ground
    geom: MultiPolygon
    left: BaseGeometry
    right: BaseGeometry
    line: LineString | None = None

    @property
    def left_rest(self) -> BaseGeometry:
        """Ground of the left paper beside the strip."""
        return shapely.difference(self.left, self._grown)

    @property
    def right_rest(self) -> BaseGeometry:
        """Ground of the right paper beside the strip; of a corridor, its right-hand side."""
        return shapely.difference(self.right, self._grown)

    @property
    def _grown(self) -> BaseGeometry:
        """The strip a hair wider, so that rounding along an edge that both papers share leaves
        no sliver that would pass for somebody's ground."""
        return shapely.buffer(self.geom, TOUCH_M / 10, join_style="mitre")


def open_overlap(
    left: BaseGeometry, right: BaseGeometry, left_datum: str, right_datum: str, tolerance_m2: float
) -> Strip:
    """The ground in both papers (EPSG:4490), pieces above ``tolerance_m2``.

    Raises InvalidInput ``land.other_datum``, ``land.strip_zero`` (they share no ground, or a
    strip narrower than a centimetre), TooLarge ``land.too_many_vertices`` and as
    ``require_outline``.
    """
    require_tolerance(tolerance_m2)
    if left_datum != right_datum or "unknown" in (left_datum, right_datum):
        raise InvalidInput("land.other_datum", left_datum=left_datum, right_datum=right_datum)
    for geom in (left, right):
        _require_size(geom)
        require_outline(geom)
    ground = Ground.around(left)
    a, b = (read_ground(ground.to_metres(geom)) for geom in (left, right))
    pieces = [
        piece
        for piece in keep_polygons(shapely.intersection(a, b)).geoms
        if piece.area > tolerance_m2 and piece.buffer(-LEAST_WIDTH_M / 2).area > 0
    ]
    if not pieces:
        raise InvalidInput("land.strip_zero", tolerance_m2=tolerance_m2)
    return Strip(ground, MultiPolygon(pieces), a, b)


def open_corridor(
    left: BaseGeometry, right: BaseGeometry | None, line: LineString, corridor_m: float
) -> Strip:
    """The ground within ``corridor_m`` of a disputed line, inside the papers (all EPSG:4490).

    Without an outline of the other side the corridor lies on both sides of the line.  Raises
    InvalidInput ``land.corridor``, ``land.line_crosses_itself``, ``land.line_too_short``,
    ``land.line_outside`` when the corridor meets neither paper, and as ``require_outline``.
    """
    if not 0 < corridor_m <= MOST_CORRIDOR_M:
        raise InvalidInput("land.corridor", most_m=MOST_CORRIDOR_M)
    for geom in (left, *([] if right is None else [right])):
        _require_size(geom)
        require_outline(geom)
    require_line(line)
    ground = Ground.around(left)
    a = read_ground(ground.to_metres(left))
    b = MultiPolygon() if right is None else read_ground(ground.to_metres(right))
    disputed = ground.to_metres(line)
    corridor = shapely.buffer(disputed, corridor_m, cap_style="flat")
    if not shapely.intersects(corridor, a):
        raise InvalidInput("land.line_outside")
    strip = keep_polygons(corridor if right is None else corridor & (a | b))
    if strip.is_empty or strip.area == 0:
        raise InvalidInput("land.line_outside")
    assert isinstance(disputed, LineString)
    return Strip(ground, strip, a, b, disputed)


def reopen(
    strip: BaseGeometry,
    left: BaseGeometry,
    right: BaseGeometry | None,
    line: LineString | None = None,
) -> Strip:
    """A strip that was stored, with the outlines as they are now (EPSG:4490)."""
    ground = Ground.around(left)
    disputed: Any = None if line is None else ground.to_metres(line)
    return Strip(
        ground,
        keep_polygons(ground.to_metres(strip)),
        read_ground(ground.to_metres(left)),
        MultiPolygon() if right is None else read_ground(ground.to_metres(right)),
        disputed,
    )


def require_line(line: BaseGeometry | None) -> None:
    """Raise InvalidInput ``land.line_*`` unless it is a line of some length that is simple."""
    if line is None or line.geom_type != "LineString" or line.is_empty:
        raise InvalidInput("land.line_too_short")
    if not np.isfinite(shapely.get_coordinates(line)).all() or line.length == 0:
        raise InvalidInput("land.line_too_short")
    if not line.is_simple or line.is_ring:
        raise InvalidInput("land.line_crosses_itself")


def list_edges(strip: Strip) -> tuple[Floats, list[str]]:
    """(n, 2, 2) edges of the strip's outer ring, in its order, and whose each one is.

    The strip must be one piece.  ``open`` edges have neither paper beside them, or both.
    """
    (piece,) = strip.geom.geoms
    ring = shapely.get_coordinates(piece.exterior)
    edges = np.stack([ring[:-1], ring[1:]], axis=1)
    middles = shapely.points(edges.mean(axis=1))
    by_left, by_right = (
        shapely.dwithin(middles, rest, TOUCH_M)
        if not rest.is_empty
        else np.zeros(len(middles), dtype=bool)
        for rest in (strip.left_rest, strip.right_rest)
    )
    sides = np.where(by_left & ~by_right, LEFT, np.where(by_right & ~by_left, RIGHT, OPEN))
    return edges, sides.tolist()


def read_ground(geom: BaseGeometry) -> BaseGeometry:
    """The ground that an outline covers, where its parts lie over each other too."""
    return geom if geom.is_valid else shapely.union_all(shapely.get_parts(geom))


def keep_polygons(geom: BaseGeometry) -> MultiPolygon:
    """The pieces of ground in a geometry."""
    return MultiPolygon(
        [part for part in flatten(geom) if part.geom_type == "Polygon" and part.area > 0]
    )


def flatten(geom: BaseGeometry) -> list[Any]:
    """Single geometries, however deep they were nested."""
    if hasattr(geom, "geoms"):
        return [part for inner in geom.geoms for part in flatten(inner)]
    return [] if geom.is_empty else [geom]


def _require_size(geom: BaseGeometry | None) -> None:
    count = 0 if geom is None else int(shapely.get_num_coordinates(geom))
    if count > MOST_VERTICES:
        raise TooLarge("land.too_many_vertices", count=count, most=MOST_VERTICES)
