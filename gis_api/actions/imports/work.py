"""Uploaded files, and the long parts of their import as jobs of whoever asked for them."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from sqlalchemy import Engine

from gis_api.access.store import get_actor_of
from gis_api.actions.imports import committing, opening, staging
from gis_api.actions.imports.rights import get_run, require_rights, require_state
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.db.imports.runs import store as runs
from gis_api.db.imports.runs.store import ImportRun
from gis_api.jobs import store as jobs
from gis_api.jobs.progress import JobCancelled, Progress
from grid_boundaries.errors import Conflict, TooLarge, WanggeError
from layers.importers.kinds import get_kind

CHECK_TASK: Final = "import_check"
COMMIT_TASK: Final = "import_commit"
KEEP_FILES: Final = timedelta(days=7)
_SUFFIXES: Final = frozenset(
    (".xlsx", ".xls", ".csv", ".tsv", ".txt", ".dat", ".zip", ".gpkg", ".geojson", ".json",
     ".parquet", ".geoparquet", ".kml", ".gpx", ".tif", ".tiff")
)  # fmt: skip
_CHUNK: Final = 1 << 20


def take_upload(
    engine: Engine,
    folder: Path,
    actor: Actor,
    kind: str,
    file: BinaryIO,
    file_name: str,
    *,
    table: str | None,
    max_bytes: int,
) -> ImportRun:
    """Keep an uploaded file and open it; it lies under its hash, never under a name from outside.

    Raises TooLarge ``file.too_many_bytes`` and what ``open_import`` raises; then nothing is kept.
    """
    get_kind(kind)
    require_rights(actor, "add", kind)
    remove_old_files(folder)
    suffix = PurePosixPath(file_name.replace("\\", "/")).suffix.lower()
    suffix = suffix if suffix in _SUFFIXES else ".bin"
    with tempfile.TemporaryDirectory(dir=_ready(folder)) as hidden:
        kept = Path(hidden) / f"file{suffix}"
        digest, size = hashlib.sha256(), 0
        with kept.open("wb") as target:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise TooLarge("file.too_many_bytes", file="…", limit_mb=max_bytes >> 20)
                digest.update(chunk)
                target.write(chunk)
        name = PurePosixPath(file_name.replace("\\", "/")).name[:200] or "file"
        run = opening.open_import(engine, actor, kind, kept, file_name=name, table=table)
        remove_file(folder, run.import_id)
        (folder / str(run.import_id)).mkdir(mode=0o700)
        shutil.move(kept, folder / str(run.import_id) / kept.name)
    return run


def _ready(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def find_file(folder: Path, import_id: int) -> Path:
    """The kept file of a run; Conflict ``import.file_gone`` when it was not kept."""
    found = sorted((folder / str(import_id)).glob("file.*"))
    if not found:
        raise Conflict("import.file_gone", import_id=import_id)
    return found[0]


def remove_file(folder: Path, import_id: int) -> None:
    """Forget the file of a run that is over."""
    shutil.rmtree(folder / str(import_id), ignore_errors=True)


def remove_old_files(folder: Path) -> None:
    """Forget files that nobody came back for."""
    oldest = (datetime.now(UTC) - KEEP_FILES).timestamp()
    for path in _ready(folder).iterdir():
        if path.is_dir() and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)


def decide_upload(
    engine: Engine, folder: Path, actor: Actor, import_id: int, choices: opening.Choices
) -> ImportRun:
    """Write what somebody decided about an uploaded file; see ``decide_import``."""
    with begin(engine, actor) as conn:
        get_run(conn, actor, import_id, "decide")
    return opening.decide_import(engine, actor, import_id, find_file(folder, import_id), choices)


def preview_upload(engine: Engine, folder: Path, actor: Actor, import_id: int) -> dict[str, Any]:
    """Where the first rows would lie under each reading of the coordinates, as GeoJSON."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "read")
    return opening.preview_import(run, find_file(folder, import_id))


def ask_check(engine: Engine, folder: Path, actor: Actor, import_id: int) -> ImportRun:
    """Queue the check of a file; Conflict ``import.wrong_state``, InvalidInput as staging says."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "commit", lock=True)
        require_state(run, "uploaded", "staging", "failed")
        staging.require_decided(run)
        find_file(folder, import_id)
    return _queue(engine, actor, run, CHECK_TASK)


def ask_commit(
    engine: Engine, actor: Actor, import_id: int, accepted: Sequence[str], reason: str | None
) -> ImportRun:
    """Queue the commit of a checked file with what somebody accepts; raises as the commit does."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "commit", lock=True)
        require_state(run, "staged")
        committing.require_accepted(run, accepted, reason)
        runs.change_run(conn, import_id, accepted=sorted(accepted), reason=reason)
    return _queue(engine, actor, run, COMMIT_TASK)


def _queue(engine: Engine, actor: Actor, run: ImportRun, task: str) -> ImportRun:
    with begin(engine, actor) as conn:
        job_id = jobs.defer(
            conn, task, actor.user_id, user_id=actor.user_id, import_id=run.import_id
        )
        runs.change_run(conn, run.import_id, job_id=job_id)
        return get_run(conn, actor, run.import_id, "read")


def cancel_upload(engine: Engine, folder: Path, actor: Actor, import_id: int) -> ImportRun:
    """Give a file up; a job on it stops at its next step and the run is over then."""
    with begin(engine, actor) as conn:
        run = get_run(conn, actor, import_id, "decide", lock=True)
        require_state(run, "uploaded", "staging", "staged", "failed")
        job = jobs.find_job(conn, run.job_id) if run.job_id is not None else None
        if job is not None and job.state == "running":
            jobs.request_cancel(conn, job.job_id)
            return run
    cancelled = committing.cancel_import(engine, actor, import_id)
    remove_file(folder, import_id)
    return cancelled


def make_tasks(
    engine: Engine, folder: Path, index_dir: Path, margin_m: float
) -> dict[str, Callable[[Progress, Mapping[str, Any]], Mapping[str, Any]]]:
    """The tasks of the worker by name."""

    def check(progress: Progress, args: Mapping[str, Any]) -> dict[str, Any]:
        def work(actor: Actor, import_id: int) -> dict[str, Any]:
            run = staging.stage_import(
                engine, actor, import_id, find_file(folder, import_id), index_dir=index_dir,
                margin_m=margin_m, step=progress.step,
            )  # fmt: skip
            return {"rows": run.rows_staged, "refused": committing.list_refused(run)}

        return _guarded(engine, folder, args, work)

    def commit(progress: Progress, args: Mapping[str, Any]) -> dict[str, Any]:
        def work(actor: Actor, import_id: int) -> dict[str, Any]:
            with begin(engine, actor) as conn:
                run = get_run(conn, actor, import_id, "commit")
            done = committing.commit_import(
                engine, actor, import_id, accepted=run.accepted, reason=run.reason,
                step=progress.step,
            )  # fmt: skip
            remove_file(folder, import_id)
            return asdict(done)

        return _guarded(engine, folder, args, work)

    return {CHECK_TASK: check, COMMIT_TASK: commit}


def _guarded(
    engine: Engine,
    folder: Path,
    args: Mapping[str, Any],
    work: Callable[[Actor, int], dict[str, Any]],
) -> dict[str, Any]:
    """Do it with the rights that the asker has now; a refusal is written on the run."""
    import_id = int(args["import_id"])
    with begin(engine, SYSTEM) as conn:
        actor = get_actor_of(conn, int(args["user_id"]))
    try:
        return work(actor, import_id)
    except JobCancelled:
        committing.cancel_import(engine, actor, import_id)
        remove_file(folder, import_id)
        raise
    except WanggeError as error:
        with begin(engine, SYSTEM) as conn:
            run = runs.find_run(conn, import_id, lock=True)
            if run is not None and run.state in ("uploaded", "staging"):
                told = {"code": error.code, "params": _plain(error.params)}
                runs.change_run(conn, import_id, state="failed", error=told)
        raise


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of an error as JSON holds them."""
    kept: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, str | int | float | bool) or value is None:
            kept[name] = value
        elif isinstance(value, list | tuple):
            kept[name] = [str(item) for item in value[:20]]
    return kept
