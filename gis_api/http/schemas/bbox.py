"""Bounding boxes in queries: ``west,south,east,north`` in degrees."""

from __future__ import annotations

import math
from typing import Annotated

from fastapi import Query

from grid_boundaries.errors import InvalidInput

Bbox = tuple[float, float, float, float]
BboxQuery = Annotated[str | None, Query(max_length=120, examples=["110.4,39.2,110.9,39.6"])]


def parse_bbox(text: str | None) -> Bbox | None:
    """Four finite numbers in order; InvalidInput ``query.bbox`` otherwise."""
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidInput("query.bbox") from error
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not all(map(math.isfinite, (west, south, east, north))) or not inside:
        raise InvalidInput("query.bbox")
    return west, south, east, north
