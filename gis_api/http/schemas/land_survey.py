"""Bodies of work on the ground: the act of showing the border, points, marks, scans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gis_api.actions.land_survey import Attendant, NewPoint, NewScan, NewSighting, SurveyAct
from gis_api.http.schemas.cases import Id
from gis_api.http.schemas.land_shapes import Fix, LandBody, Metres, Rev


class AttendantBody(LandBody):
    """One who was asked to come."""

    role: Literal["left_holder", "right_holder", "neighbour", "collective", "witness", "surveyor"]
    state: Literal["invited", "present", "proxy", "absent", "refused"]
    case_party_id: Id | None = None
    signed_on: date | None = None


class SurveyBody(LandBody):
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


class PointBody(LandBody):
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


class SightingBody(LandBody):
    """A mark as it was found."""

    state: Literal["intact", "damaged", "missing", "moved", "buried"]
    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)] | None = None
    accuracy_m: Metres | None = None
    fix: Fix | None = None
    attachment_id: UUID | None = None

    def to_new(self) -> NewSighting:
        return NewSighting(**self.model_dump())


class ControlBody(LandBody):
    """A pixel of the picture and the place that it shows."""

    column_px: Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
    row_px: Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-89, le=89)]


class ScanBody(LandBody):
    """A scanned map laid on the ground."""

    attachment_id: UUID
    control: Annotated[list[ControlBody], Field(min_length=1, max_length=100)]
    dated_on: date | None = None

    def to_new(self) -> NewScan:
        rows = tuple((one.column_px, one.row_px, one.lng, one.lat) for one in self.control)
        return NewScan(self.attachment_id, rows, self.dated_on)


class PositionBody(LandBody):
    """Where one stands, and how well that is known."""

    lng: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)]
    accuracy_m: Annotated[float, Field(allow_inf_nan=False, gt=0, le=10_000)]
