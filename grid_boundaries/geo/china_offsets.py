"""GCJ-02 and BD-09: the published offsets of Chinese web maps, and their inverse by iteration.

The forward formulas are those that the open literature gives for the deliberate shift of Chinese
web maps (GCJ-02) and of Baidu's on top of it (BD-09); both are smooth, so the inverse converges
by fixed-point steps.  WGS 84 and CGCS2000 are taken as equal (domain.md: for display they may be).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Krasovsky 1940, as the published formula has it
_A: Final = 6_378_245.0
_E2: Final = 0.006_693_421_622_965_943
_X_PI: Final = np.pi * 3000.0 / 180.0
_BD_LNG, _BD_LAT = 0.0065, 0.006
_STEPS: Final = 12
_CLOSE_DEG: Final = 1e-10
_CHINA: Final = (72.004, 0.8293, 137.8347, 55.8271)


def wgs84_to_gcj02(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Degrees moved as Chinese web maps move them; outside the box of China nothing moves."""
    d_lng, d_lat = _offsets(lng, lat)
    inside = _in_china(lng, lat)
    return np.where(inside, lng + d_lng, lng), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The inverse, to 1e-10 degrees (ten micrometres)."""
    inside = _in_china(lng, lat)
    at_lng, at_lat = np.array(lng, dtype=np.float64), np.array(lat, dtype=np.float64)
    for _ in range(_STEPS):
        d_lng, d_lat = _offsets(at_lng, at_lat)
        next_lng, next_lat = lng - d_lng, lat - d_lat
        step = max(_largest(next_lng - at_lng), _largest(next_lat - at_lat))
        at_lng, at_lat = next_lng, next_lat
        if step < _CLOSE_DEG:
            break
    return np.where(inside, at_lng, lng), np.where(inside, at_lat, lat)


def gcj02_to_bd09(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Baidu's turn and shift of GCJ-02."""
    radius = np.hypot(lng, lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lng) + 0.000003 * np.cos(lng * _X_PI)
    return radius * np.cos(angle) + _BD_LNG, radius * np.sin(angle) + _BD_LAT


def bd09_to_gcj02(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The inverse, by iteration to 1e-10 degrees."""
    at_lng, at_lat = lng - _BD_LNG, lat - _BD_LAT
    for _ in range(_STEPS):
        bd_lng, bd_lat = gcj02_to_bd09(at_lng, at_lat)
        miss_lng, miss_lat = lng - bd_lng, lat - bd_lat
        at_lng, at_lat = at_lng + miss_lng, at_lat + miss_lat
        if max(_largest(miss_lng), _largest(miss_lat)) < _CLOSE_DEG:
            break
    return at_lng, at_lat


def wgs84_to_bd09(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Both steps."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lng, lat))


def bd09_to_wgs84(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Both steps back."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lng, lat))


def _in_china(lng: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    west, south, east, north = _CHINA
    inside: npt.NDArray[np.bool_] = (lng > west) & (lng < east) & (lat > south) & (lat < north)
    return inside


def _offsets(lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lng - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    d_lat = north * 180.0 / (_A * (1.0 - _E2) / (w2 * np.sqrt(w2)) * np.pi)
    d_lng = east * 180.0 / (_A / np.sqrt(w2) * np.cos(phi) * np.pi)
    return d_lng, d_lat


def _largest(values: Floats) -> float:
    finite = np.abs(values[np.isfinite(values)]) if np.ndim(values) else np.abs(values)
    return float(np.max(finite, initial=0.0))
