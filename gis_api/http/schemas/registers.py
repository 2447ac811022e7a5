"""Bodies and answers of the registers beside cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.registers import NewReception, NewSession, NewSettlement
from gis_api.cases.intake import NewCase
from gis_api.cases.registers.vocabulary import CLOSINGS, DOORS, ORGANS, OUTCOMES, WAYS
from gis_api.http.schemas.cases import MAX_TEXT, Accuracy, Code, Id, PlaceBody, Slug

Door = Literal["window", "talking_room", "leader_day", "field", "phone"]
Outcome = Literal["consulted", "repeat", "explained", "passed_on", "registered"]
Closing = Literal["agreement", "withdrawal", "answered", "decision", "own_procedure"]
Organ = Literal[
    "village", "station", "work_group", "county_centre", "department", "court", "police",
    "arbitration", "petition_office", "enterprise", "other",
]  # fmt: skip
Way = Literal["explained", "mediated", "helped"]
Persons = Annotated[int, Field(ge=1, le=2000)]
Count = Annotated[int, Field(ge=0, le=500)]
Note = Annotated[str, Field(max_length=2000)]
Rev = Annotated[int, Field(ge=1, le=2**31 - 1)]

for _literal, _terms in (
    (Door, DOORS), (Outcome, OUTCOMES), (Closing, CLOSINGS), (Organ, ORGANS), (Way, WAYS),
):  # fmt: skip
    assert set(_literal.__args__) == {term.slug for term in _terms}  # type: ignore[attr-defined]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SessionBody(_Body):
    """One meeting in a talking room."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"cell_code": "990000001201", "persons": 12, "matters": 3, "settled": 2}]
        },
    )

    cell_code: Code
    persons: Persons
    matters: Count
    settled: Count
    held_on: date | None = None
    note: Note | None = None

    def to_new(self) -> NewSession:
        return NewSession(**self.model_dump())


class ReceptionBody(_Body):
    """One batch of persons received."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "cell_code": "990000001",
                    "door": "window",
                    "persons": 2,
                    "outcome": "passed_on",
                    "kind": "land",
                    "passed_to": "department",
                }
            ]
        },
    )

    cell_code: Code
    door: Door
    persons: Persons
    outcome: Outcome
    kind: Slug | None = None
    passed_to: Organ | None = None
    case_code: Code | None = None
    received_on: date | None = None
    talking_session_id: Id | None = None
    note: Note | None = None

    def to_new(self) -> NewReception:
        return NewReception(**self.model_dump())


class ClosingBody(_Body):
    """How a request that was passed on ended, on the revision the caller saw."""

    rev: Rev
    closing: Closing
    closed_on: date | None = None


class SettlementBody(_Body):
    """What was settled in the grid: a kind, a way and a place are enough."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"kind": "neighbour", "way": "mediated", "place": {"lng": 110.65, "lat": 39.45}}
            ]
        },
    )

    kind: Slug
    way: Way
    place: PlaceBody
    persons: Persons = 2
    settled_on: date | None = None
    note: Note | None = None

    def to_new(self) -> NewSettlement:
        return NewSettlement(
            kind=self.kind,
            way=self.way,
            place=self.place.to_place(),
            persons=self.persons,
            settled_on=self.settled_on,
            note=self.note,
        )


class UrgentBody(_Body):
    """The urgent key: where one stands, and a few words if there is time."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"place": {"lng": 110.65, "lat": 39.45}}]},
    )

    place: PlaceBody
    kind: Slug = "other"
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)] = "紧急上报，详情待补"
    accuracy_m: Accuracy | None = None

    def to_case(self) -> NewCase:
        return NewCase(
            kind=self.kind,
            text=self.text,
            source="grid_worker",
            place=self.place.to_place(),
            urgent=True,
            accuracy_m=self.accuracy_m,
        )


class UrgentAnswer(BaseModel):
    """The code to go on with."""

    code: str


class SessionItem(BaseModel):
    """A session as entered."""

    id: int
    held_on: date
    cell_code: str | None
    cell_name: str | None
    persons: int
    matters: int
    settled: int
    note: str | None
    is_struck: bool
    is_own: bool


class ReceptionItem(BaseModel):
    """A batch as entered, and how it ended."""

    id: int
    received_on: date
    door: str
    cell_code: str | None
    cell_name: str | None
    persons: int
    kind: str | None
    outcome: str
    passed_to: str | None
    case_code: str | None
    note: str | None
    closing: str | None
    closed_on: date | None
    talking_session_id: int | None
    title_zh: str | None
    title_en: str | None
    rev: int
    is_struck: bool
    is_own: bool


class SettlementItem(BaseModel):
    """A matter settled in the grid."""

    id: int
    settled_on: date
    cell_code: str | None
    cell_name: str | None
    kind: str
    way: str
    persons: int
    note: str | None
    is_struck: bool
    is_own: bool


class SessionPage(BaseModel):
    """Newest first; ``next`` goes into ``after``."""

    items: list[SessionItem]
    next: int | None


class ReceptionPage(BaseModel):
    """Newest first; ``next`` goes into ``after``."""

    items: list[ReceptionItem]
    next: int | None


class SettlementPage(BaseModel):
    """Newest first; ``next`` goes into ``after``."""

    items: list[SettlementItem]
    next: int | None


class TermItem(BaseModel):
    """A word of a register in both languages."""

    slug: str
    zh: str
    en: str


class RegisterWords(BaseModel):
    """The words that the registers know."""

    doors: list[TermItem]
    outcomes: list[TermItem]
    closings: list[TermItem]
    organs: list[TermItem]
    ways: list[TermItem]
