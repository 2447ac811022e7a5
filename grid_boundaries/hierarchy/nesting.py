"""Children against their parent: ground outside it, and ground of it that nobody has."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.hierarchy.findings import (
    GAP,
    HOLE,
    OUTSIDE_PARENT,
    Finding,
    place_of,
    plane_areas_m2,
)
from grid_boundaries.hierarchy.tolerances import Tolerances

_NEIGHBOURS_SHOWN: Final = 5

Geometries = npt.NDArray[np.object_]
Rows = npt.NDArray[np.int64]


def check_inside_parent(
    codes: list[str],
    rank: int,
    geoms: Geometries,
    parent_codes: list[str],
    parent_geoms: Geometries,
    tolerances: Tolerances,
) -> list[Finding]:
    """One finding per cell with more than ``tolerances.area_m2`` outside its own parent.

    Row i of all arguments is one cell with its parent.  ``cell_codes`` are (cell, parent);
    ``params.share`` is the part of the cell that lies outside.  All geometries must be valid.
    """
    shapely.prepare(parent_geoms)
    doubtful = np.flatnonzero(~shapely.covers(parent_geoms, geoms))
    outside = shapely.difference(geoms[doubtful], parent_geoms[doubtful])
    areas = plane_areas_m2(outside)
    whole = plane_areas_m2(geoms[doubtful])
    return [
        Finding(
            OUTSIDE_PARENT,
            rank,
            (codes[doubtful[k]], parent_codes[doubtful[k]]),
            area_m2=float(areas[k]),
            params={"share": round(float(areas[k] / whole[k]), 6)},
            **place_of(outside[k]),
        )
        for k in np.flatnonzero(areas > tolerances.area_m2)
    ]


def check_gaps(
    codes: list[str],
    rank: int,
    geoms: Geometries,
    parent_of: Rows,
    parent_codes: list[str],
    parent_geoms: Geometries,
    tolerances: Tolerances,
) -> list[Finding]:
    """Ground of a parent that no cell of this level covers, one finding per connected piece.

    ``parent_of[i]`` is the row of cell i's parent in ``parent_codes``/``parent_geoms`` (−1: none).
    Ground shut in on all sides by cells is one ``grid.hole`` whatever parents it lies in, named by
    the cells around it.  Any other piece is a ``grid.gap`` named by its parent, with
    ``params.whole`` when the parent has no child at all and up to five cells beside it in
    ``params.around``.  Ground covered by a cell of another parent is that cell's fault
    (``grid.outside_parent``), not a gap.  All geometries must be valid.
    """
    tree = shapely.STRtree(geoms)
    uncovered, of_parent = _uncovered_pieces(
        geoms, parent_of, parent_geoms, tree, tolerances.area_m2
    )
    if not len(uncovered):
        return []
    enclosed = find_enclosed_ground(geoms)
    in_hole = _lie_in_rings(uncovered, enclosed)
    areas = plane_areas_m2(uncovered)
    childless = ~np.isin(np.arange(len(parent_geoms)), parent_of)
    findings = [
        Finding(
            GAP,
            rank,
            (parent_codes[of_parent[k]],),
            area_m2=float(areas[k]),
            params={
                "whole": bool(childless[of_parent[k]]),
                "around": _codes_around(codes, tree, uncovered[k])[:_NEIGHBOURS_SHOWN],
            },
            **place_of(uncovered[k]),
        )
        for k in np.flatnonzero(~in_hole)
    ]
    for ring in enclosed:
        owned = _part_owned_by(ring, uncovered[in_hole])
        findings += _hole_findings(codes, rank, tree, owned, tolerances)
    return findings


def check_holes(
    codes: list[str], rank: int, geoms: Geometries, tolerances: Tolerances
) -> list[Finding]:
    """Ground shut in on all sides by cells of a level without parents, one finding per piece.

    ``cell_codes`` are the cells around it.  Whether ground at the outer edge is missing cannot be
    told without a parent.  All geometries must be valid.
    """
    return _hole_findings(
        codes, rank, shapely.STRtree(geoms), find_enclosed_ground(geoms), tolerances
    )


def _hole_findings(
    codes: list[str], rank: int, tree: shapely.STRtree, holes: Geometries, tolerances: Tolerances
) -> list[Finding]:
    areas = plane_areas_m2(holes)
    return [
        Finding(
            HOLE,
            rank,
            tuple(_codes_around(codes, tree, holes[k])),
            area_m2=float(areas[k]),
            **place_of(holes[k]),
        )
        for k in np.flatnonzero(areas > tolerances.area_m2)
    ]


def _codes_around(codes: list[str], tree: shapely.STRtree, ground: BaseGeometry) -> list[str]:
    return sorted(codes[cell] for cell in tree.query(ground, predicate="intersects"))


def _part_owned_by(ring: BaseGeometry, pieces: Geometries) -> Geometries:
    """The union of the pieces whose inside lies in the ring, as an array of one or none."""
    own = pieces[_lie_in_rings(pieces, np.array([ring], dtype=object))]
    return np.array([shapely.union_all(own)] if len(own) else [], dtype=object)


def find_enclosed_ground(geoms: Geometries) -> Geometries:
    """Polygons of the ground shut in by the union of valid polygons and covered by none."""
    if not len(geoms):
        return np.empty(0, dtype=object)
    valid_coverage = shapely.coverage_is_valid(geoms)
    union = shapely.coverage_union_all(geoms) if valid_coverage else shapely.union_all(geoms)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    return np.asarray(shapely.polygons(rings), dtype=object) if rings else np.empty(0, object)


def _uncovered_pieces(
    geoms: Geometries,
    parent_of: Rows,
    parent_geoms: Geometries,
    tree: shapely.STRtree,
    tolerance_m2: float,
) -> tuple[Geometries, Rows]:
    """Pieces of parents larger than the tolerance that no cell covers, with the parent's row."""
    own = shapely.difference(parent_geoms, _unions_by_parent(geoms, parent_of, len(parent_geoms)))
    for parent in np.flatnonzero(plane_areas_m2(own) > tolerance_m2):
        met = tree.query(own[parent], predicate="intersects")
        own[parent] = shapely.difference(own[parent], shapely.union_all(geoms[met]))
    pieces, of_parent = shapely.get_parts(own, return_index=True)
    large = plane_areas_m2(pieces) > tolerance_m2
    return pieces[large], of_parent[large]


def _unions_by_parent(geoms: Geometries, parent_of: Rows, parents: int) -> Geometries:
    """Union of the children of each parent row; an empty polygon for a childless parent."""
    unions = np.full(parents, shapely.Polygon(), dtype=object)
    order = np.argsort(parent_of, kind="stable")
    order = order[parent_of[order] >= 0]
    rows, starts = np.unique(parent_of[order], return_index=True)
    valid_coverage = shapely.coverage_is_valid(geoms)
    unite = shapely.coverage_union_all if valid_coverage else shapely.union_all
    for row, children in zip(rows, np.split(order, starts[1:]), strict=True):
        unions[row] = unite(geoms[children])
    return unions


def _lie_in_rings(pieces: Geometries, rings: Geometries) -> npt.NDArray[np.bool_]:
    """For each piece, whether a point of its inside lies in one of the ring polygons."""
    inside = np.zeros(len(pieces), dtype=bool)
    if len(rings):
        asked, _ = shapely.STRtree(rings).query(
            shapely.point_on_surface(pieces), predicate="within"
        )
        inside[asked] = True
    return inside
