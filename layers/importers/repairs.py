"""Repairs that somebody took, row by row, in place of the shapes of the file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.importers.findings import Finding
from layers.importers.geometry_doctor import Examination, examine


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Shapes with what was taken in place of the broken ones, and what is still to be said."""

    geometry: npt.NDArray[np.object_]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RepairPreview:
    """One broken shape beside what would stand for it; areas in m² of the local plane."""

    row_number: int
    before: Any
    after: Any
    area_before_m2: float
    area_after_m2: float


def take_repairs(
    geometry: npt.NDArray[np.object_],
    row_numbers: npt.NDArray[np.int64],
    accepted: Collection[int],
    *,
    wanted: tuple[str, ...],
    required: bool,
    unreadable: npt.NDArray[np.bool_] | None,
) -> Mended:
    """Examine shapes in EPSG:4490; where a repair exists and its row is ``accepted``, it is taken,
    examined in turn, and told as ``shape.repaired`` with both areas.  Nothing else is changed.
    """
    first = examine(
        geometry, row_numbers, wanted=wanted, required=required, unreadable=unreadable
    )  # fmt: skip
    taken = np.isin(row_numbers, np.fromiter(accepted, np.int64, len(accepted)))
    taken &= ~shapely.is_missing(first.repaired)
    if not taken.any():
        return Mended(geometry, first.findings)
    mended = geometry.copy()
    mended[taken] = first.repaired[taken]
    again = examine(mended, row_numbers, wanted=wanted, required=required, unreadable=unreadable)
    told = Finding(
        "shape.repaired", "note", row_numbers[taken],
        per_row={
            "area_before_m2": first.area_before_m2[taken],
            "area_after_m2": first.area_after_m2[taken],
        },
    )  # fmt: skip
    return Mended(mended, (*again.findings, told))


def list_previews(
    geometry: npt.NDArray[np.object_], row_numbers: npt.NDArray[np.int64], wanted: tuple[str, ...]
) -> list[RepairPreview]:
    """What would stand for every broken shape (EPSG:4490) that can be mended, in order of rows."""
    seen: Examination = examine(geometry, row_numbers, wanted=wanted)
    return [
        RepairPreview(
            int(row_numbers[at]), geometry[at], seen.repaired[at],
            float(seen.area_before_m2[at]), float(seen.area_after_m2[at]),
        )
        for at in np.flatnonzero(~shapely.is_missing(seen.repaired)).tolist()
    ]  # fmt: skip
