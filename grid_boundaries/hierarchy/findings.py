"""What a check of the grid found: which cells, how much, and where to zoom.

A finding is a fact, not an error: whoever publishes decides whether to mend it or to accept its
kind with a reason.  The sentence is made at the edge from ``code`` and the other fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.geo.local_plane import metres_per_degree_array

OVERLAP: Final = "grid.overlap"
GAP: Final = "grid.gap"
HOLE: Final = "grid.hole"
OUTSIDE_PARENT: Final = "grid.outside_parent"
NOT_CONTIGUOUS: Final = "grid.not_contiguous"
INVALID_GEOMETRY: Final = "grid.invalid_geometry"
CODE_DUPLICATE: Final = "grid.code_duplicate"
CODE_MALFORMED: Final = "grid.code_malformed"
CODE_REUSED: Final = "grid.code_reused"
PARENT_NOT_FOUND: Final = "parent.not_found"
PARENT_WRONG_LEVEL: Final = "parent.wrong_level"

ACCEPTABLE: Final = frozenset({OVERLAP, GAP, HOLE, OUTSIDE_PARENT, NOT_CONTIGUOUS})
"""Kinds that a planner may accept with a reason; all others make a plan impossible."""

_SHOWN_DECIMALS: Final = 7
_SHOWN_M2_DECIMALS: Final = 2

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one place.

    ``cell_codes`` are the cells concerned, in code-point order unless the code says otherwise;
    ``lng, lat`` lies inside the fault, ``bbox`` is (min_lng, min_lat, max_lng, max_lat) in
    degrees of EPSG:4490, both None when there is no place.  ``area_m2`` and ``length_m`` are
    plane values at the latitude of the place.
    """

    code: str
    rank: int
    cell_codes: tuple[str, ...]
    area_m2: float | None = None
    length_m: float | None = None
    lng: float | None = None
    lat: float | None = None
    bbox: Bounds | None = None
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def can_be_accepted(self) -> bool:
        """True when a plan with this fault can still be published, with a reason."""
        return self.code in ACCEPTABLE

    def to_json(self) -> dict[str, Any]:
        """Plain values; areas to 0.01 m², places to 1e-7 degrees."""
        return {
            "code": self.code,
            "rank": self.rank,
            "cell_codes": list(self.cell_codes),
            "area_m2": _rounded(self.area_m2, _SHOWN_M2_DECIMALS),
            "length_m": _rounded(self.length_m, _SHOWN_M2_DECIMALS),
            "lng": _rounded(self.lng, _SHOWN_DECIMALS),
            "lat": _rounded(self.lat, _SHOWN_DECIMALS),
            "bbox": [round(v, _SHOWN_DECIMALS) for v in self.bbox] if self.bbox else None,
            "params": self.params,
        }


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of one kind there are, and how much ground they take together."""

    code: str
    count: int
    area_m2: float
    can_be_accepted: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values; the area to 0.01 m²."""
        return {
            "code": self.code,
            "count": self.count,
            "area_m2": round(self.area_m2, _SHOWN_M2_DECIMALS),
            "can_be_accepted": self.can_be_accepted,
        }


def count_findings(findings: Iterable[Finding]) -> list[FindingCount]:
    """One row per kind, ordered by code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return [
        FindingCount(code, len(rows), sum(r.area_m2 or 0.0 for r in rows), code in ACCEPTABLE)
        for code, rows in sorted(by_code.items())
    ]


def place_of(geom: BaseGeometry) -> dict[str, Any]:
    """``lng``, ``lat`` inside the geometry and its ``bbox``, as fields of a Finding."""
    point = shapely.point_on_surface(geom)
    west, south, east, north = (float(v) for v in shapely.bounds(geom))
    return {"lng": float(point.x), "lat": float(point.y), "bbox": (west, south, east, north)}


def plane_areas_m2(geoms: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Area in m² of each geometry (EPSG:4490) in the plane tangent at its middle latitude.

    The error grows with the square of the north–south extent: below 1e-8 for 1 km, 1e-4 for 1°.
    Missing and empty geometries have area 0.
    """
    bounds = np.atleast_2d(shapely.bounds(geoms))
    lat = np.nan_to_num((bounds[:, 1] + bounds[:, 3]) / 2)
    mx, my = metres_per_degree_array(lat)
    return np.nan_to_num(np.asarray(shapely.area(geoms), dtype=np.float64)) * mx * my


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
