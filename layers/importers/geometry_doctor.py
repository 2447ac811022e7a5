"""What is wrong with shapes, row by row, and a repair that is only ever a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree_array
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
_POLYGON: Final = 3
_FIRST_MULTI: Final = 4
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

    Errors: unreadable, missing where required, empty, not finite, off the earth, of the wrong type,
    a collection (with its parts of the wanted type as a repair),
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
    area, mx, my = _areas(flat, there)
    repaired = _repair(flat, invalid & ~wrong_type & ~collection)
    _take_apart(flat, collection, wanted, repaired)
    after = area.copy()
    mended = ~shapely.is_missing(repaired)
    after[mended] = _areas(repaired, mended)[0][mended]
    report = _Report(row_numbers)
    report.add("shape.unreadable", "error", lost)
    report.add("shape.missing", "error" if required else "note", missing & ~lost)
    report.add("shape.empty", "error", empty)
    report.add("shape.not_finite", "error", ~finite)
    report.add("shape.off_the_earth", "error", there & _is_off_the_earth(bounds))
    report.add("shape.wrong_type", "error", wrong_type, {"wanted": list(wanted)})
    report.add("shape.collection", "error", collection)
    _add_invalid(report, flat, invalid, area, after)
    sound = there & ~invalid & ~wrong_type & ~collection
    _add_odd(report, flat, area, (mx, my), sound)
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


def _areas(shapes: npt.NDArray[np.object_], there: Mask) -> tuple[Floats, Floats, Floats]:
    """Area of each shape in m², and metres per degree of longitude and latitude at its middle.

    The local plane is affine, so its areas are those of the degrees times both scales.
    """
    bounds = shapely.bounds(shapes)
    middle = (bounds[:, 1] + bounds[:, 3]) / 2
    with np.errstate(invalid="ignore"):
        middle = np.where(np.abs(middle) <= 90, middle, np.nan)
    mx, my = metres_per_degree_array(middle)
    area = np.where(there, shapely.area(shapes) * mx * my, np.nan)
    return np.where(there & (shapely.get_dimensions(shapes) < 2), 0.0, area), mx, my


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


def _take_apart(
    shapes: npt.NDArray[np.object_],
    where: Mask,
    wanted: tuple[str, ...],
    repaired: npt.NDArray[np.object_],
) -> None:
    """For a collection the parts of the one wanted type, as a preview; nested ones too."""
    if len(wanted) != 1:
        return
    single, _ = _TYPES[wanted[0]]
    for at in np.flatnonzero(where).tolist():
        parts = np.array([shapes[at]], dtype=object)
        while (shapely.get_type_id(parts) >= _FIRST_MULTI).any():
            parts = shapely.get_parts(parts)
        fitting = parts[shapely.get_type_id(parts) == single]
        if len(fitting) == 1 or (len(fitting) and single == _POLYGON):
            together = fitting[0] if len(fitting) == 1 else shapely.multipolygons(fitting)
            repaired[at] = together if shapely.is_valid(together) else None


def _is_off_the_earth(bounds: Floats) -> Mask:
    with np.errstate(invalid="ignore"):
        off = np.abs(bounds) > np.array([180.0, 90.0, 180.0, 90.0])
    return np.asarray(off.any(axis=1), dtype=bool)


def find_overlaps(
    geometry: npt.NDArray[np.object_],
    row_numbers: npt.NDArray[np.int64],
    least_m2: float = TINY_AREA_M2,
) -> Finding | None:
    """Pairs of valid polygons in EPSG:4490 that share more than ``least_m2``; None without any.

    One row a pair: ``rows`` holds the earlier one, ``per_row`` the later one (``other_row``) and
    the shared ``area_m2``.  An overlap is a warning: it is not yet a conflict (domain.md §6).
    """
    shapes = np.asarray(shapely.force_2d(geometry), dtype=object)
    polygons = (shapely.get_dimensions(shapes) == 2) & shapely.is_valid(shapes)
    at = np.flatnonzero(polygons & ~shapely.is_empty(shapes))
    first, second = shapely.STRtree(shapes[at]).query(shapes[at], predicate="intersects")
    first, second = at[first[first < second]], at[second[first < second]]
    if not len(first):
        return None
    shared = shapely.intersection(shapes[first], shapes[second])
    area = _areas(shared, ~shapely.is_empty(shared))[0]
    large = np.nan_to_num(area) > least_m2
    if not large.any():
        return None
    return Finding(
        "shape.overlap",
        "warning",
        row_numbers[first[large]],
        per_row={"other_row": row_numbers[second[large]], "area_m2": area[large]},
    )


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
    area: Floats,
    metres: tuple[Floats, Floats],
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
    width = _mean_width_m(shapes, area, metres, polygons)
    tiny = polygons & (area < TINY_AREA_M2)
    report.add("shape.tiny", "warning", tiny, {"area_m2": TINY_AREA_M2})
    with np.errstate(invalid="ignore"):
        thin = polygons & ~tiny & (width < SLIVER_WIDTH_M)
    report.add(
        "shape.sliver", "warning", thin, {"width_m": SLIVER_WIDTH_M}, {"mean_width_m": width}
    )
    report.add("shape.holes", "note", sound & (_count_holes(shapes, polygons) > 0))
    extended = sound & (shapely.get_dimensions(shapes) > 0)
    report.add("shape.repeated_vertices", "warning", _has_repeats(shapes, extended))
    report.add("shape.duplicate", "warning", _is_repeated(shapes, extended))


def _mean_width_m(
    shapes: npt.NDArray[np.object_], area: Floats, metres: tuple[Floats, Floats], where: Mask
) -> Floats:
    """Twice the area by the length of the border; NaN where it is surely no sliver.

    The border in degrees times the larger scale is never shorter than the border in metres, so
    nothing thin is missed; what may be thin is measured exactly.
    """
    mx, my = metres
    width = np.full(len(shapes), np.nan)
    length = np.full(len(shapes), np.nan)
    length[where] = shapely.length(shapes[where])
    with np.errstate(divide="ignore", invalid="ignore"):
        maybe = where & (2 * area / (length * np.maximum(mx, my)) < SLIVER_WIDTH_M)
    for at in np.flatnonzero(maybe).tolist():
        border = _scaled(shapes[at], np.array([mx[at], my[at]]))
        width[at] = 2 * area[at] / shapely.length(border)
    return width


def _scaled(shape: shapely.Geometry, by: Floats) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy * by)


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
    at = np.flatnonzero(where)
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
