"""Shapes of API tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.access.tokens.limits import MAX_LIFE, MAX_NAME_CHARS
from gis_api.actions.tokens import NewToken
from gis_api.http.schemas.cases import Code

Verb = Annotated[str, Field(pattern=r"^[a-z_]{1,40}\.[a-z_]{1,40}$")]


class TokenBody(BaseModel):
    """A token to make; ``verbs`` are words of the permission table such as ``case.read``."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"login": "clerk", "name": "hotline feed", "verbs": ["case.file"], "days": 90}
            ]
        },
    )

    login: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS)
    verbs: list[Verb] = Field(min_length=1, max_length=60)
    days: int = Field(ge=1, le=MAX_LIFE.days)
    area_code: Code | None = None

    def to_new(self) -> NewToken:
        return NewToken(self.login, self.name, tuple(self.verbs), self.days, self.area_code)


class MadeTokenAnswer(BaseModel):
    """``token`` is shown this one time."""

    api_token_id: int
    token: str
    expires_at: datetime


class TokenItem(BaseModel):
    """A token without its text."""

    api_token_id: int
    login: str
    name: str
    verbs: list[str]
    area_code: str | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: Literal["valid", "expired", "revoked", "account_disabled"]


class TokenItems(BaseModel):
    """All tokens of the accounts that one looks after."""

    items: list[TokenItem]
