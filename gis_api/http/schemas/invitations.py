"""Bodies and answers of invitations and deactivation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.invite import Wanted
from gis_api.http.schemas.cases import Code, Id, Slug

Login = Annotated[str, Field(min_length=2, max_length=40)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class InvitationBody(_Body):
    """An account to make; ``area_code`` null is the whole place."""

    login: Login
    role: Slug
    area_code: Code | None = None
    officer_id: Id | None = None

    def to_wanted(self) -> Wanted:
        return Wanted(self.login.lower(), self.role, self.area_code, self.officer_id)


class InvitationAnswer(BaseModel):
    """``link`` is shown this one time; hand it over in person or on paper."""

    login: str
    link: str
    expires_at: datetime


class AcceptBody(BaseModel):
    """The secret of the link and the password that one chooses."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class AcceptAnswer(BaseModel):
    """The login to sign in with now."""

    login: str


class DeactivatedAnswer(BaseModel):
    """What still hangs on the officer of the closed account."""

    login: str
    officer_id: int | None
    posts: int
    open_cases: int
