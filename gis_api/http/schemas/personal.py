"""Bodies and answers about personal data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class UnmaskBody(BaseModel):
    """Why somebody wants to see names and phones; see ``/api/personal/purposes``."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"purpose": "contact_reporter", "note_code": "JB-2026-12"}]
        },
    )

    purpose: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    note_code: Annotated[str, Field(max_length=40)] | None = None


class Household(BaseModel):
    """The household of a person, where it lies in one's own area."""

    household_id: int
    address: str
    head_name: str | None
    phone: str | None


class Party(BaseModel):
    """One person of a case, in the clear."""

    side: Literal["reporter", "respondent", "party"]
    name: str | None
    phone: str | None
    is_officer: bool
    is_blanked: bool
    household: Household | None


class Unmasked(BaseModel):
    """The persons of one case."""

    code: str
    parties: list[Party]


class PurposeView(BaseModel):
    """A purpose to choose from."""

    purpose: str
    name_zh: str
    name_en: str
