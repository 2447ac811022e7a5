"""Shapes, figures and words that bodies of land are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry import LineString, MultiPolygon, Polygon

from grid_boundaries.errors import InvalidInput

Text100 = Annotated[str, Field(min_length=1, max_length=100)]
Text60 = Annotated[str, Field(min_length=1, max_length=60)]
Reason = Annotated[str, Field(min_length=2, max_length=400)]
Metres = Annotated[float, Field(allow_inf_nan=False, gt=0, le=10_000)]
Tolerance = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e6)]
Rev = Annotated[int, Field(ge=1, le=2**31 - 1)]
Fix = Literal["fixed", "float", "differential", "single"]
_RING_LEAST = 4


class LandBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class GeometryBody(LandBody):
    """GeoJSON; a polygon, multipolygon or line in EPSG:4490."""

    type: Literal["Polygon", "MultiPolygon", "LineString"]
    coordinates: list[Any]

    def to_area(self) -> Polygon | MultiPolygon:
        """InvalidInput ``land.geometry`` for anything that is no area."""
        if self.type == "Polygon":
            return _polygon(self.coordinates)
        if self.type == "MultiPolygon" and self.coordinates:
            return MultiPolygon([_polygon(part) for part in self.coordinates])
        raise InvalidInput("land.geometry", field="geometry")

    def to_line(self) -> LineString:
        """InvalidInput ``land.geometry`` for anything that is no line."""
        if self.type != "LineString":
            raise InvalidInput("land.geometry", field="line")
        return LineString(_points(self.coordinates, 2))


def _polygon(rings: Any) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise InvalidInput("land.geometry", field="geometry")
    outer, *holes = (_points(ring, _RING_LEAST) for ring in rings)
    return Polygon(outer, holes)


def _points(found: Any, least: int) -> Any:
    try:
        xy = np.array([(float(p[0]), float(p[1])) for p in found], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise InvalidInput("land.geometry", field="geometry") from error
    if len(xy) < least or not np.isfinite(xy).all() or np.abs(xy).max() > 360:
        raise InvalidInput("land.geometry", field="geometry")
    return xy
