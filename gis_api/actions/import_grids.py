"""Import the grids of one level from a file: everything checked first, then published at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.access.permissions import require_permission
from gis_api.access.store import bump_revision
from gis_api.actions.publish_grids import publish_grids
from gis_api.cases.seeding.store import seed_place
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.imports import store
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.hierarchy.findings import ACCEPTABLE, Finding
from grid_boundaries.hierarchy.tolerances import Tolerances
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.cells import (
    Level,
    add_levels,
    list_levels,
    list_owners_of_codes,
    load_snapshot,
)
from grid_boundaries.store.publish import CellBatch, lock_plan
from grid_boundaries.versions.merge import Incoming, Merged, merge_level
from layers.importers.grid_rows import GridFields, GridRows, stage_rows
from layers.importers.problems import ImportRefused, Problem
from layers.importers.read import SourceTable, read_table

_KIND = "grids"


@dataclass(frozen=True, slots=True)
class NewLevel:
    """Names of a level that the place does not have yet; '' where not given."""

    name_zh: str = ""
    name_en: str = ""
    role: str = "other"


@dataclass(frozen=True, slots=True)
class GridImport:
    """What is to be imported and how; ``level`` is a rank or a name of a level.

    ``parent_by_ground`` and ``fields.parent`` exclude each other.  ``accepted`` are kinds of
    findings to publish with, for which ``reason`` is needed.  ``valid_from`` None means today.
    """

    file: Path
    level: str
    fields: GridFields
    parent_by_ground: bool = False
    crs: str | None = None
    layer: str | None = None
    valid_from: date | None = None
    accepted: frozenset[str] = frozenset()
    reason: str | None = None
    new_level: NewLevel = NewLevel()
    tolerances: Tolerances = field(default_factory=Tolerances)

    def options(self, rank: int) -> dict[str, Any]:
        """What makes the same file another batch; acceptance and date do not."""
        return {
            "rank": rank,
            "code_field": self.fields.code,
            "name_field": self.fields.name,
            "parent": self.fields.parent or ("ground" if self.parent_by_ground else None),
            "crs": self.crs,
            "layer": self.layer,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import would do or did.

    ``findings`` are the faults of the plan that would hold; ``refused`` the kinds of them that
    were not accepted.  ``grid_version_id`` is None on a dry run and when nothing changed.
    """

    file: str
    rank: int
    level: str
    valid_from: date
    rows: int
    new_cells: int = 0
    changed_cells: int = 0
    findings: list[Finding] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    already_imported: bool = False
    grid_version_id: int | None = None

    @property
    def unchanged_cells(self) -> int:
        return self.rows - self.new_cells - self.changed_cells


def import_grids(engine: Engine, actor: Actor, wanted: GridImport, *, commit: bool) -> ImportReport:
    """Read, check and, with ``commit``, publish the cells of one level in one transaction.

    A file imported before with the same options changes nothing.  Cells are added or updated by
    code, none is taken away; where people live already only new cells and new names are taken,
    since moving ground with people on it is redraw's business.  With findings that are not
    accepted the report says so in ``refused`` and nothing is written.  A new level brings the kinds
    of case and post along, and routing rules that fit it unless there are rules of one's own.
    A place without a name gets that of its one top cell.

    Raises ImportRefused with every problem of the file; InvalidInput ``level.*``,
    ``import.reason_missing``, ``import.unknown_finding``; what ``read_table`` and
    ``publish_grids`` raise; Forbidden ``permission.denied``.
    """
    if not actor.is_system:
        require_permission(actor.role, "plan", "publish")
    _require_reason(wanted)
    return import_table(engine, actor, wanted, read_table(wanted.file, wanted.layer), commit=commit)


def import_table(
    engine: Engine, actor: Actor, wanted: GridImport, table: SourceTable, *, commit: bool
) -> ImportReport:
    """``import_grids`` for rows that are read already; whoever calls has asked for the right."""
    _require_reason(wanted)
    with begin(engine, actor) as conn, whole_scope(conn, actor):
        lock_plan(conn)
        valid_from = wanted.valid_from or store.find_today(conn)
        level, is_new_level = _find_level(conn, wanted, valid_from)
        options = wanted.options(level.rank)
        if store.find_batch(conn, _KIND, table.sha256, options) is not None:
            return ImportReport(
                table.name, level.rank, level.name_zh, valid_from, len(table),
                already_imported=True,
            )  # fmt: skip
        plan = load_snapshot(conn, valid_from)
        rows, merged = _stage(conn, table, wanted, level, plan)
        findings = _check(merged, plan, level.rank, wanted.tolerances)
        report = ImportReport(
            file=table.name,
            rank=level.rank,
            level=level.name_zh,
            valid_from=valid_from,
            rows=len(rows.codes),
            new_cells=int(merged.is_new.sum()),
            changed_cells=int((merged.is_changed & ~merged.is_new).sum()),
            findings=findings,
            refused=sorted({f.code for f in findings} - wanted.accepted),
            notes=_notes(table, rows),
        )
        if not commit or report.refused:
            return report
        if is_new_level:
            known = list_levels(conn, valid_from)
            add_levels(conn, [level])
            seed_place(conn, known, [*known, level])
        version_id = _publish(conn, actor, wanted, report, rows, merged)
        if level.rank == 1 and len(rows.codes) == 1:
            # the cell that holds all others is the place; a name it has already stays
            store.name_place(conn, rows.codes[0], rows.names[0])
        _record(conn, actor, wanted, table, options, report, version_id)
    return ImportReport(**{**_fields(report), "grid_version_id": version_id})


def _require_reason(wanted: GridImport) -> None:
    unknown = sorted(wanted.accepted - ACCEPTABLE)
    if unknown:
        raise InvalidInput("import.unknown_finding", kinds=unknown, known=sorted(ACCEPTABLE))
    if wanted.accepted and not (wanted.reason or "").strip():
        raise InvalidInput("import.reason_missing", kinds=sorted(wanted.accepted))
    if wanted.parent_by_ground and wanted.fields.parent:
        raise InvalidInput("parent.two_ways")


def _find_level(conn: Connection, wanted: GridImport, on: date) -> tuple[Level, bool]:
    """The level asked for and whether it is new.  Levels are imported from the top down."""
    levels = list_levels(conn, on)
    asked = wanted.level.strip()
    known = [f"{level.rank} {level.name_zh} {level.name_en}" for level in levels]
    for level in levels:
        if asked in (str(level.rank), level.name_zh, level.name_en):
            _require_level_above(level.rank, levels)
            return level, False
    if not (asked.isascii() and asked.isdigit() and 0 < int(asked) < 100):
        raise InvalidInput("level.unknown", level=asked, known=known)
    new = wanted.new_level
    if not (new.name_zh or new.name_en):
        raise InvalidInput("level.has_no_name", level=asked, known=known)
    _require_level_above(int(asked), levels)
    return Level(int(asked), new.name_zh or new.name_en, new.name_en or new.name_zh, new.role), True


def _require_level_above(rank: int, levels: Sequence[Level]) -> None:
    """Cells need a parent: rank 1 comes first, and a level between two others cannot be added."""
    if rank > 1 and not any(level.rank < rank and level.cells for level in levels):
        raise Conflict("level.above_missing", level=rank)
    if not any(level.rank == rank for level in levels) and any(
        level.rank > rank for level in levels
    ):
        raise Conflict("level.below_exists", level=rank)


def _stage(
    conn: Connection, table: SourceTable, wanted: GridImport, level: Level, plan: GridSnapshot
) -> tuple[GridRows, Merged]:
    rows, problems = stage_rows(
        table,
        wanted.fields,
        crs=wanted.crs,
        code_digits=level.code_digits,
        envelope=plan.envelope,
    )
    has_parents = bool((plan.levels < level.rank).any())
    if has_parents and not (wanted.parent_by_ground or wanted.fields.parent):
        problems = [*problems, Problem("parent.not_stated", params={"level": level.name_zh})]
    if rows is None or problems:
        raise ImportRefused(table.name, problems)
    merged = merge_level(
        plan,
        Incoming(
            level.rank,
            rows.codes,
            rows.names,
            None if wanted.parent_by_ground else rows.parent_codes or [""] * len(rows.codes),
            rows.geoms,
        ),
        list_owners_of_codes(conn, rows.codes),
    )
    problems = _merge_problems(rows, merged)
    if merged.is_redrawn.any() and store.has_people(conn):
        changed = tuple(np.flatnonzero(merged.is_redrawn) + 1)
        problems.append(Problem("grid.needs_redraw", tuple(int(row) for row in changed)))
    if problems:
        raise ImportRefused(table.name, problems)
    return rows, merged


def _merge_problems(rows: GridRows, merged: Merged) -> list[Problem]:
    problems = []
    if merged.orphans:
        stated = rows.parent_codes or [""] * len(rows.codes)
        missing = sorted({stated[k] or rows.codes[k] for k in merged.orphans})
        problems.append(
            Problem(
                "parent.not_found",
                tuple(k + 1 for k in merged.orphans),
                {"codes": missing[:20], "count": len(missing)},
            )
        )
    if merged.strangers:
        problems.append(
            Problem(
                "grid.code_reused",
                tuple(k + 1 for k in merged.strangers),
                {"codes": [rows.codes[k] for k in merged.strangers][:20]},
            )
        )
    return problems


def _check(merged: Merged, plan: GridSnapshot, rank: int, tolerances: Tolerances) -> list[Finding]:
    """Faults at the level imported, and below it when its cells were redrawn."""
    assert merged.plan is not None
    if not merged.is_changed.any():
        return []
    deepest = int(plan.levels.max(initial=rank)) if merged.is_redrawn.any() else rank
    found = check_plan(merged.plan, tolerances)
    return [finding for finding in found if rank <= finding.rank <= deepest]


def _notes(table: SourceTable, rows: GridRows) -> list[Problem]:
    """What was done silently elsewhere and is said here: transformation and encoding."""
    notes = []
    if rows.datum_taken_as_equal:
        notes.append(Problem("note.datum_taken_as_equal", params={"crs": rows.crs_name}))
    if table.encoding and table.encoding.upper().replace("-", "") not in ("UTF8", "ASCII"):
        notes.append(Problem("note.encoding", params={"encoding": table.encoding}))
    return notes


def _publish(
    conn: Connection,
    actor: Actor,
    wanted: GridImport,
    report: ImportReport,
    rows: GridRows,
    merged: Merged,
) -> int | None:
    chosen = np.flatnonzero(merged.is_changed)
    if not len(chosen):
        return None
    published = publish_grids(
        conn,
        actor,
        CellBatch(
            cell_ids=merged.cell_ids[chosen],
            codes=[rows.codes[k] for k in chosen.tolist()],
            names=[rows.names[k] for k in chosen.tolist()],
            ranks=np.full(len(chosen), report.rank, dtype=np.int16),
            parent_codes=[merged.parent_codes[k] for k in chosen.tolist()],
            geoms=rows.geoms[chosen],
        ),
        valid_from=report.valid_from,
        label=f"import {report.file}"[:200],
        accepted_findings=[
            {**finding.to_json(), "reason": wanted.reason} for finding in report.findings
        ],
    )
    return published.publication.grid_version_id


def _record(
    conn: Connection,
    actor: Actor,
    wanted: GridImport,
    table: SourceTable,
    options: dict[str, Any],
    report: ImportReport,
    version_id: int | None,
) -> None:
    batch_id = store.add_batch(
        conn,
        kind=_KIND,
        file_sha256=table.sha256,
        options=options,
        row_count=len(table),
        findings=[finding.to_json() for finding in report.findings],
        accepted=sorted(wanted.accepted),
        reason=wanted.reason,
        actor_id=actor.user_id,
        grid_version_id=version_id,
    )
    bump_revision(conn)
    add_audit(conn, actor, "grids.import", "import_batch", str(batch_id), row_count=len(table))


def _fields(report: ImportReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__slots__}
