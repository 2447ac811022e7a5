"""Atoms from a fine partition: grids of the level below, or statistical blocks with weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.atoms import Atoms, find_centres_m
from grid_boundaries.redraw.nodes import clean_coverage

Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]


def atoms_of_partition(parent: BaseGeometry, pieces: Geometries, weights: Ints) -> Atoms:
    """One atom per piece: the partition cut to the parent, cleaned, and grown where it leaves gaps.

    ``pieces`` are polygons in EPSG:4490, ``weights`` (n,) what each holds.  Where pieces overlap,
    coverage_clean (GEOS 3.14) gives the ground to the one with the longest border; ground of the
    parent that no piece covers goes to the piece with the nearest ground.  A piece outside the
    parent is no atom; its weight must be 0 or ``redraw.piece_outside`` is raised with ``rows``.
    ``atom_of`` holds the atom of every piece, −1 for those.
    """
    if not len(pieces):
        raise InvalidInput("redraw.no_households")
    inside = shapely.intersection(pieces, parent)
    inside = np.array([_only_ground(shape) for shape in inside], dtype=object)
    kept = np.flatnonzero(shapely.area(inside) > 0)
    lost = np.setdiff1d(np.arange(len(pieces)), kept)
    if weights[lost].any():
        rows = lost[weights[lost] > 0]
        raise InvalidInput("redraw.piece_outside", count=len(rows), rows=rows[:20].tolist())
    shapes = _fill_parent(parent, inside[kept])
    alive = np.flatnonzero(shapely.area(shapes) > 0)
    atom_of = np.full(len(pieces), -1, np.int64)
    atom_of[kept[alive]] = np.arange(len(alive))
    sites = shapely.get_coordinates(shapely.point_on_surface(shapes[alive]))
    return Atoms(shapes[alive], weights[kept[alive]], atom_of, sites, find_centres_m(sites, parent))


def is_exact_partition(parent: BaseGeometry, pieces: Geometries) -> bool:
    """Whether the pieces share their vertices and together are the parent to 1e-12."""
    area = float(shapely.area(pieces).sum())
    return bool(shapely.coverage_is_valid(pieces)) and abs(area - parent.area) <= (
        1e-12 * parent.area
    )


def _fill_parent(parent: BaseGeometry, pieces: Geometries) -> Geometries:
    if is_exact_partition(parent, pieces):
        return pieces
    clean = clean_coverage(pieces)
    lines = [shapely.boundary(parent), *shapely.boundary(clean)]
    noded = shapely.union_all(np.array(lines, dtype=object))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(np.array([noded]))))
    points = shapely.point_on_surface(faces)
    faces = faces[shapely.intersects(parent, points)]
    points = points[shapely.intersects(parent, points)]
    tree = shapely.STRtree(clean)
    owner = np.full(len(faces), -1, np.int64)
    face, piece = tree.query(points, predicate="intersects")
    owner[face[::-1]] = piece[::-1]
    lost = np.flatnonzero(owner < 0)
    if len(lost):
        owner[lost] = tree.nearest(faces[lost])
    empty = shapely.Polygon()
    return np.array(
        [
            shapely.coverage_union_all(faces[owner == k]) if (owner == k).any() else empty
            for k in range(len(clean))
        ],
        dtype=object,
    )


def _only_ground(shape: BaseGeometry) -> BaseGeometry:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if parts else shapely.Polygon()
