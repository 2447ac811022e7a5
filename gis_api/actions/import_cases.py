"""Cases from an export of the hotline: all rows checked first, then applied part by part.

The file's hash is the batch.  A part and the note of how far the batch is are one transaction, so a
run that is killed goes on where it stopped; an order number that is a case already makes no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.actions.import_cases_part import add_part
from gis_api.actions.plan_in_force import with_plan
from gis_api.cases.bulk_placement import Placements, place_points
from gis_api.cases.hotline import store
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache, LoadedGrid
from grid_boundaries.errors import Conflict, Forbidden
from layers.hotline.check import Checked, check_rows
from layers.hotline.read import HotlineRows, read_hotline

SOURCE = "hotline"
PART_ROWS = 30_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class CaseImport:
    """What a file holds and, after a commit, what became of it."""

    rows: int
    requests: int
    reasons: Mapping[str, int]
    rejected_rows: int
    unknown_kinds: Mapping[str, int]
    without_position: int
    committed: bool
    was_done: bool
    cases_added: int
    rows_known: int
    rows_queued: int


def import_cases(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    file: Path,
    *,
    commit: bool,
    margin_m: float,
    index_dir: Path | None = None,
    part_rows: int = PART_ROWS,
    progress: Progress = lambda _done, _total: None,
) -> CaseImport:
    """Import a file; without ``commit`` only what it holds is told.

    Every row becomes a case, is one already, or waits in the queue of the batch with its reasons.
    Raises Forbidden ``import.whole_place`` for an actor of a part of the place, Conflict
    ``grid.none``, and those of ``read_hotline``.
    """
    if not actor.scope.is_whole:
        raise Forbidden("import.whole_place")
    rows = read_hotline(file)
    grid = grids.refresh()
    if grid is None:
        raise Conflict("grid.none")
    checked = _check(engine, actor, rows, grid, margin_m)
    if not commit:
        return _report(rows, checked, None, was_done=False)
    with begin(engine, actor) as conn:
        state = store.find_import(conn, rows.sha256)
    was_done = state is not None and state["finished_at"] is not None
    if not was_done:
        _apply(engine, grids, actor, rows, checked, index_dir, part_rows, progress)
    with begin(engine, actor) as conn:
        state = store.find_import(conn, rows.sha256)
    return _report(rows, checked, state, was_done=was_done)


def _check(
    engine: Engine, actor: Actor, rows: HotlineRows, grid: LoadedGrid, margin_m: float
) -> Checked:
    with begin(engine, actor) as conn:
        kinds = {row["name_zh"]: row["kind"] for row in reading.list_case_kinds(conn)}
        now = store.get_now(conn).astimezone(SHANGHAI).replace(tzinfo=None)
    return check_rows(rows, kind_names=kinds, now=now, envelope=grid.envelope, margin_m=margin_m)


def _apply(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    rows: HotlineRows,
    checked: Checked,
    index_dir: Path | None,
    part_rows: int,
    progress: Progress,
) -> None:
    with begin(engine, actor) as conn:
        store.begin_import(
            conn, file_sha256=rows.sha256, source=SOURCE, row_count=len(rows),
            actor_id=actor.user_id,
        )  # fmt: skip
    total = len(checked.requests)
    placed: dict[int, Placements] = {}

    def place(grid: LoadedGrid) -> Placements:
        """All points of the file, once for each plan in force."""
        version = grid.index.snapshot.version_id
        if version not in placed:
            placed[version] = place_points(
                grid.index,
                checked.requests["lng"].to_numpy(np.float64),
                checked.requests["lat"].to_numpy(np.float64),
                index_dir=index_dir,
            )
        return placed[version]

    is_finished = False
    while not is_finished:

        def deed(conn: Connection, grid: LoadedGrid, at: Any) -> tuple[int, bool]:
            store.lift_time_limit(conn)
            batch = store.lock_import(conn, rows.sha256)
            if batch["finished_at"] is not None:
                return total, True
            first = batch["rows_done"]
            if first == 0:
                _queue_rejected(conn, batch["case_import_id"], checked)
            after = min(first + part_rows, total)
            part = checked.requests.iloc[first:after]
            added, codes = add_part(conn, grid, actor, part, place(grid), SOURCE, at)
            is_last = after >= total
            store.advance_import(
                conn, batch["case_import_id"], rows_done=after, added=added,
                known=len(part) - added, is_last=is_last,
            )  # fmt: skip
            add_audit(
                conn, actor, "case.import", "case_import", str(batch["case_import_id"]),
                row_count=added,
                detail={"from_row": first, "to_row": after, "codes": codes},
            )  # fmt: skip
            return after, is_last

        done, is_finished = with_plan(engine, grids, actor, deed)
        progress(done, total)


def _queue_rejected(conn: Connection, case_import_id: int, checked: Checked) -> None:
    store.queue_rows(
        conn,
        case_import_id,
        {
            "row_number": [row.row_number for row in checked.rejected],
            "reasons": [list(row.reasons) for row in checked.rejected],
            "body": [row.body for row in checked.rejected],
        },
    )


def _report(
    rows: HotlineRows, checked: Checked, state: Mapping[str, Any] | None, *, was_done: bool
) -> CaseImport:
    without = ~np.isfinite(checked.requests["lng"].to_numpy(np.float64))
    return CaseImport(
        rows=len(rows),
        requests=len(checked.requests),
        reasons=dict(checked.count_reasons()),
        rejected_rows=len(checked.rejected),
        unknown_kinds=dict(checked.unknown_kinds.most_common(20)),
        without_position=int(without.sum()),
        committed=state is not None,
        was_done=was_done,
        cases_added=state["cases_added"] if state else 0,
        rows_known=state["rows_known"] if state else 0,
        rows_queued=state["rows_queued"] if state else 0,
    )
