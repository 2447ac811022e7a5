"""Borders inside a parent, and the vertices that they need on its outline and in neighbours."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import coverage_clean  # type: ignore[attr-defined]  # the stubs are of 2.1
from shapely.geometry.base import BaseGeometry

from grid_boundaries.locate.segments import directed_edges

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

ON_LINE_DEG: Final = 1e-11
"""A thousandth of a millimetre: what noding rounds is a thousand times less, what is drawn more."""
SLIVER_DEG: Final = 1e-7
"""A centimetre: a gap narrower than this is nobody's mistake to mend by hand."""

SAME_LINE_DEG: Final = 1e-13
"""A few roundings of a longitude: how far a border may be from where it was and be the same."""


def clean_coverage(shapes: Geometries) -> Geometries:
    """The same polygons, noded with each other: no overlap, no gap narrower than a centimetre.

    What is clean already comes back as it is.
    """
    if not len(shapes) or shapely.coverage_is_valid(shapes):
        return shapes
    for snap in (0.0, -1.0):  # corners stay where they are, if that will do
        clean: Geometries = coverage_clean(shapes, gap_width=SLIVER_DEG, snapping_distance=snap)
        if shapely.coverage_is_valid(clean):
            break
    return clean


def is_same_ground(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether two polygons differ by no more than what noding rounds along all of the border."""
    same = [shapely.normalize(shapely.MultiPolygon(shapely.get_parts(g))) for g in (one, other)]
    if shapely.equals_identical(*same):
        return True
    apart = float(shapely.area(shapely.symmetric_difference(one, other)))
    return apart <= SAME_LINE_DEG * float(shapely.length(one))


def list_inner_lines(shapes: Geometries, outline: BaseGeometry) -> Geometries:
    """The borders of a coverage that do not run along the outline, each once, as lines.

    Straight pieces between vertices are joined where no third border begins.
    """
    if not len(shapes):
        return np.empty(0, dtype=object)
    start, end, _ = directed_edges(shapes)
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    edges = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    edges = np.unique(edges, axis=0)
    rim = shapely.boundary(outline)
    shapely.prepare(rim)
    middle = shapely.points((edges[:, :2] + edges[:, 2:]) / 2)
    inner = edges[~shapely.dwithin(rim, middle, ON_LINE_DEG)]
    if not len(inner):
        return np.empty(0, dtype=object)
    lines = np.asarray(shapely.linestrings(inner.reshape(-1, 2, 2)), dtype=np.object_)
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return np.asarray(shapely.get_parts(merged), dtype=object)


def list_ends(lines: Geometries) -> Floats:
    """First and last points of lines (n, 2), each once."""
    if not len(lines):
        return np.empty((0, 2))
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    return np.unique(shapely.get_coordinates(ends), axis=0)


def insert_vertices(shape: BaseGeometry, points: Floats) -> BaseGeometry:
    """The polygon with those of the points (n, 2) as vertices that lie on its border.

    A point that is a vertex already changes nothing; without any point to add the very same object
    comes back.
    """
    if not len(points):
        return shape
    rim = shapely.boundary(shape)
    shapely.prepare(rim)
    near = points[shapely.dwithin(rim, shapely.points(points), ON_LINE_DEG)]
    known = {tuple(xy) for xy in shapely.get_coordinates(shape).tolist()}
    wanted = np.array([xy for xy in near.tolist() if tuple(xy) not in known]).reshape(-1, 2)
    if not len(wanted):
        return shape
    made = _insert(shape, wanted)
    if made.is_valid or not shape.is_valid:
        return made
    # two points a rounding apart would turn the border back on itself: the first of them stays
    made = shape
    for point in wanted:
        wider = _insert(made, point.reshape(1, 2))
        made = wider if wider.is_valid else made
    return made


def _insert(shape: BaseGeometry, points: Floats) -> BaseGeometry:
    polygons = [
        shapely.Polygon(
            _with(polygon.exterior, points), [_with(ring, points) for ring in polygon.interiors]
        )
        for polygon in shapely.get_parts(shape)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _with(ring: BaseGeometry, points: Floats) -> Floats:
    corners = shapely.get_coordinates(ring)
    pieces = np.stack([corners[:-1], corners[1:]], axis=1)
    lines = np.asarray(shapely.linestrings(pieces), dtype=np.object_)
    place, which = shapely.STRtree(lines).query(
        shapely.points(points), predicate="dwithin", distance=ON_LINE_DEG
    )
    if not len(place):
        return corners
    # a point near the end of two pieces belongs to the first of them
    first = np.unique(place, return_index=True)[1]
    place, which = place[first], which[first]
    along = shapely.line_locate_point(lines[which], shapely.points(points[place]))
    order = np.lexsort((along, which))
    return np.insert(corners, which[order] + 1, points[place[order]], axis=0)


def thin_vertices(shapes: Geometries, keep: Floats) -> Geometries:
    """A coverage without the vertices that nobody needs: on a straight edge of every polygon that
    has them, and not among ``keep`` (n, 2).

    Where three polygons meet, or a border bends, the vertex stays in all of them.
    """
    kept = {tuple(xy) for xy in keep.tolist()}
    needed: set[tuple[float, float]] = set()
    seen: set[tuple[float, float]] = set()
    for ring in shapely.get_rings(shapes):
        corners = shapely.get_coordinates(ring)[:-1]
        before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
        gap = shapely.distance(
            shapely.points(corners), shapely.linestrings(np.stack([before, after], axis=1))
        )
        bends = gap > ON_LINE_DEG
        seen.update(map(tuple, corners.tolist()))
        needed.update(map(tuple, corners[bends].tolist()))
    spare = seen - needed - kept
    if not spare:
        return shapes
    thinned = np.array([_without(shape, spare) for shape in shapes], dtype=object)
    # a sliver could cross itself without them; then they are needed after all
    return thinned if shapely.is_valid(thinned).all() else shapes


def _without(shape: BaseGeometry, spare: set[tuple[float, float]]) -> BaseGeometry:
    if not any(tuple(xy) in spare for xy in shapely.get_coordinates(shape).tolist()):
        return shape
    polygons = [
        shapely.Polygon(
            _drop(polygon.exterior, spare), [_drop(ring, spare) for ring in polygon.interiors]
        )
        for polygon in shapely.get_parts(shape)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _drop(ring: BaseGeometry, spare: set[tuple[float, float]]) -> list[tuple[float, float]]:
    corners = [tuple(xy) for xy in shapely.get_coordinates(ring)[:-1].tolist()]
    left = [xy for xy in corners if xy not in spare]
    return left if len(left) > 2 else corners
