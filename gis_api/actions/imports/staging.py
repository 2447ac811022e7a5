"""Stage a file: rows read, placed and checked chunk by chunk, each chunk one transaction.

A stage that is cut short goes on behind the last chunk that was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.imports.ground import read_address_book
from gis_api.actions.imports.opening import NO_COORDINATES, batch_options, get_table
from gis_api.actions.imports.rights import get_run, require_state
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.imports.applying import store as applying
from gis_api.db.imports.runs import store as runs
from gis_api.db.imports.runs.store import ImportRun
from gis_api.db.imports.staging import store as staging
from gis_api.db.imports.store import find_batch, find_today
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.cells import list_levels, load_snapshot
from layers.demo.pinyin import pinyin_initials
from layers.importers.addresses import AddressBook, choice_of, place_by_address
from layers.importers.coordinates import transform
from layers.importers.findings import Finding
from layers.importers.kinds import get_kind
from layers.importers.mapping import Mapping as ColumnMapping
from layers.importers.mapping import mapping_from_dict
from layers.importers.parse import Parsed, parse_batch
from layers.importers.placing import NOWHERE, WHOLE_PLACE_KEY, Placer
from layers.importers.repairs import take_repairs
from layers.importers.row_text import write_csv, write_geometry, write_objects
from layers.importers.source import Source, open_source
from layers.importers.tables import Batch, TableInfo

CHUNK_ROWS = 50_000
FIRST_ROWS = 10
Step = Callable[[int, int | None, str], None]
Counts = dict[str, dict[str, Any]]


def stage_import(
    engine: Engine,
    actor: Actor,
    import_id: int,
    path: Path,
    *,
    index_dir: Path | None = None,
    margin_m: float = 50_000.0,
    step: Step = lambda _done, _total, _note: None,
) -> ImportRun:
    """Read, place and check every row; the run is then ``staged`` and its findings are known.

    A file that is in already with the same choices is not read again: its run is ``committed``.

    ``step(rows done, rows in all, what)`` may raise to stop.  Raises Conflict
    ``import.wrong_state``; InvalidInput ``import.crs_undecided``, ``import.fields_missing``; and
    what readers and ``transform`` raise: the run then says why and stays to be decided anew.
    """
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "commit", lock=True)
        if run.state == "staged":
            return run
        require_state(run, "uploaded", "staging", "failed")
        require_decided(run)
        known = find_batch(conn, run.kind, run.file_sha256, batch_options(run))
        if known is not None:
            staging.remove_rows(conn, import_id)
            batch_id = known["import_batch_id"]
            runs.change_run(conn, import_id, state="committed", import_batch_id=batch_id)
            return get_run(conn, actor, import_id, "commit")
        start = run.rows_staged if run.state == "staging" else 0
        if start == 0 or staging.count_rows(conn, import_id) != start:
            staging.lift_limits(conn)
            staging.remove_rows(conn, import_id)
            start, counts = 0, {}
        else:
            counts = dict(run.counts)
        runs.change_run(
            conn, import_id, state="staging", rows_staged=start, counts=counts, error=None
        )
        on = find_today(conn)
        plan = load_snapshot(conn, on)
        village = next((lv.rank for lv in list_levels(conn, on) if lv.role == "village"), None)
    if not len(plan):
        raise Conflict("grid.none")
    with open_source(path) as source:
        table = get_table(source, run)
        placer = Placer(
            plan, village, margin_m=margin_m, index_dir=index_dir,
            rows_expected=table.row_count or 0,
        )  # fmt: skip
        chunks = _Chunks(engine, actor, run, source, table, placer)
        if run.kind == "household":
            with begin(engine, actor) as conn:
                chunks.addresses = read_address_book(conn, placer)
        for done in chunks.stage_from(start, counts):
            step(done, table.row_count, "stage")
    step(chunks.done, chunks.done, "check")
    with begin(engine, actor) as conn, whole_scope(conn, actor):
        staging.lift_limits(conn)
        _check(conn, run, chunks)
    with begin(engine, actor) as conn:
        return get_run(conn, actor, import_id, "commit")


def require_decided(run: ImportRun) -> None:
    """Raise unless the coordinates are decided and every needed field has a column."""
    if run.crs_key is None:
        candidates = (run.diagnosis or {}).get("candidates", [])
        refused = (run.diagnosis or {}).get("refused")
        raise InvalidInput(
            refused or "import.crs_undecided", file=run.file_name,
            candidates=[candidate["key"] for candidate in candidates],
        )  # fmt: skip
    missing = (run.mapping or {}).get("missing_required", [])
    if missing:
        known = get_kind(run.kind).fields
        raise InvalidInput(
            "import.fields_missing", fields=missing, names=[known[name].zh for name in missing]
        )


class _Chunks:
    """Every chunk of one table on its way into the staging table."""

    def __init__(
        self,
        engine: Engine,
        actor: Actor,
        run: ImportRun,
        source: Source,
        table: TableInfo,
        placer: Placer,
    ) -> None:
        self._engine, self._actor, self._run = engine, actor, run
        self._source, self._table, self._placer = source, table, placer
        self.mapping: ColumnMapping = mapping_from_dict(run.kind, table, run.mapping or {})
        self.fields = tuple(self.mapping.fields)
        self.addresses: AddressBook | None = None
        self._repairs = frozenset(run.options.get("repairs", ()))
        self._choice = choice_of(**run.options.get("addresses", {"rows": (), "score": None}))
        self.counts: Counts = {}
        self.done = 0
        self.plan: GridSnapshot = placer.plan
        # row −1 stands behind the last: no cell
        self._cell_ids = np.append(self.plan.cell_ids, 0)
        self._scope_keys = np.array([*placer.scope_keys(), WHOLE_PLACE_KEY], dtype=object)

    def stage_from(self, start: int, counts: Counts) -> Iterator[int]:
        """Stage what lies behind the first ``start`` rows; yields how many rows are staged."""
        self.counts = counts
        if start == 0:
            with begin(self._engine, self._actor) as conn:
                self._keep(conn, list(self._table.notes), None)
                runs.change_run(conn, self._run.import_id, counts=self.counts)
        for batch in self._source.read_batches(self._table, CHUNK_ROWS):
            self.done += len(batch)
            if self.done <= start or not len(batch):
                continue
            chunk, findings = self._read(batch)
            with begin(self._engine, self._actor) as conn:
                staging.lift_limits(conn)
                staging.add_rows(conn, self._run.import_id, chunk)
                self._keep(conn, findings, batch)
                runs.change_run(
                    conn, self._run.import_id, rows_staged=self.done, counts=self.counts
                )
            yield self.done

    def _keep(self, conn: Connection, findings: list[Finding], batch: Batch | None) -> None:
        """Count every finding and keep the first rows of each kind to be shown."""
        for finding in findings:
            entry = self.counts.setdefault(
                finding.code,
                {"severity": finding.severity, "rows": 0, "whole": False, "first": []},
            )
            room = staging.SHOWN_PER_KIND - entry["rows"]
            entry["rows"] += len(finding)
            entry["first"] = [*entry["first"], *finding.rows.tolist()][:FIRST_ROWS]
            entry["whole"] = entry["whole"] or not len(finding)
            if room <= 0:
                continue
            shown = []
            for one in finding.each(batch.cell_address if batch is not None else None):
                shown.append(one)
                if len(shown) >= room:
                    break
            staging.add_findings(conn, self._run.import_id, shown)

    def _read(self, batch: Batch) -> tuple[bytes, list[Finding]]:
        kind = get_kind(self._run.kind)
        parsed = parse_batch(kind.name, self.mapping, batch)
        findings = list(parsed.findings)
        geometry = self._moved(parsed.geometry)
        if geometry is not None and kind.geometry:
            mended = take_repairs(
                geometry, batch.row_numbers, self._repairs, wanted=kind.geometry,
                required=kind.geometry_required, unreadable=batch.unreadable,
            )  # fmt: skip
            geometry = mended.geometry
            findings += mended.findings
        # a household without coordinates is placed by its grid, which is told below
        findings = [f for f in findings if f.code not in _TOLD_BELOW.get(kind.name, ())]
        placed = self._placer.place(kind.name, parsed.columns, geometry, batch.row_numbers)
        if self.addresses is not None and "address" in parsed.columns:
            placed = place_by_address(
                placed, parsed.columns["address"], batch.row_numbers, self.addresses, self._choice
            )
        findings += placed.findings
        columns = self._columns(parsed)
        count = len(batch)
        cells = np.where(placed.cell_rows == NOWHERE, -1, placed.cell_rows)
        shapes = placed.geometry if kind.geometry else None
        text = write_csv(
            {
                "row_number": pa.array(batch.row_numbers),
                "vals": write_objects(columns, count),
                "geom": pa.nulls(count, pa.string()) if shapes is None else write_geometry(shapes),
                "cell_id": pa.array(self._cell_ids[cells], mask=cells < 0),
                "scope_key": pa.array(self._scope_keys[cells].tolist(), pa.string()),
                "approximate": pa.array(placed.approximate),
                "fault": pa.array(_faults(findings, batch.row_numbers), pa.string()),
            }
        )
        return text, findings

    def _moved(self, geometry: npt.NDArray[np.object_] | None) -> npt.NDArray[np.object_] | None:
        """Shapes in EPSG:4490."""
        key = self._run.crs_key
        if geometry is None or key in (None, NO_COORDINATES):
            return None if key == NO_COORDINATES else geometry
        options = self._run.options
        params7 = options.get("params7")
        return transform(
            geometry, str(key), params7=tuple(params7) if params7 else None,
            accept_100m=bool(options.get("accept_100m")),
        )  # fmt: skip

    def _columns(self, parsed: Parsed) -> Mapping[str, pa.Array]:
        """What is kept of a row besides its shape and cell."""
        dropped = {"lng", "lat", "x", "y", "cell_code", "cell_name", "village_code"}
        columns = {name: col for name, col in parsed.columns.items() if name not in dropped}
        count = len(parsed.row_numbers)
        if self._run.kind == "gazetteer" and "name" in columns:
            names = columns["name"].to_pylist()
            columns["pinyin_initials"] = pa.array(
                [pinyin_initials(n) if n else None for n in names]
            )
        if self._run.kind == "household" and {"second_lng", "second_lat"} <= columns.keys():
            columns |= self._second_place(columns)
        area = self.mapping.fields.get("stated_area")
        if area is not None:
            columns["stated_area_unit"] = pa.array([area.unit or "m2"] * count, pa.string())
        return columns

    def _second_place(self, columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        lng = columns["second_lng"].to_numpy(zero_copy_only=False).astype(float)
        lat = columns["second_lat"].to_numpy(zero_copy_only=False).astype(float)
        known = np.isfinite(lng) & np.isfinite(lat)
        points = np.full(len(lng), None, dtype=object)
        points[known] = shapely.points(lng[known], lat[known])
        moved = self._moved(points)
        moved = points if moved is None else moved
        x, y = shapely.get_x(moved), shapely.get_y(moved)
        cells = self._placer.locate(x, y)
        gone = cells < 0
        return {
            "second_lng": pa.array(x, from_pandas=True),
            "second_lat": pa.array(y, from_pandas=True),
            "second_cell_id": pa.array(self._cell_ids[cells], mask=gone),
            "second_scope_key": pa.array(self._scope_keys[cells].tolist(), pa.string(), mask=gone),
        }


def _faults(findings: list[Finding], row_numbers: npt.NDArray[np.int64]) -> list[str | None]:
    """Per row the first finding that keeps it out."""
    faults = np.full(len(row_numbers), None, dtype=object)
    for finding in reversed(findings):
        if finding.severity == "error" and len(finding.rows):
            faults[np.searchsorted(row_numbers, finding.rows)] = finding.code
    return list(faults)


def _check(conn: Connection, run: ImportRun, chunks: _Chunks) -> None:
    """The checks that need all rows, and the register; then the run is staged."""
    target = applying.get_target(run.kind)
    counts = chunks.counts
    applying.mark_repeated(conn, target, run.import_id)
    applying.mark_unlinked(conn, target, run.import_id)
    applying.mark_known(conn, target, run.import_id)
    for fault, rows in applying.count_faults(conn, run.import_id).items():
        if fault in _CHECKED_AT_THE_END:
            shown = applying.list_fault_rows(conn, run.import_id, fault, staging.SHOWN_PER_KIND)
            counts[fault] = {
                "severity": "error", "rows": rows, "whole": False, "first": shown[:FIRST_ROWS],
            }  # fmt: skip
            finding = Finding(fault, "error", np.array(shown, dtype=np.int64))
            staging.add_findings(conn, run.import_id, list(finding.each()))
    changed = applying.list_changed(
        conn, target, run.import_id, chunks.fields, with_place=run.crs_key != NO_COORDINATES,
        limit=staging.SHOWN_PER_KIND,
    )  # fmt: skip
    if changed:
        counts["import.changes_known"] = {
            "severity": "warning",
            "rows": len(changed),
            "whole": False,
            "first": changed[:FIRST_ROWS],
        }
        finding = Finding("import.changes_known", "warning", np.array(changed, dtype=np.int64))
        staging.add_findings(conn, run.import_id, list(finding.each()))
    staging.add_shapes_of_findings(conn, run.import_id)
    options = {**run.options, "grid_version_id": chunks.plan.version_id}
    runs.change_run(
        conn, run.import_id, state="staged", rows_total=chunks.done, rows_staged=chunks.done,
        counts=counts, options=options,
    )  # fmt: skip


_TOLD_BELOW = {"household": ("import.no_position", "shape.missing")}
_CHECKED_AT_THE_END = frozenset(
    {
        "import.repeated_row",
        "import.unknown_group",
        "import.no_village",
        "import.no_cell",
        "import.unknown_post_kind",
    }
)
