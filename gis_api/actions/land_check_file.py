"""Look through a file of outlines as it stands: nothing is written, no database is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from gis_api.land.summary import RuleCount, count_rules
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID, transform_geometries
from layers.importers.grid_rows import choose_crs
from layers.importers.read import SourceTable, read_table, text_of
from layers.parcels.check_layer import check_layer
from layers.parcels.overlaps import require_tolerance
from layers.parcels.papers import Paper
from layers.parcels.rules import LandFinding
from layers.parcels.stated_area import M2_PER_UNIT

UNITS: Final = {"m2": "m2", "mu": "mu", "ha": "hectare"}


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What is known of a file of papers; columns by name, None where there is none."""

    tolerance_m2: float
    kind: str = "farmland"
    method: str = "unknown"
    accuracy_m: float | None = None
    code_column: str | None = None
    certificate_column: str | None = None
    holder_column: str | None = None
    issued_column: str | None = None
    area_column: str | None = None
    area_unit: str = "m2"


@dataclass(frozen=True, slots=True, eq=False)
class CheckedFile:
    """``codes[k]`` names row k, its number from 1 where there is no column; ``crs`` as read.

    Without ``shift_known`` places may be off by tens of metres; what one file says of itself holds.
    """

    file: str
    crs: str
    shift_known: bool
    codes: list[str]
    findings: list[LandFinding]

    @property
    def counts(self) -> list[RuleCount]:
        """By rule, in the order of the rules."""
        return count_rules(self.findings)


def check_file(path: Path, layer: str | None, crs: str | None, asked: FileCheck) -> CheckedFile:
    """Every check that a file alone allows.

    Raises as ``read_table``; InvalidInput ``crs.*`` as ``choose_crs`` names them,
    ``land.tolerance``, ``land.area_unit``, ``land.column_unknown``, ``land.not_polygon``.
    """
    require_tolerance(asked.tolerance_m2)
    if asked.area_unit not in UNITS:
        raise InvalidInput("land.area_unit", unit=asked.area_unit[:40], units=", ".join(UNITS))
    table = read_table(path, layer)
    chosen, shift_known = _choose_crs(table, crs)
    geoms = transform_geometries(table.geoms, chosen, STORAGE_SRID)
    findings = check_layer(
        _list_papers(table, asked),
        geoms,
        _list_areas(table, asked),
        [asked.area_unit] * len(table),
        asked.tolerance_m2,
    )
    codes = _texts(table, asked.code_column)
    named = [code or str(k + 1) for k, code in enumerate(codes)]
    return CheckedFile(table.name, chosen, shift_known, named, findings)


def place_of(one: LandFinding) -> tuple[float, float] | None:
    """(lng, lat) of a place in a finding."""
    if one.geom is None:
        return None
    point = shapely.point_on_surface(one.geom)
    return float(point.x), float(point.y)


def _choose_crs(table: SourceTable, asked: str | None) -> tuple[str, bool]:
    """The CRS to read in and whether its datum is known; a file is never laid over another here."""
    chosen, problems = choose_crs(table, asked)
    if chosen is not None:
        return chosen, True
    stated = table.crs or asked
    if problems[0].code != "crs.datum_shift_unknown" or stated is None:
        raise InvalidInput(problems[0].code, **problems[0].params)
    return stated, False


def _list_papers(table: SourceTable, asked: FileCheck) -> list[Paper]:
    codes, certificates, holders = (
        _texts(table, column)
        for column in (asked.code_column, asked.certificate_column, asked.holder_column)
    )
    issued = _texts(table, asked.issued_column)
    return [
        Paper(
            str(k), asked.kind, certificate_no=certificates[k] or None,
            parcel_code=codes[k] or None, holder_key=holders[k] or None,
            issued_on=_read_day(issued[k]), method=asked.method, accuracy_m=asked.accuracy_m,
        )
        for k in range(len(table))
    ]  # fmt: skip


def _list_areas(table: SourceTable, asked: FileCheck) -> npt.NDArray[np.float64]:
    """(n,) stated areas in m², NaN where a cell is no number."""
    texts: Sequence[Any] = _texts(table, asked.area_column)
    per_unit = M2_PER_UNIT[UNITS[asked.area_unit]]
    return np.array([_read_number(text) * per_unit for text in texts], dtype=np.float64)


def _texts(table: SourceTable, column: str | None) -> list[str]:
    if column is None:
        return [""] * len(table)
    if column not in table.columns:
        raise InvalidInput(
            "land.column_unknown", column=column[:60], file=table.name, columns=list(table.columns)
        )
    return [text_of(value) for value in table.columns[column]]


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _read_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
