"""Imports as answers: fields with their headings, findings in words."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from gis_api.actions.imports.committing import list_refused
from gis_api.actions.imports.taking import AddressProposal
from gis_api.db.imports.runs.store import ImportRun
from gis_api.http.schemas.imports import (
    AddressRow,
    AddressRows,
    FieldAnswer,
    FindingKind,
    FindingRow,
    ImportAnswer,
    ImportJob,
    RepairRow,
    RepairRows,
)
from gis_api.jobs.store import Job
from gis_api.messages import render_sentences
from layers.importers.kinds import get_kind
from layers.importers.repairs import RepairPreview


def import_answer(run: ImportRun, job: Job | None = None) -> ImportAnswer:
    """One run for its starter; ``job`` is the last work on it."""
    kind = get_kind(run.kind)
    mapped = (run.mapping or {}).get("fields", {})
    diagnosis = run.diagnosis or {}
    return ImportAnswer(
        import_id=run.import_id,
        kind=run.kind,
        kind_zh=kind.zh,
        kind_en=kind.en,
        file_name=run.file_name,
        table=run.table_name,
        state=run.state,  # type: ignore[arg-type]
        rows_total=run.rows_total,
        rows_staged=run.rows_staged,
        fields=[
            FieldAnswer(
                name=field.name, zh=field.zh, en=field.en, required=field.required,
                column=mapped.get(field.name, {}).get("column"),
                confidence=mapped.get(field.name, {}).get("confidence"),
                why=mapped.get(field.name, {}).get("why"),
            )
            for field in kind.fields.values()
        ],
        unmapped=(run.mapping or {}).get("unmapped", []),
        candidates=diagnosis.get("candidates", []),
        crs_key=run.crs_key,
        crs_refused=diagnosis.get("refused"),
        findings=[
            _finding_kind(code, entry) for code, entry in sorted(run.counts.items())
        ],
        refused=list_refused(run),
        error=_error(run),
        job_id=run.job_id,
        job=_job(job),
        import_batch_id=run.import_batch_id,
        started_at=run.started_at,
    )  # fmt: skip


def finding_row(found: dict[str, Any]) -> FindingRow:
    """One finding in words."""
    params = {"rows": [found["row_number"]], "count": 1, **found["params"]}
    geometry = found["geometry"]
    return FindingRow(
        id=found["import_finding_id"],
        code=found["code"],
        severity=found["severity"],
        row=found["row_number"],
        cell=found["sheet_cell"],
        column=found["column_name"],
        detail=render_sentences(found["code"], params).detail,
        geometry=json.loads(geometry) if geometry else None,
    )


def repair_rows(found: Sequence[RepairPreview]) -> RepairRows:
    """Repairs with both shapes as GeoJSON; no shape where it holds what JSON cannot say."""
    return RepairRows(
        items=[
            RepairRow(
                row=one.row_number,
                area_before_m2=_rounded(one.area_before_m2),
                area_after_m2=_rounded(one.area_after_m2),
                before=_geojson(one.before),
                after=_geojson(one.after) or {},
            )
            for one in found
        ]
    )


def address_rows(found: Sequence[AddressProposal]) -> AddressRows:
    """Proposals as they are shown to whoever brought the file."""
    return AddressRows(
        items=[
            AddressRow(
                row=one.row_number, address=one.address, score=one.score, why=list(one.why),
                names=list(one.names), lng=one.lng, lat=one.lat,
            )
            for one in found
        ]
    )  # fmt: skip


def _rounded(area_m2: float) -> float | None:
    return round(area_m2, 2) if math.isfinite(area_m2) else None


def _geojson(shape: Any) -> dict[str, Any] | None:
    if not np.isfinite(shapely.bounds(shape)).all():
        return None
    read: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return read


def _finding_kind(code: str, entry: dict[str, Any]) -> FindingKind:
    sentences = render_sentences(code, {"count": entry["rows"], "rows": entry.get("first", [])})
    return FindingKind(
        code=code, severity=entry["severity"], rows=entry["rows"], detail=sentences.detail,
        fix=sentences.fix,
    )  # fmt: skip


def _job(job: Job | None) -> ImportJob | None:
    if job is None:
        return None
    code = job.result.get("code") if job.outcome == "failed" and job.result else None
    detail = render_sentences(code, {"import_id": "…"}).detail if code else None
    return ImportJob(
        state=job.state, done=job.done, total=job.total, note=job.note,  # type: ignore[arg-type]
        code=code, detail=detail,
    )  # fmt: skip


def _error(run: ImportRun) -> dict[str, Any] | None:
    if run.error is None:
        return None
    sentences = render_sentences(run.error["code"], run.error.get("params", {}))
    return {"code": run.error["code"], "detail": sentences.detail, "fix": sentences.fix}
