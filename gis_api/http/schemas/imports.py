"""Shapes of imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.imports.opening import Choices

FieldName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Heading = Annotated[str, Field(min_length=1, max_length=255)]
FindingCode = Annotated[str, Field(pattern=r"^[a-z_]{1,30}[.][a-z0-9_]{1,60}$")]
RunState = Literal[
    "uploaded", "staging", "staged", "committing", "committed", "cancelled", "failed", "undone"
]


class MappingBody(BaseModel):
    """Field → heading of the file; null leaves a field out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"columns": {"address": "家庭住址"}}}
    )

    columns: Annotated[dict[FieldName, Heading | None], Field(max_length=100)]

    def to_choices(self) -> Choices:
        return Choices(columns=self.columns)


class DecideBody(BaseModel):
    """What the coordinates are in; ``accept_100m`` takes old datums to ±100 m."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"crs_key": "EPSG:4546"}}
    )

    crs_key: Annotated[str, Field(min_length=1, max_length=200)]
    accept_100m: bool = False
    params7: (
        Annotated[
            tuple[float, float, float, float, float, float, float],
            Field(description="dx dy dz in m, rx ry rz in arc seconds, scale in ppm"),
        ]
        | None
    ) = None

    def to_choices(self) -> Choices:
        return Choices(crs_key=self.crs_key, accept_100m=self.accept_100m, params7=self.params7)


class CommitBody(BaseModel):
    """Kinds of findings that are accepted, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"accepted": ["import.outside_grid"], "reason": "飞地，已核对"}
        },
    )

    accepted: Annotated[list[FindingCode], Field(max_length=200)] = []
    reason: Annotated[str, Field(max_length=500)] | None = None


RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class RepairsBody(BaseModel):
    """Rows whose repair is taken."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"rows": [3]}})

    rows: Annotated[list[RowNumber], Field(min_length=1, max_length=2000)]


class AddressesBody(BaseModel):
    """Rows whose place is taken, and the least score from which all are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"score": 0.9}})

    rows: Annotated[list[RowNumber], Field(max_length=2000)] = []
    score: Annotated[float, Field(ge=0.5, le=1)] | None = None


class RepairRow(BaseModel):
    """A broken shape of a row and what would stand for it, in EPSG:4490; areas in m²."""

    row: int
    area_before_m2: float | None
    area_after_m2: float | None
    before: dict[str, Any] | None
    after: dict[str, Any]


class RepairRows(BaseModel):
    """Repairs in order of rows."""

    items: list[RepairRow]


class AddressRow(BaseModel):
    """Where an address would put a row."""

    row: int
    address: str
    score: float
    why: list[str]
    names: list[str]
    lng: float
    lat: float


class AddressRows(BaseModel):
    """Proposals, best first."""

    items: list[AddressRow]


class UndoBody(BaseModel):
    """Without ``commit`` only told whether it can be taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"commit": False}})

    commit: bool = False


class FindingKind(BaseModel):
    """How many rows a kind of finding concerns, in words of both languages."""

    code: str
    severity: Literal["error", "warning", "note"]
    rows: int
    detail: dict[str, str]
    fix: dict[str, str] | None


class FieldAnswer(BaseModel):
    """A field of the kind and the heading that it is read from."""

    name: str
    zh: str
    en: str
    required: bool
    column: str | None
    confidence: float | None
    why: str | None


class ImportJob(BaseModel):
    """How far the work on a file is."""

    state: Literal["waiting", "running", "succeeded", "failed", "cancelled"]
    done: int
    total: int | None
    note: str
    code: str | None
    detail: dict[str, str] | None


class ImportAnswer(BaseModel):
    """One import as its starter sees it."""

    import_id: int
    kind: str
    kind_zh: str
    kind_en: str
    file_name: str
    table: str
    state: RunState
    rows_total: int | None
    rows_staged: int
    fields: list[FieldAnswer]
    unmapped: list[str]
    candidates: list[dict[str, Any]]
    crs_key: str | None
    crs_refused: str | None
    findings: list[FindingKind]
    refused: list[str]
    error: dict[str, Any] | None
    job_id: int | None
    job: ImportJob | None = None
    import_batch_id: int | None
    started_at: datetime


class ImportList(BaseModel):
    """One's own imports, newest first."""

    items: list[ImportAnswer]


class ImportKind(BaseModel):
    """A kind of rows that one may bring in."""

    kind: str
    zh: str
    en: str


class ImportKinds(BaseModel):
    """All kinds that one may bring in."""

    items: list[ImportKind]


class FindingRow(BaseModel):
    """One row of the file and what is remarkable about it."""

    id: int
    code: str
    severity: Literal["error", "warning", "note"]
    row: int | None
    cell: str | None
    column: str | None
    detail: dict[str, str]
    geometry: dict[str, Any] | None


class FindingRows(BaseModel):
    """Findings in order; ``next`` is the ``after`` of the next page."""

    items: list[FindingRow]
    next: int | None


class UndoAnswer(BaseModel):
    """What was taken back, or would be."""

    import_batch_id: int
    rows: int | None
    restored: int = 0
    undone: bool
