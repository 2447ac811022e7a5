"""A location as JSON; the fast path writes its text directly."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi.responses import JSONResponse

from grid_boundaries.locate.location import CellRef, Location, RunnerUp


def location_view(found: Location, lng: float, lat: float, on: date) -> dict[str, Any]:
    """Plain values: distances to the millimetre, shares to 1e-6."""
    return {
        "lng": lng,
        "lat": lat,
        "on": on.isoformat(),
        "grid_version_id": found.version_id,
        "how": found.how,
        "cell": None if found.lead is None else _cell(found.lead),
        "ancestors": [_cell(cell) for cell in found.ancestors],
        "joint": [_cell(cell) for cell in found.joint],
        "runner_up": None if found.runner_up is None else _runner_up(found.runner_up),
        "border_distance_m": _rounded(found.border_distance_m, 3),
        "lead_share": _rounded(found.lead_share, 6),
    }


def locate_json(found: Location, lng: float, lat: float, on: date) -> JSONResponse:
    """The same as a ready response: no model validation on the way out."""
    return JSONResponse(location_view(found, lng, lat, on))


def _cell(cell: CellRef) -> dict[str, Any]:
    return {"code": cell.code, "name": cell.name, "rank": cell.level}


def _runner_up(runner_up: RunnerUp) -> dict[str, Any]:
    return _cell(runner_up.cell) | {
        "distance_m": _rounded(runner_up.distance_m, 3),
        "share": _rounded(runner_up.share, 6),
    }


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
