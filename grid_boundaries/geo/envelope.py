"""Is a stated position possible at all?  Impossible places are refused with their likely cause."""

from __future__ import annotations

import math
from typing import Final

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.local_plane import metres_per_degree

Envelope = tuple[float, float, float, float]
"""(min_lng, min_lat, max_lng, max_lat) in degrees."""

DEFAULT_MARGIN_M: Final = 50_000.0
_NULL_ISLAND_DEG: Final = 1e-6
_SHOWN_DECIMALS: Final = 4


def check_position(
    lng: float, lat: float, envelope: Envelope, margin_m: float = DEFAULT_MARGIN_M
) -> None:
    """Pass silently when the position lies inside the envelope widened by ``margin_m``.

    Raises InvalidInput, first rule that holds: ``place.not_finite``; ``place.null_island`` (0, 0);
    ``place.projected`` (a value beyond ±180: metres, perhaps with a zone prefix, params
    ``zone_prefix``); ``place.swapped_axes`` (inside if swapped);
    ``place.outside_envelope`` (params ``distance_km`` from the envelope without margin,
    None off the globe).
    Positions in params are rounded to four decimals.
    """
    if not (math.isfinite(lng) and math.isfinite(lat)):
        raise InvalidInput(
            "place.not_finite",
            axes=[name for name, v in (("lng", lng), ("lat", lat)) if not math.isfinite(v)],
        )
    is_null_island = abs(lng) < _NULL_ISLAND_DEG and abs(lat) < _NULL_ISLAND_DEG
    west, south, east, north = envelope
    if west <= lng <= east and south <= lat <= north and not is_null_island:
        return
    shown = {"lng": round(lng, _SHOWN_DECIMALS), "lat": round(lat, _SHOWN_DECIMALS)}
    if is_null_island:
        raise InvalidInput("place.null_island", **shown)
    if abs(lng) > 180 or abs(lat) > 180:
        raise InvalidInput("place.projected", **shown, zone_prefix=_find_zone_prefix(lng, lat))
    distance_m = envelope_distance_m(lng, lat, envelope)
    if distance_m <= margin_m:
        return
    if envelope_distance_m(lat, lng, envelope) <= margin_m:
        raise InvalidInput(
            "place.swapped_axes", **shown, swapped_lng=shown["lat"], swapped_lat=shown["lng"]
        )
    distance_km = round(distance_m / 1000, 1) if math.isfinite(distance_m) else None
    raise InvalidInput("place.outside_envelope", **shown, distance_km=distance_km)


def envelope_distance_m(lng: float, lat: float, envelope: Envelope) -> float:
    """Distance in m from the position to the envelope (0 inside); infinite off the globe."""
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        return math.inf
    west, south, east, north = envelope
    dx = max(west - lng, 0.0, lng - east)
    dy = max(south - lat, 0.0, lat - north)
    mx, my = metres_per_degree((lat + min(max(lat, south), north)) / 2)
    return math.hypot(dx * mx, dy * my)


def _find_zone_prefix(lng: float, lat: float) -> int | None:
    """Number of the 3° zone (25–45) written before an eight-digit easting, or None."""
    prefixes = (int(abs(v) // 1_000_000) for v in (lng, lat) if abs(v) >= 1e7)
    return next((prefix for prefix in prefixes if 25 <= prefix <= 45), None)
