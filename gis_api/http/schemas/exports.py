"""Shapes of exports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.export_request import CaseRows, ExportRequest
from gis_api.actions.export_tiles import LAST_ZOOM
from gis_api.http.schemas.cases import Code

Slug = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Lng = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
FormatName = Literal["xlsx", "csv", "gpkg", "geojson", "parquet", "shapefile", "kml"]


class CaseRowsBody(BaseModel):
    """Which rows of the ledger; left out: all.

    ``bbox`` is west, south, east, north; ``ring`` an outline that holds the case; ``due``: late,
    or due within three days.
    """

    model_config = ConfigDict(extra="forbid")

    kinds: Annotated[list[Slug], Field(max_length=200)] | None = None
    state: Slug | None = None
    open: bool | None = None
    queue: bool | None = None
    from_on: date | None = None
    to_on: date | None = None
    bbox: tuple[Lng, Lat, Lng, Lat] | None = None
    due: Literal["late", "soon"] | None = None
    ring: Annotated[list[tuple[Lng, Lat]], Field(min_length=3, max_length=100)] | None = None

    def to_rows(self) -> CaseRows:
        given = self.model_dump()
        for name in ("kinds", "ring"):
            given[name] = None if given[name] is None else tuple(given[name])
        return CaseRows(**given)


class ExportBody(BaseModel):
    """What to have as a file; ``purpose`` shows persons in the clear to those who may."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "grid", "format": "gpkg"},
                {"kind": "household", "format": "xlsx", "area": "150622103201"},
                {"kind": "case", "format": "xlsx", "cases": {"open": True}},
            ]
        },
    )

    kind: Slug
    format: FormatName = "xlsx"
    encoding: Literal["UTF-8", "GBK"] = "UTF-8"
    area: Code | None = None
    on: date | None = None
    purpose: Slug | None = None
    cases: CaseRowsBody = Field(default_factory=CaseRowsBody)

    def to_request(self) -> ExportRequest:
        return ExportRequest(
            self.kind, self.format, self.encoding, self.area, self.on, self.purpose,
            self.cases.to_rows(),
        )  # fmt: skip


class TilesBody(BaseModel):
    """Which layers and zooms of the place go into one PMTiles file."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"layers": ["level", "zones"], "max_zoom": 13}]},
    )

    layers: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")]], Field(min_length=1, max_length=20)
    ]
    min_zoom: Annotated[int, Field(ge=0, le=LAST_ZOOM)] = 6
    max_zoom: Annotated[int, Field(ge=0, le=LAST_ZOOM)] = 14


class ExportKindItem(BaseModel):
    """A kind that one may export; ``masked``: persons are hidden unless one says why."""

    kind: str
    title: str
    formats: list[str]
    masked: bool
    may_unmask: bool


class PurposeItem(BaseModel):
    """A purpose that shows persons in the clear."""

    slug: str
    zh: str
    en: str


class ExportKinds(BaseModel):
    """The kinds that one may export, and the purposes that one may give."""

    items: list[ExportKindItem]
    purposes: list[PurposeItem]


class ExportState(BaseModel):
    """How far an export is; ``rows`` once it is finished, kept until ``kept_until``."""

    export_id: int
    state: Literal["waiting", "running", "succeeded", "failed", "cancelled"]
    done: int
    total: int | None
    rows: int | None
    cancel_requested: bool
    kept_until: datetime | None
    problem: str | None
