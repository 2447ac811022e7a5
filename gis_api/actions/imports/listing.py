"""What is known of one's imports: runs, findings as rows, as a workbook and as shapes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from sqlalchemy import Engine

from gis_api.actions.imports.rights import get_run
from gis_api.db.engine import Actor, begin
from gis_api.db.imports.runs import store as runs
from gis_api.db.imports.runs.store import ImportRun
from gis_api.db.imports.staging import store as staging
from gis_api.jobs import store as jobs
from gis_api.messages import render_sentences
from grid_boundaries.errors import InvalidInput

MOST_FINDINGS = 20_000
_HEADINGS = (
    "行 row",
    "单元格 cell",
    "列 column",
    "程度 severity",
    "问题 finding",
    "说明",
    "in English",
    "怎么办 fix",
)
_SEVERITIES = {"error": "错误 error", "warning": "提醒 warning", "note": "说明 note"}


def read_run(engine: Engine, actor: Actor, import_id: int) -> ImportRun:
    """One's own run; NotFound ``import.unknown``."""
    with begin(engine, actor) as conn:
        return get_run(conn, actor, import_id, "read")


def read_run_with_job(
    engine: Engine, actor: Actor, import_id: int
) -> tuple[ImportRun, jobs.Job | None]:
    """One's own run and how far the last work on it is."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "read")
        return run, jobs.find_job(conn, run.job_id) if run.job_id is not None else None


def read_runs(engine: Engine, actor: Actor, limit: int = 50) -> list[ImportRun]:
    """One's own runs, newest first."""
    with begin(engine, actor) as conn:
        return runs.list_runs(conn, limit)


def read_findings(
    engine: Engine,
    actor: Actor,
    import_id: int,
    *,
    code: str | None = None,
    after: int = 0,
    limit: int = 200,
) -> list[dict[str, Any]]:
    """Findings in order; of each kind the first rows are kept, all are counted in the run."""
    with begin(engine, actor) as conn:
        get_run(conn, actor, import_id, "read")
        return staging.list_findings(conn, import_id, code=code, after=after, limit=limit)


def read_shapes(engine: Engine, actor: Actor, import_id: int, limit: int = 500) -> dict[str, Any]:
    """A spread of the staged shapes as GeoJSON; ``fault`` where a row is kept out."""
    with begin(engine, actor) as conn:
        get_run(conn, actor, import_id, "read")
        found = staging.list_shapes(conn, import_id, limit)
    return _collection(
        (row["geometry"], {"row": row["row_number"], "fault": row["fault"]}) for row in found
    )


def write_findings(engine: Engine, actor: Actor, import_id: int, path: Path) -> None:
    """Findings as a workbook (``.xlsx``) with the cells they are about, or as ``.geojson``."""
    found = read_findings(engine, actor, import_id, limit=MOST_FINDINGS)
    if path.suffix.lower() == ".xlsx":
        _write_workbook(found, path)
    elif path.suffix.lower() in (".geojson", ".json"):
        shapes = (
            (f["geometry"], {"row": f["row_number"], "code": f["code"], "severity": f["severity"]})
            for f in found
        )
        path.write_text(json.dumps(_collection(shapes), ensure_ascii=False), "utf-8")
    else:
        raise InvalidInput("import.findings_format", file=path.name)


def _collection(shapes: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": json.loads(geometry)}
            for geometry, properties in shapes
            if geometry
        ],
    }


def _write_workbook(found: list[dict[str, Any]], path: Path) -> None:
    """One row a finding; text cells only, so that nothing is taken for a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问题 findings")
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGH", (8, 10, 18, 14, 30, 60, 60, 50), strict=True):
        sheet.column_dimensions[letter].width = width

    def cells(values: tuple[Any, ...], *, bold: bool = False) -> list[Any]:
        made = []
        for value in values:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            if bold:
                cell.font = Font(bold=True)
            made.append(cell)
        return made

    sheet.append(cells(_HEADINGS, bold=True))
    for finding in found:
        params = {"rows": [finding["row_number"]], "count": 1, **finding["params"]}
        sentences = render_sentences(finding["code"], params)
        fix = sentences.fix or {}
        sheet.append(
            cells(
                (
                    finding["row_number"],
                    finding["sheet_cell"],
                    finding["column_name"],
                    _SEVERITIES[finding["severity"]],
                    finding["code"],
                    sentences.detail["zh"],
                    sentences.detail["en"],
                    fix.get("zh", ""),
                )
            )
        )
    book.save(path)
