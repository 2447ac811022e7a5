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
from grid_boundaries.hierarchy.level_cells import Geometries, LevelCells, ParentCells, Rows
from grid_boundaries.hierarchy.tolerances import Tolerances

_NEIGHBOURS_SHOWN: Final = 5


def check_inside_parent(
    cells: LevelCells, parents: ParentCells, tolerances: Tolerances
) -> list[Finding]:
    """One finding per cell with more than ``tolerances.area_m2`` outside its own parent.

    ``cell_codes`` are (cell, parent); ``params.share`` is the part of the cell that lies outside.
    """
    doubtful = np.flatnonzero((parents.row_of >= 0) & ~parents.is_filled[parents.row_of])
    own_parent = parents.geoms[parents.row_of[doubtful]]
    shapely.prepare(own_parent)
    out = ~shapely.covers(own_parent, cells.geoms[doubtful])
    doubtful, own_parent = doubtful[out], own_parent[out]
    outside = shapely.difference(cells.geoms[doubtful], own_parent)
    areas = plane_areas_m2(outside)
    whole = plane_areas_m2(cells.geoms[doubtful])
    return [
        Finding(
            OUTSIDE_PARENT,
            cells.rank,
            (cells.codes[doubtful[k]], parents.codes[parents.row_of[doubtful[k]]]),
            area_m2=float(areas[k]),
            params={"share": round(float(areas[k] / whole[k]), 6)},
            **place_of(outside[k]),
        )
        for k in np.flatnonzero(areas > tolerances.area_m2)
    ]


def check_gaps(cells: LevelCells, parents: ParentCells, tolerances: Tolerances) -> list[Finding]:
    """Ground of a parent that no cell of this level covers, one finding per connected piece.

    Ground shut in on all sides by cells is one ``grid.hole`` whatever parents it lies in, named by
    the cells around it.  Any other piece is a ``grid.gap`` named by its parent, with
    ``params.whole`` when the parent has no child at all and up to five cells beside it in
    ``params.around``.  Ground covered by a cell of another parent is that cell's fault
    (``grid.outside_parent``), not a gap.
    """
    if parents.is_filled.all():
        return []
    tree = shapely.STRtree(cells.geoms)
    uncovered, of_parent = _uncovered_pieces(cells, parents, tree, tolerances.area_m2)
    if not len(uncovered):
        return []
    enclosed = find_enclosed_ground(cells)
    in_hole = _lie_in_rings(uncovered, enclosed)
    areas = plane_areas_m2(uncovered)
    childless = parents.is_childless
    findings = [
        Finding(
            GAP,
            cells.rank,
            (parents.codes[of_parent[k]],),
            area_m2=float(areas[k]),
            params={
                "whole": bool(childless[of_parent[k]]),
                "around": _codes_around(cells, tree, uncovered[k])[:_NEIGHBOURS_SHOWN],
            },
            **place_of(uncovered[k]),
        )
        for k in np.flatnonzero(~in_hole)
    ]
    for ring in enclosed:
        owned = _part_owned_by(ring, uncovered[in_hole])
        findings += _hole_findings(cells, tree, owned, tolerances)
    return findings


def check_holes(cells: LevelCells, tolerances: Tolerances) -> list[Finding]:
    """Ground shut in on all sides by cells of a level without parents, one finding per piece.

    ``cell_codes`` are the cells around it.  Whether ground at the outer edge is missing cannot be
    told without a parent.
    """
    tree = shapely.STRtree(cells.geoms)
    return _hole_findings(cells, tree, find_enclosed_ground(cells), tolerances)


def find_enclosed_ground(cells: LevelCells) -> Geometries:
    """Polygons of the ground shut in by the union of the cells and covered by none."""
    rings = [ring for part in shapely.get_parts(cells.unite()) for ring in part.interiors]
    return np.asarray(shapely.polygons(rings), dtype=object) if rings else np.empty(0, object)


def _hole_findings(
    cells: LevelCells, tree: shapely.STRtree, holes: Geometries, tolerances: Tolerances
) -> list[Finding]:
    areas = plane_areas_m2(holes)
    return [
        Finding(
            HOLE,
            cells.rank,
            tuple(_codes_around(cells, tree, holes[k])),
            area_m2=float(areas[k]),
            **place_of(holes[k]),
        )
        for k in np.flatnonzero(areas > tolerances.area_m2)
    ]


def _codes_around(cells: LevelCells, tree: shapely.STRtree, ground: BaseGeometry) -> list[str]:
    return sorted(cells.codes[cell] for cell in tree.query(ground, predicate="intersects"))


def _part_owned_by(ring: BaseGeometry, pieces: Geometries) -> Geometries:
    """The union of the pieces whose inside lies in the ring, as an array of one or none."""
    own = pieces[_lie_in_rings(pieces, np.array([ring], dtype=object))]
    return np.array([shapely.union_all(own)] if len(own) else [], dtype=object)


def _uncovered_pieces(
    cells: LevelCells, parents: ParentCells, tree: shapely.STRtree, tolerance_m2: float
) -> tuple[Geometries, Rows]:
    """Pieces of parents larger than the tolerance that no cell covers, with the parent's row."""
    doubtful = np.flatnonzero(~parents.is_filled)
    rest = shapely.difference(parents.geoms[doubtful], parents.unions[doubtful])
    for k in np.flatnonzero(plane_areas_m2(rest) > tolerance_m2):
        met = tree.query(rest[k], predicate="intersects")
        rest[k] = shapely.difference(rest[k], shapely.union_all(cells.geoms[met]))
    pieces, owner = shapely.get_parts(rest, return_index=True)
    large = plane_areas_m2(pieces) > tolerance_m2
    return pieces[large], doubtful[owner[large]]


def _lie_in_rings(pieces: Geometries, rings: Geometries) -> npt.NDArray[np.bool_]:
    """For each piece, whether a point of its inside lies in one of the ring polygons."""
    inside = np.zeros(len(pieces), dtype=bool)
    if len(rings):
        asked, _ = shapely.STRtree(rings).query(
            shapely.point_on_surface(pieces), predicate="within"
        )
        inside[asked] = True
    return inside
