"""Shapes of the inbox."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class Message(BaseModel):
    """One message; ``kind`` such as ``case.assigned`` says what it is about."""

    notification_id: int
    kind: str
    case_code: str | None
    created_at: datetime
    read_at: datetime | None


class Inbox(BaseModel):
    """The newest messages of the signed-in officer."""

    items: list[Message]
    unread: int
