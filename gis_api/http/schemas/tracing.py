"""Shapes of tracing over a scan."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.trace_grids import TracedCell, Tracing

Lng = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Pixel = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")]
ScanPoint = tuple[Pixel, Pixel, Lng, Lat]


class GeoreferenceBody(BaseModel):
    """Clicked points: column and row of the scan, longitude and latitude in EPSG:4490."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "points": [[0, 0, 110.1, 39.6], [1000, 0, 110.2, 39.6], [0, 800, 110.1, 39.5]],
                "width": 1000,
                "height": 800,
            }
        },
    )

    points: Annotated[list[ScanPoint], Field(min_length=1, max_length=100)]
    width: Annotated[int, Field(ge=1, le=100_000)]
    height: Annotated[int, Field(ge=1, le=100_000)]


class GeoreferenceAnswer(BaseModel):
    """An affine map from pixels to degrees; ``rms_m`` null with three points: they fit anything."""

    to_lng: tuple[float, float, float]
    to_lat: tuple[float, float, float]
    rms_m: float | None
    residual_m: list[float]
    worst: int
    metres_per_pixel: float
    corners: list[tuple[float, float]]


class TracedCellBody(BaseModel):
    """One traced ring, longitude first, EPSG:4490."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=100)]
    parent: Annotated[str, Field(max_length=40)] = ""
    ring: Annotated[list[tuple[Lng, Lat]], Field(min_length=3, max_length=2000)]


class TracingBody(BaseModel):
    """Rings of one level; ``accepted`` kinds of findings need a ``reason``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "rank": 1,
                "level_zh": "镇",
                "cells": [
                    {
                        "code": "990000001",
                        "name": "合成镇",
                        "ring": [[110.1, 39.5], [110.2, 39.5], [110.2, 39.6]],
                    }
                ],
            }
        },
    )

    rank: Annotated[int, Field(ge=1, le=99)]
    cells: Annotated[list[TracedCellBody], Field(min_length=1, max_length=300)]
    tolerance_m: Annotated[float, Field(ge=0.1, le=100)] = 10.0
    level_zh: Annotated[str, Field(max_length=40)] = ""
    level_en: Annotated[str, Field(max_length=40)] = ""
    level_role: Literal["township", "village", "other"] = "other"
    accepted: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)] = []
    reason: Annotated[str, Field(max_length=500)] | None = None

    def to_tracing(self) -> Tracing:
        """As the action takes it."""
        return Tracing(
            self.rank,
            [TracedCell(c.code, c.name, c.parent, c.ring) for c in self.cells],
            self.tolerance_m, self.level_zh, self.level_en, self.level_role,
            frozenset(self.accepted), self.reason,
        )  # fmt: skip


class DraftBody(TracingBody):
    """Rings to keep as a plan of redrawing under a name."""

    title: Annotated[str, Field(min_length=1, max_length=100)]


class DraftAnswer(BaseModel):
    """The plan that was begun."""

    plan_id: int


class TracedRow(BaseModel):
    """One cell as it would be stored."""

    code: str
    moved_m: float
    area_m2: float
    geometry: dict[str, Any]


class TracedFinding(BaseModel):
    """A fault of the plan that would hold, and a place inside of it."""

    code: str
    codes: list[str]
    area_m2: float | None
    lng: float | None
    lat: float | None


class TracingAnswer(BaseModel):
    """``kinds`` are the findings in words; ``refused`` those that nobody accepted: nothing is
    published with them.
    """

    cells: list[TracedRow]
    overlap_m2: float
    findings: list[TracedFinding]
    kinds: dict[str, dict[str, str]]
    refused: list[str]
    new_cells: int
    changed_cells: int
    grid_version_id: int | None
