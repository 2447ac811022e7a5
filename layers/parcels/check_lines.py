"""Gaps between neighbours, and borders of neighbours that are not drawn alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from layers.parcels.overlaps import explode, measure_pieces, require_tolerance
from layers.parcels.rules import LandFinding

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


def check_lines(geoms: Objects, gap_width_m: float, min_area_m2: float) -> list[LandFinding]:
    """Narrow gaps, and borders nearer than ``gap_width_m`` that do not run together.

    A gap is ground enclosed by parcels, above ``min_area_m2`` and nowhere wider than
    ``gap_width_m``; it names the parcels that touch it.  A border disagrees where an edge runs
    within that width of a neighbour's without being the same.  ``geoms`` (n,) in EPSG:4490; rows
    that are missing or cross themselves are left out.
    """
    require_tolerance(gap_width_m)
    require_tolerance(min_area_m2)
    parts, row = explode(geoms)
    sound = shapely.is_valid(parts)
    parts, row = parts[sound], row[sound]
    if len(parts) == 0:
        return []
    plane, scale, origin = _to_plane(parts)
    gaps = _find_gaps(plane, gap_width_m, min_area_m2)
    return _name_gaps(gaps, plane, row, scale, origin) + _find_disagreeing(
        plane, row, gap_width_m, scale, origin
    )


def _to_plane(parts: Objects) -> tuple[Objects, Floats, Floats]:
    bounds = shapely.total_bounds(parts)
    origin = np.array([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2])
    scale = np.array(metres_per_degree(float(origin[1])))
    moved: Any = shapely.transform(parts, lambda xy: (xy - origin) * scale)
    return np.asarray(moved, dtype=object), scale, origin


def _find_gaps(plane: Objects, gap_width_m: float, min_area_m2: float) -> Objects:
    """Rings inside the union that no parcel fills."""
    united = shapely.get_parts(shapely.union_all(plane))
    ring_of = [
        shapely.polygons(ring)
        for piece in united.tolist()
        if piece.geom_type == "Polygon"
        for ring in piece.interiors
    ]
    holes = np.array(ring_of, dtype=object)
    if len(holes) == 0:
        return holes
    area = shapely.area(holes)
    # half of the perimeter is about the length of a narrow thing: a cheap first sieve
    narrow = (area > min_area_m2) & (area <= gap_width_m * shapely.length(holes))
    holes = holes[narrow]
    wide = ~shapely.is_empty(shapely.buffer(holes, -gap_width_m / 2))
    return np.asarray(holes[~wide], dtype=object)


def _name_gaps(
    gaps: Objects, plane: Objects, row: npt.NDArray[np.int64], scale: Floats, origin: Floats
) -> list[LandFinding]:
    if len(gaps) == 0:
        return []
    degrees = _to_degrees(gaps, scale, origin)
    areas = measure_pieces(degrees)
    tree = shapely.STRtree(plane)
    found = []
    for k, gap in enumerate(gaps.tolist()):
        beside = sorted({int(row[j]) for j in tree.query(gap, predicate="intersects").tolist()})
        width = 2 * float(shapely.length(shapely.maximum_inscribed_circle(gap)))
        found.append(
            LandFinding(
                "gap", "land.why_gap",
                beside[0] if beside else None, beside[1] if len(beside) > 1 else None,
                {"area_m2": round(float(areas[k]), 2), "width_m": round(width, 2),
                 "neighbours": len(beside)},
                float(areas[k]), width, degrees[k],
            )
        )  # fmt: skip
    return found


def _find_disagreeing(
    plane: Objects, row: npt.NDArray[np.int64], gap_width_m: float, scale: Floats, origin: Floats
) -> list[LandFinding]:
    edges = shapely.coverage_invalid_edges(plane, gap_width_m)
    length = shapely.length(edges)
    found = []
    for claim in np.unique(row[length > 0]).tolist():
        mine = np.flatnonzero((row == claim) & (length > 0))
        run = float(length[mine].sum())
        line = _to_degrees(np.array([shapely.union_all(edges[mine])], dtype=object), scale, origin)
        found.append(
            LandFinding(
                "line_disagrees", "land.why_line_disagrees", int(claim), None,
                {"length_m": round(run, 2), "gap_width_m": gap_width_m}, geom=line[0],
            )
        )  # fmt: skip
    return found


def _to_degrees(geoms: Objects, scale: Floats, origin: Floats) -> Objects:
    moved: Any = shapely.transform(geoms, lambda xy: xy / scale + origin)
    return np.asarray(moved, dtype=object)
