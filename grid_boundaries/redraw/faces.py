"""Faces between lines, without two corners a rounding apart."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

ONE_CORNER_DEG: Final = 1e-9
"""A tenth of a millimetre: far above what noding rounds, far below what anybody draws."""
_STICK_OUT_DEG: Final = 1e-11


def find_faces(borders: Geometries, inner: Geometries, whole: float) -> Geometries:
    """The polygons between all these lines (EPSG:4490), which are noded with each other.

    ``whole`` is the area that they must have together (square degrees).

    Corners of ``borders`` stay where they are.  A line that meets a border within a tenth of a
    millimetre of one of its corners meets it there, and two nodes so close are one: otherwise the
    same border would get another corner a rounding beside the last with each plan drawn on it.
    """
    noded = np.array([shapely.union_all(np.concatenate([borders, inner]))], dtype=object)
    merged = _merge_corners(noded, shapely.get_coordinates(borders))
    if merged is not None:
        faces = _polygonize(merged)
        # a line that a merged corner pulled across another would cost or double ground
        if abs(float(shapely.area(faces).sum()) - whole) <= 1e-12 * whole:
            return faces
    return _polygonize(noded)


def stick_out(lines: BaseGeometry, face: BaseGeometry) -> Geometries:
    """The parts of lines in a face, their ends on its border a thousandth of a millimetre longer.

    An end that was cut off on the border itself would miss it by a rounding; what hangs over is no
    part of any polygon, and is too short to meet what hangs over from the other side.
    """
    parts: Geometries = shapely.get_parts(np.array([shapely.intersection(lines, face)]))
    parts = parts[(shapely.get_dimensions(parts) == 1) & (shapely.length(parts) > 0)]
    if not len(parts):
        return parts
    rim = shapely.boundary(face)
    shapely.prepare(rim)
    xy, owner = shapely.get_coordinates(parts, return_index=True)
    first = np.searchsorted(owner, np.arange(len(parts)))
    last = np.append(first[1:], len(owner)) - 1
    longer = xy.copy()
    for end, beside in ((first, first + 1), (last, last - 1)):
        at = shapely.dwithin(rim, shapely.points(xy[end]), ONE_CORNER_DEG)
        way = xy[end] - xy[beside]
        long = np.hypot(way[:, 0], way[:, 1])[:, None]
        # a part shorter than a rounding has no direction
        step = np.divide(way * _STICK_OUT_DEG, long, out=np.zeros_like(way), where=long > 0)
        longer[end[at]] += step[at]
    found: Geometries = shapely.set_coordinates(parts.copy(), longer)
    return found


def _polygonize(lines: Geometries) -> Geometries:
    return shapely.get_parts(np.array([shapely.polygonize(lines)]))


def _merge_corners(lines: Geometries, fixed: Floats) -> Geometries | None:
    """The lines between corners of which none are too close, unless both are fixed; None where
    that is so already."""
    _, xy, offsets = shapely.to_ragged_array(lines)
    # the fixed ones too: noding may have moved one of them by a rounding
    every = _as_complex(np.concatenate([xy, fixed]))
    corners, number = np.unique(every, return_inverse=True)
    stays = np.zeros(len(corners), bool)
    stays[number[len(xy) :]] = True
    place = np.column_stack([corners.real, corners.imag])
    goes_on = np.ones(len(xy), bool)
    goes_on[offsets[0][1:] - 1] = False
    at = np.flatnonzero(goes_on)
    pieces = np.stack([number[at], number[at + 1]])
    goes_to = _find_goals(place, stays, np.bincount(pieces.ravel(), minlength=len(place)))
    if goes_to is None:
        return None
    a, b = goes_to[pieces]
    real = a != b
    low, high = np.minimum(a[real], b[real]), np.maximum(a[real], b[real])
    once = np.unique(low * np.int64(len(place)) + high)
    ends = np.stack([once // len(place), once % len(place)], axis=1).ravel()
    merged: Geometries = shapely.from_ragged_array(
        shapely.GeometryType.MULTILINESTRING, place[ends],
        (np.arange(0, len(ends) + 1, 2), np.array([0, len(once)])),
    )  # fmt: skip
    return merged


def _find_goals(place: Floats, stays: npt.NDArray[np.bool_], degree: Ints) -> Ints | None:
    """The corner that each corner becomes: the nearest fixed one, else that of its cluster where
    most lines meet (a loose end lies beside the border that it sticks out of)."""
    loose = np.flatnonzero(~stays)
    goals = np.arange(len(place))
    if stays.any() and len(loose):
        held = np.flatnonzero(stays)
        gap, nearest = cKDTree(place[held]).query(place[loose], distance_upper_bound=ONE_CORNER_DEG)
        near = np.isfinite(gap)
        goals[loose[near]] = held[nearest[near]]
        loose = loose[~near]
    if len(loose) > 1:
        pairs = cKDTree(place[loose]).query_pairs(ONE_CORNER_DEG, output_type="ndarray")
        if len(pairs):
            shape = (len(loose), len(loose))
            graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape)
            cluster = connected_components(graph, directed=False)[1]
            order = np.lexsort((loose, -degree[loose], cluster))
            first = order[np.unique(cluster[order], return_index=True)[1]]
            goals[loose] = loose[first[cluster]]
    return None if (goals == np.arange(len(place))).all() else goals


def _as_complex(xy: Floats) -> npt.NDArray[np.complex128]:
    return np.ascontiguousarray(xy).view(np.complex128).ravel()
