"""Bodies of the member and service-request routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.members_read import MemberFilter
from gis_api.actions.service_requests import NewRequest
from gis_api.http.schemas.cases import Code, Id, PlaceBody
from layers.members.vocabulary import DUTY_SLUGS, SKILL_SLUGS

Duty = Literal["leader", "deputy", "member"]
Skill = Literal[
    "errand", "care", "transport", "repair", "farming", "tutoring", "policy", "digital",
    "emergency", "other",
]  # fmt: skip
Phone = Annotated[str, Field(max_length=40, pattern=r"^\+?[0-9-]{3,39}$")]
Rev = Annotated[int, Field(ge=0, le=2**31 - 1)]

assert set(Duty.__args__) == DUTY_SLUGS  # type: ignore[attr-defined]
assert set(Skill.__args__) == SKILL_SLUGS  # type: ignore[attr-defined]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class MemberSearch(_Body):
    """A name, pinyin or initials; a micro grid; a group.  All empty: everybody."""

    q: Annotated[str, Field(max_length=60)] = ""
    cell_code: Code | None = None
    party_group_id: Id | None = None
    without_place: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 100

    def to_filter(self) -> MemberFilter:
        return MemberFilter(self.q, self.cell_code, self.party_group_id, self.without_place)


class MemberChange(_Body):
    """Fields that are given are written; ``household_id`` null: lives elsewhere."""

    rev: Rev
    duty: Duty | None = None
    phone: Phone | None = None
    home_branch: Annotated[str, Field(max_length=100)] | None = None
    volunteers: bool | None = None
    skills: Annotated[list[Skill], Field(max_length=20)] | None = None
    household_id: Id | None = None

    def to_changes(self) -> dict[str, object]:
        """The given fields; null counts for phone and household only."""
        given = self.model_dump(include=self.model_fields_set - {"rev"})
        if "skills" in given and given["skills"] is not None:
            given["skills"] = sorted(set(given["skills"]))
        return {
            name: value
            for name, value in given.items()
            if value is not None or name in ("phone", "household_id")
        }


class ContactHouseholds(_Body):
    """The whole duty list of a member."""

    household_ids: Annotated[list[Id], Field(max_length=200)]


class NewRequestBody(_Body):
    """A service request; a point is turned into its micro grid and not kept."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "kind": "repair",
                    "text": "独居老人家水管漏水（合成数据）",
                    "place": {"lng": 110.65, "lat": 39.45},
                }
            ]
        },
    )

    kind: Skill
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    place: PlaceBody
    wanted_on: date | None = None
    contact_name: Annotated[str, Field(max_length=60)] | None = None
    contact_phone: Phone | None = None

    def to_request(self) -> NewRequest:
        return NewRequest(
            self.kind, self.text, self.place.to_place(), self.wanted_on,
            self.contact_name, self.contact_phone,
        )  # fmt: skip


class GroupStep(_Body):
    """A step that concerns a group, on the revision the caller saw."""

    rev: Rev
    party_group_id: Id


class TakeStep(_Body):
    """Which volunteer takes it."""

    rev: Rev
    member_id: Id


class FinishStep(_Body):
    """How long it took."""

    rev: Rev
    minutes: Annotated[int, Field(ge=1, le=6000)]


class PlainStep(_Body):
    """A step that needs only the revision."""

    rev: Rev
