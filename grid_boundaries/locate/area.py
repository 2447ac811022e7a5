"""Which cells does this polygon lie in, and by what share of its area?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import InvalidInput
from grid_boundaries.locate.location import CellRef
from grid_boundaries.locate.point import PointIndex, largest_share


@dataclass(frozen=True, slots=True)
class CellShare:
    """One cell with its share (0–1) of the asked area."""

    cell: CellRef
    share: float

    def to_json(self) -> dict[str, Any]:
        """The cell and its share to 1e-6."""
        return {**self.cell.to_json(), "share": round(self.share, 6)}


@dataclass(frozen=True, slots=True)
class AreaLocation:
    """Lead cell by largest share, the other cells by falling share, and the share in no cell."""

    lead: CellShare | None
    ancestors: tuple[CellRef, ...]
    joint: tuple[CellShare, ...]
    share_outside: float
    version_id: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "lead": self.lead.to_json() if self.lead else None,
            "ancestors": [cell.to_json() for cell in self.ancestors],
            "joint": [share.to_json() for share in self.joint],
            "share_outside": round(self.share_outside, 6),
            "grid_version_id": self.version_id,
        }


def locate_area(index: PointIndex, area: BaseGeometry) -> AreaLocation:
    """Shares of a polygon or multipolygon (EPSG:4490) in the cells of one level.

    The deepest level that any part of the area lies in decides.  Shares within 1e-9 tie and the
    lowest code leads.  Shares are of the area in the affine plane of the degrees; cells that
    overlap each count in full, ``share_outside`` is measured against their union.

    Raises InvalidInput ``area.not_polygon``, ``area.not_finite``, ``area.invalid`` (params
    ``reason``) and ``area.empty``.
    """
    _require_area(area)
    for level in index.levels:
        shares = level.share_area(area)
        if not shares:
            continue
        lead, lead_share = largest_share(shares)
        rest = sorted((s for s in shares if s[0] != lead), key=lambda s: (-s[1], s[0]))
        row = int(level.rows[lead])
        cells = shapely.union_all(level.geoms[[position for position, _ in shares]])
        return AreaLocation(
            lead=CellShare(index.cells[row], lead_share),
            ancestors=index.ancestors[row],
            joint=tuple(CellShare(index.cells[level.rows[p]], s) for p, s in rest),
            share_outside=shapely.difference(area, cells).area / area.area,
            version_id=index.snapshot.version_id,
        )
    return AreaLocation(None, (), (), 1.0, index.snapshot.version_id)


def _require_area(area: BaseGeometry) -> None:
    if area.geom_type not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("area.not_polygon", geometry_type=area.geom_type)
    if not bool((abs(shapely.get_coordinates(area)) < float("inf")).all()):
        raise InvalidInput("area.not_finite")
    if not area.is_valid:
        raise InvalidInput("area.invalid", reason=shapely.is_valid_reason(area)[:120])
    if area.is_empty or area.area == 0:
        raise InvalidInput("area.empty")
