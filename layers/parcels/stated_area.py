"""Does the area on a paper agree with its outline, and if not, which known mistake explains it?

Certificates used the plane area in the 3° Gauss-Krüger zone of the parcel; the area on the
ellipsoid stands beside it.  The neighbouring zone is 0.14-0.37 % too large and Web Mercator 68 %
at 39.5° N, so a tolerance tighter than 0.1 % tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID, transform_geometries, zone_srid
from grid_boundaries.geo.measure import area_ellipsoidal_m2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

M2_PER_UNIT: Final[dict[str, float]] = {"m2": 1.0, "mu": 1 / 0.0015, "hectare": 10_000.0}
DECIMALS: Final = 2
_MU_PER_M2: Final = Decimal("0.0015")
_WEB_MERCATOR: Final = 3857
_ZONE_DEGREES: Final = 3.0

OWN_ZONE, ELLIPSOID = "own_zone", "ellipsoid"
WEST_ZONE, EAST_ZONE, WEB_MERCATOR = "west_zone", "east_zone", "web_mercator"
DIFFERS, MISSING = "differs", "missing"
AGREES: Final = frozenset({OWN_ZONE, ELLIPSOID})


@dataclass(frozen=True, slots=True, eq=False)
class StatedAreas:
    """n papers, all arrays (n,).

    ``plane_m2`` is in zone ``srid``, the 3° zone of the middle of the outline.  ``verdict`` names
    the reading that explains the stated area: "own_zone", "ellipsoid" (both agree),
    "west_zone", "east_zone", "web_mercator", "unit_m2", "unit_mu", "unit_hectare" (the figure is
    in that unit, not in the one claimed); "differs" when none does, "missing" when nothing is
    stated or drawn.  ``difference`` is (stated − plane) / plane as stated, NaN when missing.
    """

    stated_m2: Floats
    plane_m2: Floats
    ellipsoidal_m2: Floats
    srid: Ints
    verdict: Objects
    difference: Floats


def round_mu(area_m2: float) -> Decimal:
    """亩 to 2 decimals, half up, of the decimal number that ``area_m2`` prints as."""
    exact = Decimal(repr(float(area_m2))) * _MU_PER_M2
    return exact.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP)


def check_stated_areas(
    geoms: Objects, stated: Floats, unit: str, relative_tolerance: float
) -> StatedAreas:
    """Compare outlines (EPSG:4490) with what their papers state in ``unit``.

    A reading explains the figure when they differ by at most ``relative_tolerance`` and half of
    the figure's second decimal; the order is that of the verdicts in ``StatedAreas``.  Raises
    InvalidInput ``land.area_unit``, and ``land.area_tolerance`` unless 0 ≤ tolerance < 1.
    """
    if unit not in M2_PER_UNIT:
        raise InvalidInput("land.area_unit", unit=str(unit)[:40], units=", ".join(M2_PER_UNIT))
    if not 0 <= relative_tolerance < 1:
        raise InvalidInput("land.area_tolerance")
    stated = np.asarray(stated, dtype=np.float64)
    middle = shapely.bounds(geoms).reshape(-1, 4)[:, [0, 2]].mean(axis=1)
    srid = _list_zones(middle)
    plane = _plane_areas(geoms, srid)
    ellipsoidal = np.array([0.0 if g is None else area_ellipsoidal_m2(g) for g in geoms.tolist()])
    stated_m2 = stated * M2_PER_UNIT[unit]
    readings = [
        (OWN_ZONE, plane, unit),
        (ELLIPSOID, ellipsoidal, unit),
        (WEST_ZONE, _plane_areas(geoms, _list_zones(middle - _ZONE_DEGREES)), unit),
        (EAST_ZONE, _plane_areas(geoms, _list_zones(middle + _ZONE_DEGREES)), unit),
        (WEB_MERCATOR, _plane_areas(geoms, np.full(len(geoms), _WEB_MERCATOR)), unit),
        *((f"unit_{other}", plane, other) for other in M2_PER_UNIT if other != unit),
    ]
    verdict = np.full(len(geoms), DIFFERS, dtype=object)
    for name, area, read_as in reversed(readings):
        per_unit = M2_PER_UNIT[read_as]
        half_step = 0.5 * 10.0**-DECIMALS * per_unit
        fits = np.abs(stated * per_unit - area) <= relative_tolerance * area + half_step
        verdict[fits] = name
    missing = ~(np.isfinite(stated) & (stated > 0) & (plane > 0))
    verdict[missing] = MISSING
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.where(missing, np.nan, (stated_m2 - plane) / plane)
    return StatedAreas(stated_m2, plane, ellipsoidal, srid, verdict, difference)


def _list_zones(lng: Floats) -> Ints:
    return np.array([zone_srid(v) if np.isfinite(v) else 0 for v in lng.tolist()], dtype=np.int64)


def _plane_areas(geoms: Objects, srid: Ints) -> Floats:
    """(n,) area in m² in the given zone of each; 0 where nothing is drawn."""
    area = np.zeros(len(geoms))
    for zone in np.unique(srid[srid > 0]).tolist():
        rows = srid == zone
        area[rows] = np.nan_to_num(
            shapely.area(transform_geometries(geoms[rows], STORAGE_SRID, zone))
        )
    return area
