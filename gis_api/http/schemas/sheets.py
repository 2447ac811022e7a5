"""Shapes of printing and measuring."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_api.actions.read_cases import CaseFilter
from gis_api.actions.sheets.kinds import SHEETS, Asked
from gis_api.actions.sheets.map_view import WantedView
from gis_api.http.schemas.cases import Code
from web_map.sheets.map_frame import BBox

Slug = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
LayerSlug = Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")]
Lng = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-85, le=85, allow_inf_nan=False)]
Only = Literal["all", "open", "closed", "queue"]
Due = Literal["late", "soon"]


class CasesSeen(BaseModel):
    """The filter of the list beside the map."""

    model_config = ConfigDict(extra="forbid")

    hidden: Annotated[list[Slug], Field(max_length=200)] = Field(default_factory=list)
    only: Only = "all"
    state: Slug | None = None
    due: Due | None = None
    area: Code | None = None
    from_on: date | None = None
    to_on: date | None = None


class MapSheetBody(BaseModel):
    """What to print.  ``bounds`` is west, south, east, north; ``scale`` the denominator, exact."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"bounds": [110.5, 39.4, 110.54, 39.42], "level": 3, "paper": "A4"}]
        },
    )

    bounds: tuple[Lng, Lat, Lng, Lat]
    level: Annotated[int, Field(ge=1, le=32_000)]
    layers: Annotated[list[LayerSlug], Field(max_length=20)] = Field(default_factory=list)
    cases: CasesSeen = Field(default_factory=CasesSeen)
    paper: Literal["A4", "A3"] = "A4"
    orientation: Literal["landscape", "portrait"] = "landscape"
    scale: Annotated[float, Field(ge=100, le=10_000_000, allow_inf_nan=False)] | None = None
    title: Annotated[str, Field(max_length=60)] = ""
    review_number: Annotated[str, Field(max_length=60)] = ""
    form: Literal["pdf", "png"] = "pdf"
    lang: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        west, south, east, north = self.bounds
        if not (west < east and south < north):
            raise ValueError("west must be less than east, and south less than north")
        return self

    def to_view(self, ground: BBox) -> WantedView:
        """The view, with the ground that the paper shows."""
        seen = self.cases
        cases = CaseFilter(
            state=seen.state, cell_code=seen.area, bbox=ground, from_on=seen.from_on,
            to_on=seen.to_on, due=seen.due,
        )  # fmt: skip
        return WantedView(
            self.bounds, ground, self.level, frozenset(self.layers),
            frozenset(seen.hidden), seen.only, cases,
            self.title.strip(), self.review_number.strip(),
        )  # fmt: skip


class SheetBody(BaseModel):
    """The form of a sheet: a closed page, a PDF, pictures, or text where there is one."""

    model_config = ConfigDict(extra="forbid")

    form: Literal["html", "pdf", "png", "txt"] = "html"
    paper: Literal["A4", "A3"] | None = None
    orientation: Literal["landscape", "portrait"] = "landscape"
    scale: Annotated[float, Field(ge=100, le=10_000_000, allow_inf_nan=False)] | None = None
    lang: Literal["zh", "en"] = "zh"

    def to_asked(self, kind: str) -> Asked:
        """What the kind heeds of it."""
        given: dict[str, Any] = {
            name: getattr(self, name) for name in SHEETS[kind].asks if hasattr(self, name)
        }
        return Asked(**given, lang=self.lang)


class ReviewedBody(SheetBody):
    """A sheet with a line for the number of the map review."""

    review_number: Annotated[str, Field(max_length=60)] = ""


class HotspotsBody(ReviewedBody):
    """Which level and days; ``public``: for everybody, small numbers hidden."""

    rank: Annotated[int, Field(ge=1, le=32_000)] | None = None
    from_on: date | None = None
    to_on: date | None = None
    public: bool = False


class CodeBody(ReviewedBody):
    """The cell or the case that the sheet is about."""

    code: Code


class NoticeboardBody(CodeBody):
    """``public``: the notice itself and not a proof of it."""

    note: Annotated[str, Field(max_length=200)] = ""
    public: bool = False


class MembersBody(SheetBody):
    """``with_list``: with the list of members, sealed, in a page only."""

    with_list: bool = False
    days: Annotated[int, Field(ge=1, le=365)] = 7


class MeasureBody(BaseModel):
    """Points of a line, or of the ring of an area (``closed``), in order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"points": [[110.5, 39.4], [110.51, 39.4], [110.51, 39.41]], "closed": True}
            ]
        },
    )

    points: Annotated[list[tuple[Lng, Lat]], Field(min_length=2, max_length=2000)]
    closed: bool = False


class Measured(BaseModel):
    """Lengths in m and areas in m² and 亩, on the ellipsoid and in the plane of the 3° zone."""

    length_ellipsoidal_m: float
    length_plane_m: float
    area_ellipsoidal_m2: float | None
    area_plane_m2: float | None
    area_ellipsoidal_mu: float | None
    area_plane_mu: float | None
    crs: str
