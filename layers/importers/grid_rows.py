"""Rows of a file as cells of one level: everything that is wrong with them is found at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID, get_crs, transform_geometries
from grid_boundaries.geo.envelope import Envelope, check_position
from grid_boundaries.hierarchy.codes import is_well_formed
from grid_boundaries.hierarchy.shapes import find_geometry_fault
from layers.importers.guess_crs import describe_shift, guess_crs
from layers.importers.problems import Problem
from layers.importers.read import SourceTable, text_of

WHOLE_EARTH: Final[Envelope] = (-180.0, -90.0, 180.0, 90.0)
LONGEST_NAME: Final = 100
_REASONS_SHOWN: Final = 10
_FAULT_CODES: Final = {"missing": "grid.missing_geometry", "not_polygon": "grid.not_polygon"}


@dataclass(frozen=True, slots=True)
class GridFields:
    """Which columns hold what; ``name`` None: the code is the name; ``parent`` None: not stated."""

    code: str
    name: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GridRows:
    """Rows as cells; ``geoms`` in EPSG:4490, ``parent_codes`` None without a parent column.

    ``crs_name`` is what the file was in; ``datum_taken_as_equal`` tells that no published
    transformation was applied because the datums agree within about two metres.
    """

    codes: list[str]
    names: list[str]
    parent_codes: list[str] | None
    geoms: npt.NDArray[np.object_]
    crs_name: str
    datum_taken_as_equal: bool


def stage_rows(
    table: SourceTable,
    fields: GridFields,
    *,
    crs: str | None,
    code_digits: int | None,
    envelope: Envelope | None,
) -> tuple[GridRows | None, list[Problem]]:
    """Cells of all rows, or None, and every problem of columns, CRS, codes, names and shapes.

    ``envelope`` is that of the plan in force; a file that lies more than 50 km off it, or that is
    impossible as degrees, is a ``place.*`` problem.  The order of rows is kept.
    """
    if not len(table):
        return None, [Problem("grid.empty_file", params={"file": table.name})]
    problems = _check_columns(table, fields)
    source, crs_problems = choose_crs(table, crs)
    problems += crs_problems
    problems += _check_shapes(table)
    if fields.code in table.columns:
        problems += _check_codes(table, _texts(table, fields.code), code_digits)
    if fields.name is not None and fields.name in table.columns:
        problems += _check_names(table, _texts(table, fields.name))
    if source is None or fields.code not in table.columns:
        return None, problems

    name, equal = describe_shift(source)
    geoms = transform_geometries(table.geoms, source, STORAGE_SRID)
    problems += _check_place(table, geoms, envelope)
    if problems:
        return None, problems
    codes = _texts(table, fields.code)
    names = _texts(table, fields.name) if fields.name else codes
    parents = _texts(table, fields.parent) if fields.parent else None
    return GridRows(codes, names, parents, geoms, name, equal), []


def choose_crs(table: SourceTable, asked: str | None) -> tuple[str | None, list[Problem]]:
    """The CRS to read the file in; None with a problem when it is missing or cannot be used."""
    if table.crs is None and asked is None:
        likely = guess_crs(tuple(float(v) for v in shapely.total_bounds(table.geoms)))  # type: ignore[arg-type]
        return None, [
            Problem("crs.missing_likely", params={"file": table.name, "likely": likely or ["?"]})
        ]
    chosen = table.crs or asked
    assert chosen is not None
    try:
        describe_shift(chosen)
        if table.crs and asked and not _same(table.crs, asked):
            return None, [
                Problem(
                    "crs.contradicts",
                    params={
                        "file": table.name,
                        "declared": get_crs(table.crs).name,
                        "asked": asked,
                    },
                )
            ]
    except InvalidInput as error:
        return None, [Problem(error.code, params={**error.params, "file": table.name})]
    return chosen, []


def _same(declared: str, asked: str) -> bool:
    return bool(get_crs(declared).equals(get_crs(asked), ignore_axis_order=True))


def _check_columns(table: SourceTable, fields: GridFields) -> list[Problem]:
    asked = [fields.code, fields.name, fields.parent]
    return [
        Problem(
            "grid.no_such_field",
            params={"file": table.name, "field": field, "found": list(table.columns)},
        )
        for field in dict.fromkeys(asked)
        if field is not None and field not in table.columns
    ]


def _texts(table: SourceTable, field: str) -> list[str]:
    return [text_of(value) for value in table.columns[field]]


def _rows_where(wrong: Iterable[bool]) -> tuple[int, ...]:
    return tuple(row for row, is_wrong in enumerate(wrong, start=1) if is_wrong)


def _check_codes(table: SourceTable, codes: list[str], digits: int | None) -> list[Problem]:
    """Missing, malformed and repeated codes, one problem of each kind."""
    rows_of: dict[str, list[int]] = {}
    for row, code in enumerate(codes, start=1):
        rows_of.setdefault(code, []).append(row)
    repeated = {c: rows for c, rows in rows_of.items() if c and len(rows) > 1}
    malformed = [bool(code) and not is_well_formed(code, digits) for code in codes]
    found = [
        Problem("grid.missing_code", _rows_where(not c for c in codes), {"file": table.name}),
        Problem(
            "grid.code_malformed",
            _rows_where(malformed),
            {
                "codes": [c for c, bad in zip(codes, malformed, strict=True) if bad][:20],
                "digits": digits,
            },
        ),
        Problem(
            "grid.code_duplicate",
            tuple(row for rows in repeated.values() for row in rows),
            {"codes": sorted(repeated)[:20], "count": len(repeated)},
        ),
    ]
    return [problem for problem in found if problem.rows]


def _check_names(table: SourceTable, names: list[str]) -> list[Problem]:
    found = [
        Problem("grid.missing_name", _rows_where(not n for n in names), {"file": table.name}),
        Problem(
            "grid.name_too_long",
            _rows_where(len(n) > LONGEST_NAME for n in names),
            {"file": table.name, "limit": LONGEST_NAME},
        ),
    ]
    return [problem for problem in found if problem.rows]


def _check_shapes(table: SourceTable) -> list[Problem]:
    """Shapes that cannot be cells, one problem per kind; reasons and places of the first ones."""
    rows_of: dict[str, list[int]] = {}
    reasons: list[str] = []
    for row, geom in enumerate(table.geoms, start=1):
        reason, x, y = find_geometry_fault(geom)
        if not reason:
            continue
        if geom is None and table.unreadable[row - 1]:
            reason = "unreadable"
        code = _FAULT_CODES.get(reason, "grid.invalid_shapes")
        rows_of.setdefault(code, []).append(row)
        if code == "grid.invalid_shapes":
            at = "" if x is None else f" ({x:.7g}, {y:.7g})"
            reasons.append(f"{row}: {reason}{at}")
    return [
        Problem(code, tuple(rows), {"file": table.name, "reasons": reasons[:_REASONS_SHOWN]})
        for code, rows in rows_of.items()
    ]


def _check_place(
    table: SourceTable, geoms: npt.NDArray[np.object_], envelope: Envelope | None
) -> list[Problem]:
    """Whether the corner of each row's box is a possible place, one problem per kind of fault."""
    bounds = shapely.bounds(geoms)
    margin: dict[str, Any] = {"margin_m": 0.0} if envelope is None else {}
    rows_of: dict[str, list[int]] = {}
    params_of: dict[str, dict[str, Any]] = {}
    for row, (west, south, east, north) in enumerate(bounds, start=1):
        if np.isnan(west) and geoms[row - 1] is None:
            continue
        for lng, lat in ((west, south), (east, north)):
            fault = _find_place_fault(
                lambda at: check_position(*at, envelope or WHOLE_EARTH, **margin),
                (float(lng), float(lat)),
            )
            if fault is not None:
                rows_of.setdefault(fault.code, []).append(row)
                params_of.setdefault(fault.code, fault.params)
                break
    return [
        Problem(code, tuple(rows), {"file": table.name, **params_of[code]})
        for code, rows in rows_of.items()
    ]


def _find_place_fault(
    check: Callable[[tuple[float, float]], None], at: tuple[float, float]
) -> InvalidInput | None:
    try:
        check(at)
    except InvalidInput as fault:
        return fault
    return None
