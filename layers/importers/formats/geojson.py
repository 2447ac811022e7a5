"""GeoJSON before GDAL opens it: GDAL forgives what would lose rows in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from grid_boundaries.errors import InvalidInput

_LARGEST_CHECKED: Final = 256 << 20
_SHAPES: Final = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
     "GeometryCollection")
)  # fmt: skip
_DEPTH: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2,
    "MultiPolygon": 3,
}  # fmt: skip


def require_geojson(path: Path, name: str) -> None:
    """Pass for what RFC 7946 calls GeoJSON; larger files than 256 MB are left to GDAL.

    Raises InvalidInput ``file.bad_structure`` (params ``reason``: what is wrong and the number of
    the feature).
    """
    if path.stat().st_size > _LARGEST_CHECKED:
        return
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _fault(name, "not JSON") from error
    reason = _find_fault(data)
    if reason is not None:
        raise _fault(name, reason)


def _refuse_constant(text: str) -> float:
    raise ValueError(text)


def _fault(name: str, reason: str) -> InvalidInput:
    return InvalidInput("file.bad_structure", file=name, format="GeoJSON", reason=reason)


def _find_fault(data: Any) -> str | None:
    if not isinstance(data, dict):
        return "not an object"
    kind = data.get("type")
    if kind == "Feature":
        return _feature_fault(data, 1)
    if kind != "FeatureCollection":
        return _shape_fault(data) if kind in _SHAPES else "unknown type"
    features = data.get("features")
    if not isinstance(features, list):
        return "no list of features"
    return next(
        (f for n, feature in enumerate(features, 1) if (f := _feature_fault(feature, n))), None
    )


def _feature_fault(feature: Any, number: int) -> str | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return f"feature {number}: not a feature"
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        return f"feature {number}: properties are no object"
    if "geometry" not in feature:
        return f"feature {number}: no geometry member"
    shape = feature["geometry"]
    fault = None if shape is None else _shape_fault(shape)
    return f"feature {number}: {fault}" if fault else None


def _shape_fault(shape: Any) -> str | None:
    if not isinstance(shape, dict):
        return "geometry is no object"
    kind = shape.get("type")
    if kind not in _SHAPES:
        return "unknown type of geometry"
    if kind == "GeometryCollection":
        parts = shape.get("geometries")
        if not isinstance(parts, list):
            return "no list of geometries"
        return next((fault for part in parts if (fault := _shape_fault(part))), None)
    if "coordinates" not in shape:
        return "no coordinates"
    return _depth_fault(shape["coordinates"], _DEPTH[kind])


def _depth_fault(value: Any, depth: int) -> str | None:
    if not isinstance(value, list):
        return "coordinates too shallow"
    if depth:
        return next((fault for part in value if (fault := _depth_fault(part, depth - 1))), None)
    if len(value) < 2 and value:
        return "position of one number"
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in value):
        return "position holds what is no number"
    return None
