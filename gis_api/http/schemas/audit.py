"""Answers about the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class AuditRow(BaseModel):
    """Who did or read what, when, why, and how many rows."""

    audit_id: int
    at: datetime
    actor_id: int
    actor: str | None
    act: str
    object_kind: str
    object_id: str
    row_count: int | None
    purpose: str | None
    detail: dict[str, Any]
    is_sealed: bool


class AuditRows(BaseModel):
    """A page, newest first; ``next`` goes into ``before``."""

    items: list[AuditRow]
    next: int | None
    total: int


class AuditChoices(BaseModel):
    """What the filters can be set to."""

    acts: list[str]
    object_kinds: list[str]
    purposes: dict[str, dict[str, str]]
