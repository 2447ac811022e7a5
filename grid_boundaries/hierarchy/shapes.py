"""Faults that a cell has by itself: an invalid shape, or a shape in several pieces."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.hierarchy.findings import (
    INVALID_GEOMETRY,
    NOT_CONTIGUOUS,
    Finding,
    place_of,
    plane_areas_m2,
)
from grid_boundaries.hierarchy.level_cells import LevelCells
from grid_boundaries.hierarchy.tolerances import Tolerances

_PLACE_IN_REASON: Final = re.compile(r"\[(\S+) (\S+)\]")
_METRES_PER_DEGREE_AT_MOST: Final = 112_000.0


def find_geometry_fault(geom: BaseGeometry | None) -> tuple[str, float | None, float | None]:
    """Reason why a geometry cannot be a cell, with the place if known; reason '' when it can.

    Reasons are short slugs: ``missing``, ``empty``, ``not_polygon``, ``not_finite``, or the words
    of GEOS in lower case joined by underscores (``self-intersection``).
    """
    if geom is None:
        return "missing", None, None
    if geom.geom_type not in ("Polygon", "MultiPolygon"):
        return "not_polygon", None, None
    if geom.is_empty:
        return "empty", None, None
    if not np.isfinite(shapely.get_coordinates(geom)).all():
        return "not_finite", None, None
    if geom.is_valid:
        return "", None, None
    words = shapely.is_valid_reason(geom)
    place = _PLACE_IN_REASON.search(words)
    slug = words.split("[")[0].strip().lower().replace(" ", "_")
    if place is None:
        return slug, None, None
    return slug, float(place.group(1)), float(place.group(2))


def check_geometries(
    codes: list[str], ranks: npt.NDArray[np.int16], geoms: npt.NDArray[np.object_]
) -> tuple[list[Finding], npt.NDArray[np.bool_]]:
    """Findings of shapes that cannot be cells, and the mask of those that can (same order)."""
    with np.errstate(invalid="ignore"):
        usable = shapely.is_valid(geoms) & ~shapely.is_empty(geoms) & ~shapely.is_missing(geoms)
    usable &= np.isin(shapely.get_type_id(geoms), (3, 6))
    findings = []
    for row in np.flatnonzero(~usable):
        reason, lng, lat = find_geometry_fault(geoms[row])
        findings.append(
            Finding(
                INVALID_GEOMETRY,
                int(ranks[row]),
                (codes[row],),
                lng=lng,
                lat=lat,
                bbox=None if lng is None or lat is None else (lng, lat, lng, lat),
                params={"reason": reason},
            )
        )
    return findings, usable


def check_contiguity(cells: LevelCells, tolerances: Tolerances) -> list[Finding]:
    """Cells in several pieces: apart, touching at a corner, or joined by a border too short.

    A piece counts when it is larger than ``tolerances.area_m2``; a neck narrower than
    ``tolerances.border_m`` joins nothing.  The finding names the largest detached piece;
    ``area_m2`` is that of all pieces but the main one, ``params.pieces`` their number.
    """
    geoms = cells.geoms
    several = shapely.get_num_geometries(geoms) > 1
    clearance_m = shapely.minimum_clearance(geoms) * _METRES_PER_DEGREE_AT_MOST
    narrow = ~several & (clearance_m < tolerances.border_m)
    findings = []
    for row in np.flatnonzero(several | narrow):
        pieces = _joined_pieces(geoms[row], tolerances.border_m)
        areas = plane_areas_m2(pieces)
        large = areas > tolerances.area_m2
        if large.sum() < 2:
            continue
        order = np.argsort(-areas, kind="stable")
        detached = order[1 : int(large.sum())]
        findings.append(
            Finding(
                NOT_CONTIGUOUS,
                cells.rank,
                (cells.codes[row],),
                area_m2=float(areas[detached].sum()),
                params={"pieces": int(large.sum())},
                **place_of(pieces[detached[0]]),
            )
        )
    return findings


def _joined_pieces(geom: BaseGeometry, border_m: float) -> npt.NDArray[np.object_]:
    """Pieces that remain when every neck narrower than ``border_m`` is cut (degrees again)."""
    _, south, _, north = shapely.bounds(geom)
    mx, my = metres_per_degree(float(south + north) / 2)
    west = float(shapely.bounds(geom)[0])
    metres = shapely.transform(geom, lambda xy: (xy - (west, south)) * (mx, my))
    eroded = shapely.buffer(metres, -border_m / 2, join_style="mitre")
    back = shapely.transform(eroded, lambda xy: xy / (mx, my) + (west, south))
    return np.asarray(shapely.get_parts(back), dtype=object)
