"""Shapes of sign-in."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class SignIn(BaseModel):
    """A login and its password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"login": "clerk", "password": "a long pass phrase"}]},
    )

    login: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class PasswordChange(BaseModel):
    """The old password and the new one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"old": "the old phrase", "new": "a better, longer one"}]},
    )

    old: str = Field(min_length=1, max_length=1000)
    new: str = Field(min_length=1, max_length=1000)


class SessionAnswer(BaseModel):
    """Who is signed in; ``csrf_token`` goes into the header ``X-CSRF-Token`` of every write."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "login": "clerk",
                    "role": "clerk",
                    "role_name_zh": "受理员",
                    "role_name_en": "intake clerk",
                    "csrf_token": "vV0b…",
                    "must_change_password": False,
                    "area_code": None,
                    "officer_id": 17,
                    "may": ["case.file", "case.list", "case.read"],
                }
            ]
        }
    )

    login: str
    role: str
    role_name_zh: str
    role_name_en: str
    csrf_token: str
    must_change_password: bool
    area_code: str | None = Field(description="Code of the area; null means the whole place.")
    officer_id: int | None = Field(description="Whose posts are one's own; null without any.")
    may: list[str] = Field(description="`object.verb` of the permission table, for the role.")


class SignInWays(BaseModel):
    """How one may sign in here."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": True, "oidc": False}]})

    password: bool
    oidc: bool


class OwnSession(BaseModel):
    """One living sign-in of the account; kept are times only, no address and no device."""

    model_config = ConfigDict(from_attributes=True)

    handle: str = Field(description="Names the sign-in in `DELETE /api/session/all/{handle}`.")
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this: bool = Field(description="The one that asks.")


class OwnSessions(BaseModel):
    """The asking sign-in first, then the last used."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "handle": "9f3c0a51d2b84e6677aa01c3",
                            "began_at": "2026-03-02T08:00:00+08:00",
                            "seen_at": "2026-03-02T09:30:00+08:00",
                            "expires_at": "2026-03-02T20:00:00+08:00",
                            "is_this": True,
                        }
                    ]
                }
            ]
        }
    )

    items: list[OwnSession]
