"""What is wrong with shapes, row by row, and a repair that is only ever a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from layers.importers.findings import Finding, Severity

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SLIVER_WIDTH_M: Final = 0.5
TINY_AREA_M2: Final = 1.0
_DUPLICATE_GRID_DEG: Final = 1e-9
# GEOS words of a fault → our code
_REASONS: Final = (
    ("Self-intersection", "shape.self_crossing"),
    ("Ring Self-intersection", "shape.self_crossing"),
    ("Hole lies outside", "shape.hole_outside"),
    ("Nested", "shape.hole_outside"),
    ("Holes are nested", "shape.hole_outside"),
    ("Interior is disconnected", "shape.self_crossing"),
    ("Duplicate Rings", "shape.duplicate_rings"),
    ("Too few points", "shape.too_few_points"),
    ("Invalid Coordinate", "shape.not_finite"),
)
_TYPES: Final = {
    "Point": (0, 4), "LineString": (1, 5), "Polygon": (3, 6),
}  # fmt: skip
_COLLECTION: Final = 7


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """``repaired[i]`` is None where nothing is to mend or nothing can be.

    Areas in m² of the local plane, 0 for lines and points, NaN for a missing shape;
    ``area_after_m2`` equals ``area_before_m2`` where nothing is to mend.  The area before of a
    shape that crosses itself is what GEOS counts, overlaps with their sign.
    """

    findings: tuple[Finding, ...]
    repaired: npt.NDArray[np.object_]
    area_before_m2: Floats
    area_after_m2: Floats


def examine(
    geometry: npt.NDArray[np.object_],
    row_numbers: npt.NDArray[np.int64],
    *,
    wanted: tuple[str, ...] = (),
    required: bool = False,
    unreadable: Mask | None = None,
) -> Examination:
    """Examine shapes in EPSG:4490; ``wanted`` are single types (``Polygon``) of the kind.

    Errors: unreadable, missing where required, empty, not finite, of the wrong type, a collection,
    invalid (with where, and a repair where one keeps the type).  Warnings: repeated vertices,
    several parts, slivers, tiny areas, exact duplicates.  Notes: holes, Z values.
    """
    shapes = np.asarray(geometry, dtype=object)
    lost = np.zeros(len(shapes), dtype=bool) if unreadable is None else unreadable
    missing = shapely.is_missing(shapes)
    has_z = shapely.has_z(shapes)
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    empty = ~missing & shapely.is_empty(flat)
    bounds = shapely.bounds(flat)
    finite = missing | empty | np.isfinite(bounds).all(axis=1)
    there = ~missing & ~empty & finite
    wrong_type, collection = _check_types(flat, there, wanted)
    invalid = there & ~shapely.is_valid(flat)
    plane, area = _areas(flat, there)
    repaired = _repair(flat, invalid & ~wrong_type & ~collection)
    after = area.copy()
    mended = ~shapely.is_missing(repaired)
    after[mended] = _areas(repaired, mended)[1][mended]
    report = _Report(row_numbers)
    report.add("shape.unreadable", "error", lost)
    report.add("shape.missing", "error" if required else "note", missing & ~lost)
    report.add("shape.empty", "error", empty)
    report.add("shape.not_finite", "error", ~finite)
    report.add("shape.wrong_type", "error", wrong_type, {"wanted": list(wanted)})
    report.add("shape.collection", "error", collection)
    _add_invalid(report, flat, invalid, area, after)
    sound = there & ~invalid & ~wrong_type & ~collection
    _add_odd(report, flat, plane, area, sound)
    report.add("shape.z_values", "note", has_z & there)
    return Examination(tuple(report.findings), repaired, area, after)


class _Report:
    """Findings of one batch."""

    def __init__(self, row_numbers: npt.NDArray[np.int64]) -> None:
        self.findings: list[Finding] = []
        self._rows = row_numbers

    def add(
        self,
        code: str,
        severity: Severity,
        where: Mask,
        params: Mapping[str, Any] | None = None,
        per_row: Mapping[str, npt.NDArray[Any]] | None = None,
    ) -> None:
        """One finding with all its rows, none where there are no rows."""
        if where.any():
            own = {key: values[where] for key, values in (per_row or {}).items()}
            self.findings.append(
                Finding(code, severity, self._rows[where], params=params or {}, per_row=own)
            )


def _check_types(
    shapes: npt.NDArray[np.object_], there: Mask, wanted: tuple[str, ...]
) -> tuple[Mask, Mask]:
    kinds = shapely.get_type_id(shapes)
    collection = there & (kinds == _COLLECTION)
    if not wanted:
        return np.zeros(len(shapes), dtype=bool), collection
    allowed = [number for name in wanted for number in _TYPES[name]]
    return there & ~collection & ~np.isin(kinds, allowed), collection


def _areas(shapes: npt.NDArray[np.object_], there: Mask) -> tuple[npt.NDArray[np.object_], Floats]:
    """Shapes in metres, all in one plane round their own middle, and the area of each.

    The plane is taken at the latitude of each shape, so a large batch loses nothing.
    """
    area = np.full(len(shapes), np.nan)
    plane = np.full(len(shapes), None, dtype=object)
    if not there.any():
        return plane, area
    chosen = shapes[there]
    bounds = shapely.bounds(chosen)
    middle = (bounds[:, 1] + bounds[:, 3]) / 2
    middle = np.where(np.abs(middle) <= 90, middle, 0.0)
    steps, at = np.unique(np.round(middle, 2), return_inverse=True)
    moved = np.full(len(chosen), None, dtype=object)
    for number, lat in enumerate(steps.tolist()):
        mine = at == number
        scale = np.array(metres_per_degree(lat))
        moved[mine] = _scaled(chosen[mine], scale)
    plane[there] = moved
    area[there] = shapely.area(moved)
    return plane, area


def _scaled(shapes: npt.NDArray[np.object_], by: Floats) -> npt.NDArray[np.object_]:
    return np.asarray(shapely.transform(shapes, lambda xy: xy * by), dtype=object)


def _repair(shapes: npt.NDArray[np.object_], where: Mask) -> npt.NDArray[np.object_]:
    """A valid shape of the same dimension for each invalid one, None where there is none."""
    repaired = np.full(len(shapes), None, dtype=object)
    if not where.any():
        return repaired
    broken = shapes[where]
    mended = np.full(len(broken), None, dtype=object)
    for at, shape in enumerate(broken):
        try:
            mended[at] = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        except shapely.errors.GEOSException:
            continue
    same = shapely.get_dimensions(mended) == shapely.get_dimensions(broken)
    good = same & shapely.is_valid(mended) & ~shapely.is_empty(mended)
    mended[~good | (shapely.get_type_id(mended) == _COLLECTION)] = None
    repaired[where] = mended
    return repaired


def _add_invalid(
    report: _Report, shapes: npt.NDArray[np.object_], invalid: Mask, before: Floats, after: Floats
) -> None:
    """One finding a kind of fault; where it lies, and the areas before and after a repair."""
    codes = np.full(len(shapes), "", dtype=object)
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    for at in np.flatnonzero(invalid).tolist():
        reason = str(shapely.is_valid_reason(shapes[at]))
        codes[at] = next((code for words, code in _REASONS if words in reason), "shape.invalid")
        x[at], y[at] = _place_of(reason)
    details = {"lng": x, "lat": y, "area_before_m2": before, "area_after_m2": after}
    for code in sorted(set(codes[invalid].tolist())):
        report.add(code, "error", codes == code, per_row=details)


def _place_of(reason: str) -> tuple[float, float]:
    """GEOS writes the place behind its words: ``Self-intersection[110.5 39.5]``."""
    if "[" not in reason:
        return (np.nan, np.nan)
    parts = reason[reason.index("[") + 1 :].rstrip("]").split()
    try:
        return float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return (np.nan, np.nan)


def _add_odd(
    report: _Report,
    shapes: npt.NDArray[np.object_],
    plane: npt.NDArray[np.object_],
    area: Floats,
    sound: Mask,
) -> None:
    """Shapes that are valid and yet most likely not meant so."""
    parts = shapely.get_num_geometries(shapes)
    several = sound & (parts > 1)
    report.add(
        "shape.multipart", "warning", several,
        {"max_parts": int(parts[several].max(initial=0))}, {"parts": parts},
    )  # fmt: skip
    polygons = sound & (shapely.get_dimensions(shapes) == 2)
    length = np.asarray(shapely.length(plane))
    with np.errstate(divide="ignore", invalid="ignore"):
        width = 2 * area / length
    tiny = polygons & (area < TINY_AREA_M2)
    report.add("shape.tiny", "warning", tiny, {"area_m2": TINY_AREA_M2})
    thin = polygons & ~tiny & (width < SLIVER_WIDTH_M)
    report.add(
        "shape.sliver", "warning", thin, {"width_m": SLIVER_WIDTH_M}, {"mean_width_m": width}
    )
    report.add("shape.holes", "note", sound & (_count_holes(shapes, polygons) > 0))
    report.add("shape.repeated_vertices", "warning", _has_repeats(shapes, sound))
    report.add("shape.duplicate", "warning", sound & (parts > 0) & _is_repeated(shapes, sound))


def _count_holes(shapes: npt.NDArray[np.object_], where: Mask) -> npt.NDArray[np.int64]:
    found = np.zeros(len(shapes), dtype=np.int64)
    parts, owner = shapely.get_parts(shapes[where], return_index=True)
    holes = shapely.get_num_interior_rings(parts)
    found[where] = np.bincount(owner, weights=holes, minlength=int(where.sum())).astype(np.int64)
    return found


def _has_repeats(shapes: npt.NDArray[np.object_], where: Mask) -> Mask:
    """True where a vertex stands twice in a row; only sound shapes are looked at."""
    found = np.zeros(len(shapes), dtype=bool)
    fewer = shapely.remove_repeated_points(shapes[where], 0.0)
    found[where] = shapely.get_num_coordinates(fewer) < shapely.get_num_coordinates(shapes[where])
    return found


def _is_repeated(shapes: npt.NDArray[np.object_], where: Mask) -> Mask:
    """True for every shape but the first of those that are equal, whatever their start and turn."""
    found = np.zeros(len(shapes), dtype=bool)
    at = np.flatnonzero(where & (shapely.get_dimensions(shapes) > 0))
    if not len(at):
        return found
    # cheap first: only shapes that share box and number of vertices are compared in full
    key = np.column_stack([
        np.round(shapely.bounds(shapes[at]) / _DUPLICATE_GRID_DEG),
        shapely.get_num_coordinates(shapes[at]),
    ])  # fmt: skip
    _, group, count = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    alike = at[count[group] > 1]
    if not len(alike):
        return found
    wkb = shapely.to_wkb(shapely.normalize(shapes[alike]))
    _, first = np.unique(wkb.astype(object), return_index=True)
    repeated = np.ones(len(alike), dtype=bool)
    repeated[first] = False
    found[alike[repeated]] = True
    return found
