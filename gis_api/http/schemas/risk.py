"""Shapes of risk maps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.http.schemas.cases import Code
from gis_api.http.schemas.reports import Day

Scale = Literal["base", "micro", "h3"]
Slug = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Months = Annotated[int, Field(ge=1, le=36)]
Reason = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class LookBody(BaseModel):
    """Which maps to draw; empty lists mean all of the page."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"groups": ["mining_land"], "scales": ["base"], "months": [12]}]
        },
    )

    area: Code | None = None
    to: Day | None = None
    groups: Annotated[list[Slug], Field(max_length=20)] = []
    scales: Annotated[list[Scale], Field(max_length=3)] = []
    months: Annotated[list[Months], Field(min_length=1, max_length=4)] = [12, 36]
    reported_only: bool = False


class JobStarted(BaseModel):
    """Follow it at /api/jobs/{job_id}."""

    job_id: int


class MapItem(BaseModel):
    """Figures of one map."""

    kind_group: str
    scale: Scale
    months: int
    figures: dict[str, Any]


class RiskHead(BaseModel):
    """What a result was made from."""

    risk_run_id: int
    area_code: str | None
    purpose: Literal["nightly", "asked"]
    seed: int
    code_version: str
    grid_version_id: int
    as_of: date
    made_at: datetime
    inputs_sha256: str
    figures: dict[str, Any]


class RiskLook(RiskHead):
    """A look with the figures of its maps."""

    maps: list[MapItem]
    alarm_score: list[dict[str, Any]] = []


class LatestLook(BaseModel):
    """The newest look; null until there is one."""

    look: RiskLook | None


class RiskMap(BaseModel):
    """One map: a row a cell; ``word`` null where the cell is too small to be shown."""

    run: RiskHead
    scale: Scale
    figures: dict[str, Any]
    public: bool
    cells: list[dict[str, Any]]
    shapes: list[dict[str, Any]]
    drawn: int


class ChanceMaps(BaseModel):
    """Maps of shuffled cases, in the order of the map's cells; ``red_by_chance`` of
    ``chance_maps`` drawn for the judgement would show red."""

    maps: list[dict[str, Any]]
    alpha: float
    red_by_chance: int | None
    chance_maps: int = 0


class AlarmItem(BaseModel):
    """Something new: a task "check causes"."""

    code: str
    kind_group: str
    month: date
    cell_code: str | None
    cell_name: str | None
    cell_codes: list[str]
    observed: int
    expected: float
    months: int
    recurrence_months: float
    state: Literal["open", "confirmed", "dismissed"]
    checked: list[str]
    reason: str | None
    raised_at: datetime
    decided_at: datetime | None


class AlarmPage(BaseModel):
    """Open alarms first, and what became of all."""

    items: list[AlarmItem]
    score: list[dict[str, Any]]


class DecisionBody(BaseModel):
    """What a person found behind an alarm."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"state": "dismissed", "checked": ["dust"], "reason": "one_event_many_cases"}
            ]
        },
    )

    state: Literal["confirmed", "dismissed"]
    checked: Annotated[list[Literal["dust", "marks", "unpaid_money"]], Field(max_length=3)] = []
    reason: Reason
