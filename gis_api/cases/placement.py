"""Where a case lies on the grid: the one shape that points, areas and named cells come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from grid_boundaries.locate.area import locate_area
from grid_boundaries.locate.location import CellRef
from grid_boundaries.locate.point import PointIndex


@dataclass(frozen=True, slots=True)
class Placement:
    """``path`` runs from the lead cell up to the root and is empty outside the grid.

    ``joint`` cells share the place; ``about`` holds what a reader needs to judge the answer
    (runner-up, distance to the border, shares), already rounded for print.
    """

    how: str
    path: tuple[CellRef, ...]
    joint: tuple[CellRef, ...]
    about: dict[str, Any]


def place_point(index: PointIndex, lng: float, lat: float, accuracy_m: float | None) -> Placement:
    """Place a point; a disc that crosses a border makes the runner-up joint as well."""
    found = index.locate(lng, lat, accuracy_m)
    answer = found.to_json()
    joint = found.joint
    if found.how == "accuracy-ambiguous" and found.runner_up is not None:
        joint = (found.runner_up.cell,)
    return Placement(
        how=found.how,
        path=_upwards(found.lead, found.ancestors),
        joint=joint,
        about={
            "runner_up": answer["runner_up"],
            "border_distance_m": answer["border_distance_m"],
            "lead_share": answer["lead_share"],
        },
    )


def place_area(index: PointIndex, area: BaseGeometry) -> Placement:
    """Place a parcel: the cell with the largest share leads, the others are joint."""
    found = locate_area(index, area)
    if found.lead is None:
        return Placement("none", (), (), {"share_outside": 1.0})
    runner_up = found.joint[0] if found.joint else None
    return Placement(
        how="border" if found.joint else "inside",
        path=_upwards(found.lead.cell, found.ancestors),
        joint=tuple(share.cell for share in found.joint),
        about={
            "lead_share": round(found.lead.share, 6),
            "runner_up": runner_up.to_json() if runner_up else None,
            "share_outside": round(found.share_outside, 6),
        },
    )


def place_cell(index: PointIndex, cell_id: int) -> Placement | None:
    """Place a case that names a cell; None when the plan has no such cell."""
    for row, cell in enumerate(index.cells):
        if cell.cell_id == cell_id:
            return Placement("inside", _upwards(cell, index.ancestors[row]), (), {})
    return None


def _upwards(lead: CellRef | None, ancestors: tuple[CellRef, ...]) -> tuple[CellRef, ...]:
    return () if lead is None else (lead, *reversed(ancestors))
