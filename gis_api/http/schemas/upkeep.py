"""Bodies and answers of leave, hand-overs and shift notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gis_api.http.schemas.cases import Code, Id


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class OwnLeaveBody(_Body):
    """Days away, both included."""

    from_on: date
    to_on: date


class LeaveBody(OwnLeaveBody):
    """Days away of an officer, both included."""

    officer_id: Id


class LeaveItem(BaseModel):
    """Leave of today or later."""

    officer_leave_id: int
    officer_id: int
    duty_name: str
    from_on: date | None
    to_on: date | None
    is_now: bool


class LeaveItems(BaseModel):
    """One's own, and of post-holders in one's area."""

    items: list[LeaveItem]


class Made(BaseModel):
    """The id of what was made."""

    id: int


class HandOverBody(_Body):
    """The post goes from one officer to the other from this day on."""

    post_id: Id
    from_officer_id: Id
    to_officer_id: Id
    from_on: date


class HandOverAnswer(BaseModel):
    """``case_count`` null: the day has not come; ``queued_count``: the new one is recused."""

    post_handover_id: int
    case_count: int | None
    queued_count: int | None


class HandOverPreview(BaseModel):
    """As of now, as far as one sees; ``recused_count`` cannot go to the new officer (回避)."""

    is_now: bool
    case_count: int
    recused_count: int


class HeldPost(BaseModel):
    """A post and who holds it; all about the officer is null where it is vacant."""

    post_id: int
    post_kind: str
    title_zh: str
    title_en: str
    cell_code: str
    cell_name: str
    rank: int
    officer_id: int | None
    duty_name: str | None
    from_on: date | None
    on_leave: bool
    open_cases: int


class HeldPosts(BaseModel):
    """Posts of one's area by place; ``total`` of all, also those beyond the limit."""

    items: list[HeldPost]
    total: int


class HandOverItem(HandOverAnswer):
    """A hand-over on record."""

    post_id: int
    post_kind: str
    cell_code: str | None
    from_officer_id: int
    to_officer_id: int
    from_on: date
    arranged_at: datetime
    applied_at: datetime | None


class HandOverItems(BaseModel):
    """Newest first."""

    items: list[HandOverItem]


class ShiftNoteBody(_Body):
    """What the next shift must know; ``cell_code`` null is the whole place."""

    cell_code: Code | None = None
    text: str = Field(min_length=1, max_length=4000)
    open_items: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(
        default=[], max_length=50
    )


class ShiftNoteItem(BaseModel):
    """A note and who took it over."""

    shift_note_id: int
    cell_code: str | None
    written_at: datetime
    written_by: str
    text: str
    open_items: list[str]
    taken_at: datetime | None
    taken_by: str | None


class ShiftNoteItems(BaseModel):
    """A page, newest first; ``next`` goes into ``before``."""

    items: list[ShiftNoteItem]
    next: int | None
