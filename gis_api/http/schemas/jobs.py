"""Shapes of long work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class JobAnswer(BaseModel):
    """How far a job is; ``done`` of ``total`` steps."""

    model_config = ConfigDict(from_attributes=True)

    job_id: int
    task: str
    state: Literal["waiting", "running", "succeeded", "failed", "cancelled"]
    done: int
    total: int | None
    note: str
    cancel_requested: bool
    result: Any
    created_at: datetime
    updated_at: datetime
