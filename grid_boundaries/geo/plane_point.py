"""A pair of metres of a Gauss-Krüger plane, as surveyors write it, back to degrees."""

from __future__ import annotations

import math
import re
from typing import Final

from grid_boundaries.geo.crs import STORAGE_SRID, get_transformer, zone_srid

# Northings of China in metres, eastings around the false 500 km, with the number of the zone before
# them or not.  3° zones are 25 to 45 (meridian = number × 3).
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?")
_NORTHINGS: Final = (1_900_000.0, 6_000_000.0)
_EASTINGS: Final = (250_000.0, 750_000.0)
_ZONES: Final = (25, 45)


def find_plane_point(text: str, near_lng: float) -> tuple[float, float] | None:
    """(lng, lat) of a pair of CGCS2000 3° Gauss-Krüger metres, or None when it is none.

    Easting and northing are told apart by their size, so either order will do, and so will X and Y
    of either custom.  An easting without the number of its zone is taken in the zone of
    ``near_lng``.
    """
    letters = re.sub(r"(?i)[\s,，;；:：/xyen米m=东北坐标]", " ", text)
    numbers = _NUMBER.findall(letters)
    if len(numbers) != 2 or re.sub(r"[-+.\d\s]", "", letters):
        return None
    for easting, northing in (numbers, numbers[::-1]):
        found = _read(float(easting), float(northing), near_lng)
        if found is not None:
            return found
    return None


def _read(easting: float, northing: float, near_lng: float) -> tuple[float, float] | None:
    if not _NORTHINGS[0] <= northing <= _NORTHINGS[1]:
        return None
    zone, within = divmod(easting, 1_000_000.0)
    srid = zone_srid(near_lng)
    if zone:
        if not _ZONES[0] <= zone <= _ZONES[1]:
            return None
        srid = zone_srid(zone * 3)
    if not _EASTINGS[0] <= within <= _EASTINGS[1]:
        return None
    lng, lat = get_transformer(srid, STORAGE_SRID).transform(within, northing)
    return (float(lng), float(lat)) if math.isfinite(lng) and math.isfinite(lat) else None
