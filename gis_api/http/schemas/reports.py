"""Answers of the report routes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.http.schemas.cases import Code

PeriodKind = Literal["day", "week", "month", "year"]
Dimension = Literal["area", "kind", "source"]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class AskedBody(BaseModel):
    """A period that is over: the one that holds the day ``on``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"period": "month", "on": "2026-10-15", "dimension": "area"}]
        },
    )

    period: PeriodKind
    on: Day
    dimension: Dimension = "area"
    area: Code | None = None


class CorrectionBody(BaseModel):
    """Why the figures of today take the place of what was frozen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class FigureItem(BaseModel):
    """A count, what it is counted of, and the share; no share of nothing."""

    key: str
    count: int
    of: str | None
    of_count: int | None
    share: float | None


class HeadingItem(BaseModel):
    """A figure's name in both languages and its denominator."""

    key: str
    zh: str
    en: str
    of: str | None


class GroupItem(BaseModel):
    """One area, kind or source."""

    key: str
    zh: str
    en: str
    figures: list[FigureItem]


class PeriodItem(BaseModel):
    """``to_on`` is the first day after."""

    kind: PeriodKind
    from_on: date
    to_on: date


class Named(BaseModel):
    """The place in both languages."""

    zh: str | None
    en: str | None


class AreaItem(BaseModel):
    """The area that was counted."""

    code: str | None
    name: str | None


class Frozen(BaseModel):
    """When the copy was made, its hash, and which copy it takes the place of, and why."""

    id: int
    at: datetime
    sha256: str
    replaces: int | None
    reason: str | None


class Report(BaseModel):
    """The figures of a period."""

    report: str
    place: Named
    synthetic: bool
    period: PeriodItem
    area: AreaItem
    dimension: Dimension
    counted_at: datetime
    frozen: Frozen | None
    headings: Annotated[list[HeadingItem], Field(description="in the order of print")]
    total: list[FigureItem]
    rows: list[GroupItem]


class SnapshotItem(BaseModel):
    """A frozen report; ``replaced_by`` names the copy that corrects it."""

    id: int
    report: str
    period: PeriodKind
    from_on: date
    to_on: date
    dimension: Dimension
    area_code: str | None
    made_at: datetime
    sha256: str
    replaces: int | None
    reason: str | None
    replaced_by: int | None


class SnapshotPage(BaseModel):
    """Newest first; ``next`` goes into ``after``."""

    items: list[SnapshotItem]
    next: int | None


class FrozenComparison(BaseModel):
    """A frozen report and the same counted today; ``today`` is null when the area is no more."""

    frozen: Report
    today: Report | None
    same_sight: bool


class LedgerItem(BaseModel):
    """A row of the ledger in Chinese, persons masked; ``closed_on`` is when it was struck off."""

    number: int
    code: str
    registered_on: date
    source: str
    kind: str | None
    village: str | None
    cell: str | None
    reporter: str | None
    represented: int | None
    summary: str | None
    official: str | None
    handler: str | None
    state: str
    due_on: date | None
    outcome: str | None
    closed_on: date | None
    settled_on: date | None
    satisfaction: str | None


class LedgerPage(BaseModel):
    """Oldest first; ``next`` goes into ``after``."""

    items: list[LedgerItem]
    next: int | None


class WeeklyItem(BaseModel):
    """An open case for the weekly meeting, and every reason why."""

    code: str
    kind: str
    state: str
    cell_code: str | None
    cell_name: str | None
    urgent: bool
    registered_on: date
    moved_on: date
    due_on: date | None
    handler: str | None
    reasons: list[str]


class WeeklyList(BaseModel):
    """The one due first on top."""

    items: list[WeeklyItem]
