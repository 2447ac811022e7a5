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


class AccountItem(BaseModel):
    """An account; ``invited_until``: a link is out that has not been used."""

    login: str
    role: str
    area_code: str | None
    area_name: str | None
    officer_id: int | None
    is_demo: bool
    must_change_password: bool
    is_disabled: bool
    is_locked: bool
    created_at: datetime
    invited_until: datetime | None


class RoleItem(BaseModel):
    """A role that an account may have; ``verbs`` are what a token of it may be given."""

    role: str
    name_zh: str
    name_en: str
    verbs: list[str]


class AccountItems(BaseModel):
    """Accounts of one's area, closed ones last, and the roles there are."""

    items: list[AccountItem]
    roles: list[RoleItem]


class FileFault(BaseModel):
    """A cell that cannot be taken: its line in the file, its column, and why."""

    row: int
    column: str
    code: str
    detail: dict[str, str]


class AccountsFileAnswer(BaseModel):
    """``digest`` names the file to confirm; ``made`` holds each link this one time."""

    count: int
    digest: str
    faults: list[FileFault]
    made: list[InvitationAnswer]


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
