"""Bodies of the routes of land."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry import LineString, MultiPolygon, Polygon

from gis_api.actions.land_claims import NewClaim, NewEvidence, NewFreeze
from gis_api.actions.land_strips import LineOrder, NewStrip
from gis_api.actions.land_survey import Attendant, NewPoint, NewScan, NewSighting, SurveyAct
from gis_api.http.schemas.cases import Code, Degrees, Id, Slug
from grid_boundaries.errors import InvalidInput
from layers.parcels.split_amounts import Household, Side
from layers.parcels.what_if import Leg, TapeReading

Text100 = Annotated[str, Field(min_length=1, max_length=100)]
Text60 = Annotated[str, Field(min_length=1, max_length=60)]
Reason = Annotated[str, Field(min_length=2, max_length=400)]
Metres = Annotated[float, Field(allow_inf_nan=False, gt=0, le=10_000)]
Figure = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Tolerance = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e6)]
Rev = Annotated[int, Field(ge=1, le=2**31 - 1)]
Pair = tuple[Degrees, Degrees]
Standing = Literal["unverified", "contested", "appraised"]
Fix = Literal["fixed", "float", "differential", "single"]
Stage = Literal["intake", "survey", "agreement"]
Exact = Annotated[Decimal, Field(allow_inf_nan=False, ge=0, lt=Decimal(10) ** 15)]
_RING_LEAST = 4
_DEEPEST = 4


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class GeometryBody(_Body):
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


class ClaimBody(_Body):
    """A paper over land."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "parcel_code": "99000000120100001",
                    "kind": "farmland",
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [
                            [[110.505, 39.405], [110.506, 39.405], [110.506, 39.406],
                             [110.505, 39.406], [110.505, 39.405]]
                        ],
                    },
                    "survey_method": "surveyed",
                    "tolerance_m2": 1,
                }
            ]
        },
    )  # fmt: skip

    parcel_code: Code
    kind: Slug
    geometry: GeometryBody | None = None
    cell_code: Code | None = None
    parcel_name: Text100 | None = None
    certificate_number: Text60 | None = None
    issued_on: date | None = None
    issuing_organ: Text100 | None = None
    issuing_code: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    holder_household_id: Id | None = None
    holder_name: Text60 | None = None
    survey_method: (
        Literal["surveyed", "aerial", "map_read", "tape", "estimated", "text_only"] | None
    ) = None
    accuracy_m: Metres | None = None
    stated_area: Annotated[float, Field(allow_inf_nan=False, gt=0, le=1e12)] | None = None
    stated_area_unit: Literal["m2", "mu", "ha"] | None = None
    datum: Literal["cgcs2000", "xian80", "beijing54", "unknown"] = "cgcs2000"
    evidence_state: Literal["certificate", "contract", "ledger", "oral", "none"] = "none"
    valid_from: date | None = None
    valid_until: date | None = None
    bounds_east: Text100 | None = None
    bounds_south: Text100 | None = None
    bounds_west: Text100 | None = None
    bounds_north: Text100 | None = None
    tolerance_m2: Tolerance

    def to_new(self) -> NewClaim:
        """Raises as ``GeometryBody``; ``land.valid_range`` when it ends before it begins."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise InvalidInput("land.valid_range", field="valid_until")
        values = self.model_dump(exclude={"geometry", "tolerance_m2"})
        return NewClaim(**values, geom=None if self.geometry is None else self.geometry.to_area())


class FindBody(_Body):
    """A parcel code or certificate number, exactly."""

    number: Text60


class EvidenceBody(_Body):
    """A paper, archive or statement for a claim."""

    kind: Literal[
        "certificate", "contract", "ledger", "archive_map", "decision", "statement", "photo",
        "survey",
    ]  # fmt: skip
    standing: Standing = "unverified"
    dated_on: date | None = None
    organ: Text100 | None = None
    paper_number: Text60 | None = None
    attachment_id: UUID | None = None

    def to_new(self) -> NewEvidence:
        return NewEvidence(**self.model_dump())


class StandingBody(_Body):
    """How far a paper was looked into."""

    standing: Standing


class FreezeBody(_Body):
    """A freeze as the competent organ's document says it; present use continues."""

    organ_kind: Literal[
        "people_government", "natural_resources", "forestry_grassland", "agriculture", "court",
        "arbitration",
    ]  # fmt: skip
    organ: Annotated[str, Field(min_length=2, max_length=100)]
    document_number: Text60
    reason: Reason
    frozen_on: date
    review_on: date

    def to_new(self) -> NewFreeze:
        return NewFreeze(**self.model_dump())


class LiftBody(_Body):
    """Why a freeze ends."""

    reason: Reason


class RegistrationBody(_Body):
    """The registry's reference for a border that was agreed on."""

    registration_ref: Annotated[str, Field(min_length=1, max_length=80)]
    registered_on: date


class CheckBody(_Body):
    """What a look through an area is for; the tolerance is never assumed."""

    stage: Stage
    tolerance_m2: Tolerance


class DecideBody(_Body):
    """What was decided about a finding."""

    state: Literal["open", "dismissed"]
    reason: Reason | None = None


class StripBody(_Body):
    """A contested strip: the overlap of two papers, or a corridor along a line."""

    case_code: Annotated[str, Field(min_length=1, max_length=40)]
    left_claim_id: Id
    right_claim_id: Id | None = None
    tolerance_m2: Tolerance
    line: GeometryBody | None = None
    corridor_m: Metres | None = None

    def to_new(self) -> NewStrip:
        """InvalidInput ``land.corridor`` when only one of line and corridor is given."""
        if (self.line is None) != (self.corridor_m is None):
            raise InvalidInput("land.corridor", most_m=500, field="corridor_m")
        values = self.model_dump(exclude={"line"})
        return NewStrip(**values, line=None if self.line is None else self.line.to_line())


class LegBody(_Body):
    """A side of a traverse: clockwise from grid north."""

    bearing_deg: Annotated[float, Field(allow_inf_nan=False, ge=-360, le=720)]
    distance_m: Metres


class TapeBody(_Body):
    """Distances from two marks, and on which side of the line between them."""

    from_first_m: Metres
    from_second_m: Metres
    side: Literal["left", "right"]


class LineBody(_Body):
    """A line to try; which fields it needs is the method's."""

    method: Literal["drawn", "coordinates", "traverse", "tape", "midline", "along", "share"]
    line: GeometryBody | None = None
    coordinates: Annotated[list[tuple[Figure, Figure]], Field(max_length=500)] = []
    start: Pair | None = None
    legs: Annotated[list[LegBody], Field(max_length=500)] = []
    marks: tuple[Pair, Pair] | None = None
    readings: Annotated[list[TapeBody], Field(max_length=500)] = []
    offset_m: Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=1000)] = 0.0
    left_percent: Annotated[float, Field(allow_inf_nan=False, gt=0, lt=100)] | None = None

    def to_order(self) -> LineOrder:
        """Raises as ``GeometryBody``."""
        for pair in (self.start, *(self.marks or ())):
            if pair is not None and not (abs(pair[0]) <= 180 and abs(pair[1]) < 90):
                raise InvalidInput("land.geometry", field="start")
        return LineOrder(
            self.method,
            line=None if self.line is None else self.line.to_line(),
            coordinates=tuple(self.coordinates),
            start=self.start,
            legs=tuple(Leg(leg.bearing_deg, leg.distance_m) for leg in self.legs),
            marks=self.marks,
            readings=tuple(
                TapeReading(one.from_first_m, one.from_second_m, one.side) for one in self.readings
            ),
            offset_m=self.offset_m,
            left_share=None if self.left_percent is None else self.left_percent / 100,
            inputs=self.model_dump(mode="json", exclude_defaults=True),
        )


class AgreeBody(_Body):
    """Both sides took a line; ``explanation`` where the union of both papers changes."""

    land_line_id: Id
    rev: Rev
    explanation: Reason | None = None


class RevBody(_Body):
    """The revision that was seen."""

    rev: Rev


class AttendantBody(_Body):
    """One who was asked to come."""

    role: Literal["left_holder", "right_holder", "neighbour", "collective", "witness", "surveyor"]
    state: Literal["invited", "present", "proxy", "absent", "refused"]
    case_party_id: Id | None = None
    signed_on: date | None = None


class SurveyBody(_Body):
    """The act of showing the border."""

    rev: Rev
    notice_on: date | None = None
    notice_way: Literal["in_person", "phone", "posted", "message"] | None = None
    held_on: date | None = None
    attendance: Annotated[list[AttendantBody], Field(max_length=40)] = []

    def to_act(self) -> SurveyAct:
        return SurveyAct(
            self.notice_on, self.notice_way, self.held_on,
            tuple(Attendant(**one.model_dump()) for one in self.attendance),
        )  # fmt: skip


class PointBody(_Body):
    """A point measured in the field."""

    point_number: Annotated[str, Field(min_length=1, max_length=20)]
    what: Literal["mark", "corner", "feature", "witness"]
    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)]
    accuracy_m: Metres
    fix: Fix
    attachment_id: UUID | None = None
    measured_at: datetime | None = None

    def to_new(self) -> NewPoint:
        return NewPoint(**self.model_dump())


class SightingBody(_Body):
    """A mark as it was found."""

    state: Literal["intact", "damaged", "missing", "moved", "buried"]
    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)] | None = None
    accuracy_m: Metres | None = None
    fix: Fix | None = None
    attachment_id: UUID | None = None

    def to_new(self) -> NewSighting:
        return NewSighting(**self.model_dump())


class ControlBody(_Body):
    """A pixel of the picture and the place that it shows."""

    column_px: Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
    row_px: Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-89, le=89)]


class ScanBody(_Body):
    """A scanned map laid on the ground."""

    attachment_id: UUID
    control: Annotated[list[ControlBody], Field(min_length=1, max_length=100)]
    dated_on: date | None = None

    def to_new(self) -> NewScan:
        rows = tuple((one.column_px, one.row_px, one.lng, one.lat) for one in self.control)
        return NewScan(self.attachment_id, rows, self.dated_on)


class PositionBody(_Body):
    """Where one stands, and how well that is known."""

    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)]
    accuracy_m: Annotated[float, Field(allow_inf_nan=False, gt=0, le=10_000)]


class HouseholdBody(_Body):
    """One household by a number of the list, no name."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    heads: Annotated[int, Field(ge=0, le=100)] = 1
    area_m2: Exact = Decimal(0)


class SideBody(_Body):
    """One side of a split."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")]
    percent: Exact | None = None
    households: Annotated[list[HouseholdBody], Field(min_length=1, max_length=2_000)]


class SplitBody(_Body):
    """Money (yuan) or an area (m²) to be split; ``total`` and shares as decimal texts."""

    total: Exact
    basis: Literal["household", "head", "area"] = "household"
    floor: Exact = Decimal(0)
    sides: Annotated[list[SideBody], Field(min_length=1, max_length=50)]

    def to_sides(self) -> list[Side]:
        return [
            Side(
                side.key,
                [Household(one.key, one.heads, one.area_m2) for one in side.households],
                side.percent,
            )
            for side in self.sides
        ]


def finite(value: float | None, digits: int) -> float | None:
    """A figure rounded for an answer; None stays None."""
    return None if value is None or not math.isfinite(value) else round(value, digits)
