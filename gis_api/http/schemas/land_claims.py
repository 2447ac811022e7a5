"""Bodies of papers over land, their evidence, freezes and registration."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from gis_api.actions.land_claims import NewClaim, NewEvidence, NewFreeze
from gis_api.http.schemas.cases import Code, Id, Slug
from gis_api.http.schemas.land_shapes import (
    GeometryBody,
    LandBody,
    Metres,
    Reason,
    Text60,
    Text100,
    Tolerance,
)
from grid_boundaries.errors import InvalidInput

Standing = Literal["unverified", "contested", "appraised"]


class ClaimBody(LandBody):
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


class FindBody(LandBody):
    """A parcel code or certificate number, exactly."""

    number: Text60


class EvidenceBody(LandBody):
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


class StandingBody(LandBody):
    """How far a paper was looked into."""

    standing: Standing


class FreezeBody(LandBody):
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


class LiftBody(LandBody):
    """Why a freeze ends."""

    reason: Reason


class RegistrationBody(LandBody):
    """The registry's reference for a border that was agreed on."""

    registration_ref: Annotated[str, Field(min_length=1, max_length=80)]
    registered_on: date
