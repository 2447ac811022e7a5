"""What a look tells beside its maps and never as a class: near repeat and density of reports."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import shapely

from gis_api.actions.risk_inputs import Inputs
from grid_boundaries.errors import TooLarge
from grid_boundaries.geo.local_plane import metres_per_degree
from layers.risk.density import LABEL
from layers.risk.density_picture import BANDS, draw_density
from layers.risk.groups import KindGroup
from layers.risk.knox import find_knox
from layers.risk.provenance import Floats

NEAR_M: Final = 1000.0
SOON_DAYS: Final = 30.0
FEWEST_CASES: Final = 20
_KNOX_MAPS: Final = 999


def tell_repeat(
    inputs: Inputs, group: KindGroup, from_on: date, seed: int, alpha: float
) -> dict[str, Any]:
    """Are cases within 1 km of each other also within 30 days more often than by chance?

    ``tells`` is True at ``alpha``, this group's share of the page's allowance.
    """
    cases = inputs.cases.of_group(group).between(from_on, inputs.to_on)
    cases = cases.take(cases.located)
    if len(cases) < FEWEST_CASES:
        return {"told": False, "why": "risk.too_few_cases"}
    x, y = _in_metres(inputs, cases.lng, cases.lat)
    try:
        found = find_knox(x, y, cases.day, NEAR_M, SOON_DAYS, seed, _KNOX_MAPS)
    except TooLarge as error:
        return {"told": False, "why": error.code}
    assert found.p_value is not None
    return {
        "told": True, "cases": len(cases), "near_m": NEAR_M, "soon_days": SOON_DAYS,
        "pairs": found.close_in_both, "expected": round(found.expected, 2),
        "p_value": round(found.p_value, 4), "chance_maps": _KNOX_MAPS,
        "tells": found.p_value <= alpha,
    }  # fmt: skip


def tell_density(inputs: Inputs, group: KindGroup, from_on: date) -> dict[str, Any]:
    """Where reports come from, as a picture in degrees; labelled density of reports, not risk."""
    cases = inputs.cases.of_group(group).between(from_on, inputs.to_on)
    cases = cases.take(cases.located)
    west, south, east, north = inputs.outline.bounds
    mx, my = _scale(inputs)
    x, y = _in_metres(inputs, cases.lng, cases.lat)
    found = draw_density(x, y, (west * mx, south * my, east * mx, north * my))
    if found is None:
        return {"told": False, "why": "risk.too_few_cases"}
    box = np.array(found.extent_m) / (mx, my, mx, my)
    return {
        "told": True, "label": dict(LABEL), "rows": list(found.rows),
        "bounds": np.round(box, 6).tolist(), "bands": list(BANDS),
        "bandwidth_m": round(found.bandwidth_m), "reports": found.reports,
    }  # fmt: skip


def _scale(inputs: Inputs) -> tuple[float, float]:
    _, south, _, north = shapely.bounds(inputs.outline).tolist()
    return metres_per_degree((south + north) / 2)


def _in_metres(inputs: Inputs, lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    mx, my = _scale(inputs)
    return lng * mx, lat * my
