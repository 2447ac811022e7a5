"""Shapes of attachments."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel


class Attachment(BaseModel):
    """What was stored; ``media_type`` is told by the bytes, not by the name."""

    attachment_id: UUID
    media_type: str
    size_bytes: int
