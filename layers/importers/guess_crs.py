"""Which CRSs coordinates could be in.  A guess is offered to a person, never used by itself."""

from __future__ import annotations

import math
from typing import Final

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID, get_crs, get_transformer

# no published shift to CGCS2000: PROJ would silently move by nothing (domain.md §6)
REFUSED_DATUMS: Final = ("Xian 1980", "Beijing 1954", "New Beijing")
# geocentric datums within about two metres of CGCS2000 (domain.md §6: WGS 84 equals it on a map)
EQUAL_DATUMS: Final = (
    "China 2000", "World Geodetic System 1984", "North American Datum 1983",
    "European Terrestrial Reference System 1989", "International Terrestrial Reference Frame",
    "WGS 1984", "North American 1983", "ETRS 1989",
)  # fmt: skip

_FIRST_PREFIXED: Final = 4513  # CGCS2000 / 3-degree Gauss-Kruger zone 25
_FIRST_PLAIN: Final = 4534  # CGCS2000 / 3-degree Gauss-Kruger CM 75E
_FIRST_PREFIXED_6: Final = 4491  # CGCS2000 / Gauss-Kruger zone 13
_ZONES_3: Final = range(25, 46)
_ZONES_6: Final = range(13, 24)
# without prefix every zone fits; these are the ones of the reference places
_USUAL_MERIDIANS: Final = (111, 114, 117, 120)

Bounds = tuple[float, float, float, float]


def guess_crs(bounds: Bounds) -> list[str]:
    """Likely CRSs of coordinates with these (min_x, min_y, max_x, max_y), likeliest first.

    Degrees give CGCS2000 and WGS 84; metres give the Gauss–Krüger zones of CGCS2000 that fit the
    zone prefix, or the usual zones where the easting has none.  Empty when nothing fits.
    GCJ-02 and BD-09 look like degrees and cannot be told from numbers alone.
    """
    if not all(math.isfinite(v) for v in bounds):
        return []
    min_x, min_y, max_x, max_y = bounds
    if min_x >= -180 and max_x <= 180 and min_y >= -90 and max_y <= 90:
        return ["EPSG:4490", "EPSG:4326"]
    if max_x >= 1e7:
        prefix = int(max_x // 1_000_000)
        found = []
        if prefix in _ZONES_3:
            found.append(f"EPSG:{_FIRST_PREFIXED + prefix - _ZONES_3[0]}")
        if prefix in _ZONES_6:
            found.append(f"EPSG:{_FIRST_PREFIXED_6 + prefix - _ZONES_6[0]}")
        return found
    if min_x >= 1e5 and max_x < 1e6 and min_y >= 1e6 and max_y < 6e6:
        return [f"EPSG:{_FIRST_PLAIN + (m - 75) // 3}" for m in _USUAL_MERIDIANS]
    return []


def describe_shift(source: str) -> tuple[str, bool]:
    """Name of the CRS and whether going to CGCS2000 takes another datum as equal to it.

    Raises InvalidInput ``crs.unknown``, ``crs.not_of_the_earth``, ``crs.datum_shift_unknown``
    (Xi'an 80, Beijing 54, and every datum whose shift is not published).
    """
    crs = get_crs(source)
    base = crs.geodetic_crs
    if base is None or base.datum is None:
        raise InvalidInput("crs.not_of_the_earth", crs=crs.name, file="")
    datum = _plain_name(base.datum.name)
    equal = datum.startswith(EQUAL_DATUMS)
    refused = any(name in (datum, _plain_name(base.name)) for name in REFUSED_DATUMS)
    if refused or not (equal or get_transformer(source, STORAGE_SRID).accuracy >= 0):
        raise InvalidInput("crs.datum_shift_unknown", source=datum, target="China 2000")
    return crs.name, equal and not datum.startswith("China 2000")


def _plain_name(name: str) -> str:
    """Names as the EPSG register spells them: ``D_Xian_1980`` of an Esri .prj is Xian 1980."""
    return name.removeprefix("D_").removeprefix("GCS_").replace("_", " ")
