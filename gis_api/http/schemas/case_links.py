"""Bodies and answers of links, notices, parties, collective cases and amounts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_api.actions.case_parties import Collective, NewAmount, NewParty, Signer
from gis_api.actions.link_cases import Sketch
from gis_api.http.schemas.cases import Accuracy, Code, Id, PlaceBody, Slug

Relation = Literal["same", "part"]
Channel = Literal["phone", "visit", "letter", "message", "in_person"]
NoticeReason = Literal["merged", "ended"]
OrganisationKind = Literal[
    "mine", "property", "cooperative", "company", "authority", "collective", "other"
]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Phone = Annotated[str, Field(min_length=1, max_length=40)]
Rev = Annotated[int, Field(ge=1, le=2**31 - 1)]
Yuan = Annotated[Decimal, Field(gt=0, lt=Decimal(10) ** 12, decimal_places=2, max_digits=14)]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2200, 1, 1))]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class SketchBody(_Body):
    """A case that is being typed."""

    kind: Slug
    place: PlaceBody
    happened_on: Day | None = None
    accuracy_m: Accuracy | None = None

    def to_sketch(self) -> Sketch:
        return Sketch(self.kind, self.place.to_place(), self.happened_on, self.accuracy_m)


class LinkBody(_Body):
    """``same``: one dispute, counted in the main case; ``part``: one event, separate matters."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"main_code": "2026-000123-5", "relation": "same", "rev": 1}]
        },
    )

    main_code: Code
    relation: Relation
    rev: Rev


class UnlinkBody(_Body):
    """On the revision the caller saw."""

    rev: Rev


class ToldBody(_Body):
    """Who was told what, and how."""

    case_party_id: Id
    reason: NoticeReason
    channel: Channel


class PartyBody(_Body):
    """A person, a household or an organisation."""

    side: Literal["reporter", "respondent", "party"]
    name: Name | None = None
    phone: Phone | None = None
    household_id: Id | None = None
    organisation: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    organisation_kind: OrganisationKind | None = None

    def to_new(self) -> NewParty:
        return NewParty(**self.model_dump())


class RepresentativeBody(_Body):
    """Somebody who speaks for the others; by ``case_party_id`` who does so already."""

    name: Name | None = None
    phone: Phone | None = None
    household_id: Id | None = None
    case_party_id: Id | None = None

    @model_validator(mode="after")
    def _is_kept_or_new(self) -> RepresentativeBody:
        if (self.name is None) == (self.case_party_id is None):
            raise ValueError("a name, or the id of who speaks already")
        return self


class SignerBody(_Body):
    """Somebody on the list; by ``case_signer_id`` who stands there already."""

    name: Name | None = None
    household_id: Id | None = None
    gave_mandate: bool = True
    case_signer_id: Id | None = None

    @model_validator(mode="after")
    def _is_kept_or_new(self) -> SignerBody:
        if self.case_signer_id is not None and (self.name or self.household_id):
            raise ValueError("a signer who is kept has no new name")
        return self


class CollectiveBody(_Body):
    """One case for many: up to five representatives, on what mandate, and whom it binds.

    Names come masked, so whoever stays is named by id; who is not named leaves the lists.
    """

    rev: Rev
    represented: Annotated[int, Field(ge=2, le=1_000_000)]
    is_estimate: bool = False
    mandate: Literal["written", "meeting", "none"]
    mandate_on: Day | None = None
    binds: Literal["representatives", "signers", "mandators", "everybody"]
    representatives: Annotated[list[RepresentativeBody], Field(max_length=20)]
    signers: Annotated[list[SignerBody], Field(max_length=5000)] = []

    def to_new(self) -> Collective:
        return Collective(
            represented=self.represented,
            is_estimate=self.is_estimate,
            mandate=self.mandate,
            mandate_on=self.mandate_on,
            binds=self.binds,
            representatives=tuple(
                NewParty("representative", one.name, one.phone, one.household_id)
                for one in self.representatives
                if one.case_party_id is None
            ),
            kept_representatives=tuple(
                one.case_party_id for one in self.representatives if one.case_party_id is not None
            ),
            signers=tuple(Signer(**one.model_dump()) for one in self.signers),
        )


class AmountBody(_Body):
    """Money claimed, agreed or paid, in yuan."""

    what: Literal["claimed", "agreed", "paid"]
    amount_yuan: Yuan
    on_date: Day | None = None
    payer_party_id: Id | None = None
    payee_party_id: Id | None = None

    def to_new(self) -> NewAmount:
        return NewAmount(**self.model_dump())


class SuggestionItem(BaseModel):
    """A case that may be the same dispute, and how near it is."""

    code: str
    kind: str
    state: str
    source: str
    happened_on: date
    closed_on: date | None
    cell_code: str | None
    cell_name: str | None
    distance_m: float | None
    days: float
    score: float


class Suggestions(BaseModel):
    """At most three, the likeliest first."""

    items: list[SuggestionItem]


class LinkItem(BaseModel):
    """``code`` belongs to ``main_code``; a code out of sight is null."""

    code: str | None
    main_code: str | None
    relation: str
    linked_at: datetime
    source: str | None
    state: str | None


class Links(BaseModel):
    """Links from and to the case."""

    items: list[LinkItem]


class NoticeItem(BaseModel):
    """Somebody who is owed a word, masked."""

    case_code: str
    case_party_id: int
    name: str | None
    phone: str | None
    reason: str
    told_at: datetime | None
    channel: str | None


class Notices(BaseModel):
    """Everybody who came about the dispute, through whatever door."""

    items: list[NoticeItem]
    owed: int


class PersonItem(BaseModel):
    """A representative, masked."""

    case_party_id: int
    name: str | None
    phone: str | None


class SignerItem(BaseModel):
    """A signer, masked."""

    case_signer_id: int
    name: str | None
    gave_mandate: bool
    has_household: bool


class CollectiveItem(BaseModel):
    """A collective case."""

    represented: int
    is_estimate: bool
    mandate: str
    mandate_on: date | None
    binds: str
    rev: int
    signers: int
    mandators: int
    representatives: list[PersonItem]
    signers_list: list[SignerItem]


class HomeItem(BaseModel):
    """A household to choose from: where it is, and its head masked."""

    household_id: int
    external_code: str | None
    address: str
    head_name: str | None
    is_party: bool


class Homes(BaseModel):
    """By address."""

    items: list[HomeItem]


class AmountItem(BaseModel):
    """An amount; struck out ones stay to be seen."""

    id: int
    what: str
    amount_yuan: Decimal
    on_date: date
    payer_party_id: int | None
    payee_party_id: int | None
    is_void: bool


class Amounts(BaseModel):
    """Amounts by day, and the sums of those that stand."""

    items: list[AmountItem]
    sums: dict[str, Decimal]
