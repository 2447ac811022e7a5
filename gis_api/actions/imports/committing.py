"""Commit a staged file in one transaction, or take a committed one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine

from gis_api.access.store import bump_revision
from gis_api.actions.imports.opening import NO_COORDINATES, batch_options
from gis_api.actions.imports.rights import get_run, require_rights, require_state
from gis_api.actions.imports.staging import Step
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.grid_cache import read_token
from gis_api.db.imports import store as batches
from gis_api.db.imports.applying import store as applying
from gis_api.db.imports.applying.store import Target
from gis_api.db.imports.runs import store as runs
from gis_api.db.imports.runs.store import ImportRun
from gis_api.db.imports.staging import store as staging
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.store.publish import PLAN_LOCK

# Tables that rows of a kind may also have gone to; deleted from first to last.
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "household": ("household_place", "household"),
    "post": ("post_holding", "officer", "post"),
}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a commit did; ``already`` when the same file with the same choices was in before."""

    import_batch_id: int
    added: int
    changed: int
    left_out: int
    already: bool = False


def list_refused(run: ImportRun, accepted: Sequence[str] = ()) -> list[str]:
    """Kinds of findings that stand between this run and its commit."""
    return sorted(
        code
        for code, entry in run.counts.items()
        if entry["severity"] != "note" and code not in accepted
    )


def commit_import(
    engine: Engine,
    actor: Actor,
    import_id: int,
    *,
    accepted: Sequence[str] = (),
    reason: str | None = None,
    step: Step = lambda _done, _total, _note: None,
) -> ImportResult:
    """Bring every staged row in, all at once: new ones added, known ones changed, rows with an
    accepted fault kept aside as left over.  ``step`` may raise in between: then nothing is in.

    The same file with the same choices is in only once: then nothing changes.  Raises Conflict
    ``import.wrong_state``, ``import.plan_changed`` (stage again), ``import.rows_lost`` (stage
    again); InvalidInput ``import.findings_open``, ``import.unknown_finding``,
    ``import.not_acceptable``, ``import.reason_missing``.
    """
    stale = False
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "commit", lock=True)
        if run.state == "committed":
            return _again(conn, run)
        require_state(run, "staged")
        require_accepted(run, accepted, reason)
        known = batches.find_batch(conn, run.kind, run.file_sha256, batch_options(run))
        if known is not None:
            staging.remove_rows(conn, import_id)
            _close(conn, run, known["import_batch_id"], accepted, reason)
            return ImportResult(known["import_batch_id"], 0, 0, 0, already=True)
        reading.lock_plan(conn, PLAN_LOCK)
        token = read_token(conn)
        newest = 0 if token is None else token.newest_version_id
        lost = staging.count_rows(conn, import_id) != run.rows_staged
        stale = newest != run.options.get("grid_version_id") or lost
        if stale:
            runs.change_run(conn, import_id, state="uploaded", rows_staged=0)
        else:
            with whole_scope(conn, actor):
                result = _apply(conn, actor, run, accepted, reason, step)
    if stale:
        raise Conflict("import.plan_changed", import_id=import_id)
    return result


def require_accepted(run: ImportRun, accepted: Sequence[str], reason: str | None) -> None:
    """Raise unless every finding is accepted that stands between this run and its commit."""
    unknown = sorted(set(accepted) - run.counts.keys())
    if unknown:
        raise InvalidInput("import.unknown_finding", kinds=unknown, known=sorted(run.counts))
    hopeless = sorted(
        code for code, e in run.counts.items() if e["severity"] == "error" and e.get("whole")
    )
    if hopeless:
        raise InvalidInput("import.not_acceptable", kinds=hopeless)
    refused = list_refused(run, accepted)
    if refused:
        raise InvalidInput("import.findings_open", kinds=refused)
    if accepted and not (reason or "").strip():
        raise InvalidInput("import.reason_missing", kinds=sorted(accepted))


def _apply(
    conn: Connection,
    actor: Actor,
    run: ImportRun,
    accepted: Sequence[str],
    reason: str | None,
    step: Step,
) -> ImportResult:
    staging.lift_limits(conn)
    target = applying.get_target(run.kind)
    fields = tuple((run.mapping or {}).get("fields", {}))
    batch_id = batches.add_batch(
        conn,
        kind=run.kind,
        file_sha256=run.file_sha256,
        options=batch_options(run),
        row_count=run.rows_staged,
        findings=[
            {"code": code, "severity": entry["severity"], "rows": entry["rows"]}
            for code, entry in sorted(run.counts.items())
        ],
        accepted=sorted(accepted),
        reason=reason,
        actor_id=actor.user_id,
        grid_version_id=None,
    )
    step(0, 3, "change")
    changed = applying.change_known(
        conn, target, run.import_id, batch_id, fields,
        with_place=run.crs_key != NO_COORDINATES, kept_for=run.started_by,
    )  # fmt: skip
    step(1, 3, "add")
    added = applying.add_new(conn, target, run.import_id, batch_id)
    step(2, 3, "leave")
    left_out = applying.add_leftovers(conn, run.import_id, batch_id, run.started_by)
    staging.remove_rows(conn, run.import_id)
    batches.close_batch(conn, batch_id, run.file_name, added, changed, left_out)
    _close(conn, run, batch_id, accepted, reason)
    step(3, 3, "close")
    bump_revision(conn)
    add_audit(
        conn, actor, "import.commit", "import_batch", str(batch_id), row_count=added + changed,
        detail={"kind": run.kind, "added": added, "changed": changed, "left_out": left_out,
                "accepted": sorted(accepted)},
    )  # fmt: skip
    return ImportResult(batch_id, added, changed, left_out)


def _close(
    conn: Connection, run: ImportRun, batch_id: int, accepted: Sequence[str], reason: str | None
) -> None:
    runs.change_run(
        conn, run.import_id, state="committed", import_batch_id=batch_id,
        accepted=sorted(accepted), reason=reason,
    )  # fmt: skip


def _again(conn: Connection, run: ImportRun) -> ImportResult:
    assert run.import_batch_id is not None
    row = batches.get_batch(conn, run.import_batch_id)
    return ImportResult(
        run.import_batch_id, row["added_count"] or 0, row["changed_count"] or 0,
        row["left_out_count"] or 0, already=True,
    )  # fmt: skip


def cancel_import(engine: Engine, actor: Actor, import_id: int) -> ImportRun:
    """Give a file up: its rows and findings are forgotten; Conflict ``import.wrong_state``."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "decide", lock=True)
        require_state(run, "uploaded", "staging", "staged", "failed")
        staging.lift_limits(conn)
        staging.remove_rows(conn, import_id)
        runs.change_run(conn, import_id, state="cancelled", rows_staged=0)
        add_audit(conn, actor, "import.cancel", "import", str(import_id))
        return get_run(conn, actor, import_id, "decide")


def undo_batch(engine: Engine, actor: Actor, batch_id: int, *, commit: bool) -> dict[str, Any]:
    """Take a batch back: its rows go, what it changed is as before; counts by deed.

    A dry run unless ``commit``.  Raises NotFound ``import.unknown_batch``; Conflict
    ``import.undone_before`` and ``import.has_dependents`` with the tables that hang on its rows.
    """
    with begin(engine, actor) as conn, whole_scope(conn, actor):
        staging.lift_limits(conn)
        batch = batches.get_batch(conn, batch_id)
        require_undo(actor, batch["kind"])
        if batch["undone_at"] is not None:
            raise Conflict("import.undone_before", import_batch_id=batch_id)
        if batch["kind"] == "grids":
            raise Conflict("import.grids_stay", import_batch_id=batch_id)
        blocking = [
            f"{row['other_table']} → {row['own_table']}: {row['row_count']}"
            for row in applying.list_dependents(conn, batch_id)
        ]
        blocking += [
            f"import_batch {row['import_batch_id']}: {row['row_count']}"
            for row in applying.list_later_changes(conn, batch_id)
        ]
        if blocking:
            raise Conflict("import.has_dependents", import_batch_id=batch_id, dependents=blocking)
        target = applying.get_target(batch["kind"])
        if not commit:
            return {"import_batch_id": batch_id, "rows": batch["added_count"], "undone": False}
        restored = applying.restore_before(conn, target, batch_id)
        removed = applying.take_back(conn, _tables(target), batch_id)
        applying.forget_batch(conn, batch_id)
        batches.mark_undone(conn, batch_id, actor.user_id)
        runs.mark_undone(conn, batch_id)
        bump_revision(conn)
        add_audit(
            conn, actor, "import.undo", "import_batch", str(batch_id), row_count=removed + restored
        )
        return {
            "import_batch_id": batch_id, "rows": removed, "restored": restored, "undone": True,
        }  # fmt: skip


def require_undo(actor: Actor, kind: str) -> None:
    """Raise Forbidden unless the actor may take files of this kind back."""
    if kind != "grids":
        require_rights(actor, "undo", kind)


def _tables(target: Target) -> tuple[str, ...]:
    return _ALSO.get(target.kind, (target.table,))
