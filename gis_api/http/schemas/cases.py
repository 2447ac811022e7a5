"""Bodies of the case routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_api.cases.intake import GivenPlace, NewCase, Reporter, Respondent
from gis_api.cases.vocabulary import RESPONDENT_KINDS, SOURCES

MAX_TEXT = 4000
Id = Annotated[int, Field(ge=1, le=2**62)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Source = Literal[
    "visit", "grid_worker", "hotline", "petition", "talking_room", "police", "court", "transfer",
    "online",
]  # fmt: skip
RespondentKind = Literal[
    "household", "village_committee", "post_holder", "enterprise_linked_officer", "enterprise",
    "other",
]  # fmt: skip
Accuracy = Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]

assert set(Source.__args__) == {s.slug for s in SOURCES}  # type: ignore[attr-defined]
assert set(RespondentKind.__args__) == {k.slug for k in RESPONDENT_KINDS}  # type: ignore[attr-defined]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PlaceBody(_Body):
    """A place in exactly one of its forms."""

    lng: Degrees | None = None
    lat: Degrees | None = None
    household_id: Id | None = None
    parcel_code: Code | None = None
    cell_code: Code | None = None
    place_name: Annotated[str, Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.lng is None) != (self.lat is None):
            raise ValueError("lng and lat belong together")
        if len(self._forms()) != 1:
            raise ValueError(
                "give exactly one of lng+lat, household_id, parcel_code, cell_code, place_name"
            )
        return self

    def _forms(self) -> list[str]:
        given = {
            "point": self.lng,
            "household": self.household_id,
            "parcel": self.parcel_code,
            "cell": self.cell_code,
            "name": self.place_name,
        }
        return [form for form, value in given.items() if value is not None]

    def to_place(self) -> GivenPlace:
        return GivenPlace(kind=self._forms()[0], **self.model_dump())


class RespondentBody(_Body):
    """Whom the case is about."""

    kind: RespondentKind = "other"
    cell_code: Code | None = None
    officer_id: Id | None = None
    household_id: Id | None = None


class ReporterBody(_Body):
    """Who came; optional, and masked wherever it is shown."""

    name: Annotated[str, Field(max_length=60)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    household_id: Id | None = None


class NewCaseBody(_Body):
    """A filing."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "land",
                    "text": "两户承包地界线不清（合成数据）",
                    "source": "visit",
                    "place": {"lng": 110.65, "lat": 39.45},
                    "accuracy_m": 15,
                    "respondent": {"kind": "household"},
                }
            ]
        },
    )

    kind: Slug
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    source: Source
    place: PlaceBody
    urgent: bool = False
    happened_on: date | None = None
    accuracy_m: Accuracy | None = None
    respondent: RespondentBody = RespondentBody()
    reporter: ReporterBody = ReporterBody()

    def to_case(self) -> NewCase:
        return NewCase(
            kind=self.kind,
            text=self.text,
            source=self.source,
            place=self.place.to_place(),
            urgent=self.urgent,
            happened_on=self.happened_on,
            accuracy_m=self.accuracy_m,
            respondent=Respondent(**self.respondent.model_dump()),
            reporter=Reporter(**self.reporter.model_dump()),
        )


class ChangeCaseBody(_Body):
    """A new place or kind, on the revision the caller saw."""

    rev: Annotated[int, Field(ge=1, le=2**31 - 1)]
    kind: Slug | None = None
    place: PlaceBody | None = None
    accuracy_m: Accuracy | None = None
