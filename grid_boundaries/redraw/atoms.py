"""Atoms: the ground around each building of a parent, cut along barriers, gapless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.redraw.borders import find_borders
from grid_boundaries.redraw.faces import find_faces, stick_out

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

SAME_BUILDING_DEG: Final = 1e-7
"""Households closer than a centimetre live in one building."""

_OVERSHOOT_DEG: Final = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """n atoms of one parent in EPSG:4490; together they are the parent.

    ``weights`` (n,) are households, ``atom_of`` (m,) the atom of every household given,
    ``sites`` (n, 2) the buildings in EPSG:4490, ``centres_m`` the same in metres of the parent's
    local plane.
    """

    geoms: Geometries
    weights: Ints
    atom_of: Ints
    sites: Floats
    centres_m: Floats


def make_atoms(
    parent: BaseGeometry,
    lnglat: Floats,
    barriers: Geometries | None = None,
    *,
    keep_empty_faces: bool = False,
) -> Atoms:
    """One atom per building: its Voronoi cell inside its face between barriers, in the parent.

    ``lnglat`` (m, 2) are households inside the parent, ``barriers`` lines that no atom crosses
    (rivers, railways, chosen roads, today's borders; None for none).  Ground without a building
    goes to the atom it shares the longest border with, of its own face where that has one; with
    ``keep_empty_faces`` a face between barriers without any building is an atom of weight 0, so
    that today's grids come out as they are.  Voronoi cells are taken in the local plane of the
    parent's middle; all lines are noded once, so neighbours have the same vertices.

    Raises InvalidInput ``redraw.no_households``, ``redraw.outside_parent`` (params ``rows``).
    """
    if not len(lnglat) and not keep_empty_faces:
        raise InvalidInput("redraw.no_households")
    sites, atom_of = _merge_buildings(lnglat)
    shapely.prepare(parent)
    inside = shapely.intersects_xy(parent, sites[:, 0], sites[:, 1])
    if not inside.all():
        rows = np.flatnonzero(~inside[atom_of])
        raise InvalidInput("redraw.outside_parent", count=len(rows), rows=rows[:20].tolist())
    borders = np.array([shapely.boundary(parent)], dtype=object)
    if barriers is not None and len(barriers):
        reach = shapely.buffer(parent, _OVERSHOOT_DEG)
        borders = np.concatenate([borders, shapely.intersection(barriers, reach)])
        faces = find_faces(borders, np.empty(0, dtype=object), parent.area)
        faces = faces[shapely.contains_properly(parent, shapely.point_on_surface(faces))]
    else:
        faces = shapely.get_parts(np.array([parent]))
    squeeze = _squeeze_of(parent)
    inner = [np.empty(0, dtype=object)]
    for face in faces:
        shapely.prepare(face)
        own = sites[shapely.intersects_xy(face, sites[:, 0], sites[:, 1])]
        if keep_empty_faces and not len(own):
            sites = np.concatenate([sites, shapely.get_coordinates(face.representative_point())])
        if len(own) > 1:
            inner.append(stick_out(_voronoi_lines(own, face, squeeze), face))
    pieces = find_faces(borders, np.concatenate(inner), parent.area)
    pieces = pieces[shapely.intersects(parent, shapely.point_on_surface(pieces))]
    owner, lost = _find_owners(pieces, sites)
    owner = _adopt_empty(pieces, owner, _find_face_of(pieces, faces))
    if len(lost):
        # a building on a border may find its ground taken by the one beside it: they share an atom
        at = owner[shapely.STRtree(pieces).nearest(shapely.points(sites[lost]))]
        same = np.arange(len(sites))
        same[lost] = at
        kept = np.setdiff1d(np.arange(len(sites)), lost)
        number = np.full(len(sites), -1, np.int64)
        number[kept] = np.arange(len(kept))
        owner, atom_of, sites = number[owner], number[same][atom_of], sites[kept]
    geoms = np.array(
        [
            pieces[rows[0]] if len(rows) == 1 else shapely.coverage_union_all(pieces[rows])
            for rows in _group_rows(owner, len(sites))
        ],
        dtype=object,
    )
    weights = np.bincount(atom_of, minlength=len(sites)).astype(np.int64)
    return Atoms(geoms, weights, atom_of, sites, find_centres_m(sites, parent))


def find_centres_m(sites: Floats, parent: BaseGeometry) -> Floats:
    """Places (n, 2) in metres of the parent's local plane, around their own middle."""
    my = metres_per_degree(_middle_lat(parent))[1]
    centres_m: Floats = (sites - sites.mean(axis=0)) * (_squeeze_of(parent) * my, my)
    return centres_m


def _merge_buildings(lnglat: Floats) -> tuple[Floats, Ints]:
    if not len(lnglat):
        return np.empty((0, 2)), np.empty(0, np.int64)
    rounded = np.round(lnglat / SAME_BUILDING_DEG).astype(np.int64)
    _, first, atom_of = np.unique(rounded, axis=0, return_index=True, return_inverse=True)
    return lnglat[first], atom_of.ravel().astype(np.int64)


def _middle_lat(parent: BaseGeometry) -> float:
    _, south, _, north = parent.bounds
    return float((south + north) / 2)


def _squeeze_of(parent: BaseGeometry) -> float:
    mx, my = metres_per_degree(_middle_lat(parent))
    return mx / my


def _voronoi_lines(sites: Floats, face: BaseGeometry, squeeze: float) -> BaseGeometry:
    scale = np.array((squeeze, 1.0))
    west, south, east, north = face.bounds
    frame = shapely.box(west * squeeze, south, east * squeeze, north)
    edges = shapely.voronoi_polygons(
        shapely.multipoints(sites * scale), extend_to=frame, only_edges=True
    )
    lines: BaseGeometry = shapely.transform(edges, lambda xy: xy / scale)
    return lines


def _find_owners(pieces: Geometries, sites: Floats) -> tuple[Ints, Ints]:
    """The site in each piece, −1 without, and the sites without a piece; a site on a border
    belongs to the first piece that nobody has."""
    tree = shapely.STRtree(pieces)
    site, piece = tree.query(shapely.points(sites), predicate="intersects")
    owner = np.full(len(pieces), -1, np.int64)
    taken = np.zeros(len(sites), bool)
    for s, p in sorted(zip(site.tolist(), piece.tolist(), strict=True)):
        if owner[p] < 0 and not taken[s]:
            owner[p], taken[s] = s, True
    return owner, np.flatnonzero(~taken)


def _find_face_of(pieces: Geometries, faces: Geometries) -> Ints:
    """The face between barriers that each piece is part of."""
    if len(faces) < 2:
        return np.zeros(len(pieces), np.int64)
    found: Ints = shapely.STRtree(faces).nearest(shapely.point_on_surface(pieces))
    return found


def _adopt_empty(pieces: Geometries, owner: Ints, face: Ints) -> Ints:
    """Pieces without a site go where their longest border is, wave by wave: first within their own
    face, since no atom crosses a barrier; a face that has no site at all goes to the next one."""
    if (owner >= 0).all():
        return owner
    borders = find_borders(pieces)
    left = np.concatenate([borders.left, borders.right])
    right = np.concatenate([borders.right, borders.left])
    length_m = np.concatenate([borders.length_m, borders.length_m])
    order = np.lexsort((right, -length_m, left))
    left, right = left[order], right[order]
    within = face[left] == face[right]
    for pairs in ((left[within], right[within]), (left, right)):
        _adopt_along(owner, *pairs)
    lost = np.flatnonzero(owner < 0)
    if len(lost):  # a part of the parent without any household
        with_site = np.flatnonzero(owner >= 0)
        tree = shapely.STRtree(pieces[with_site])
        owner[lost] = owner[with_site[tree.nearest(pieces[lost])]]
    return owner


def _adopt_along(owner: Ints, left: Ints, right: Ints) -> None:
    """Fill ``owner`` along pairs that are sorted by piece and falling length of border."""
    while True:
        open_pair = (owner[left] < 0) & (owner[right] >= 0)
        if not open_pair.any():
            break
        asking, first = np.unique(left[open_pair], return_index=True)
        owner[asking] = owner[right[open_pair][first]]


def _group_rows(owner: Ints, groups: int) -> list[Ints]:
    order = np.argsort(owner, kind="stable")
    return np.split(order, np.searchsorted(owner[order], np.arange(1, groups)))
