"""Long exports: made by the worker with the rights its asker has then, kept for a day."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine

from gis_api.access.store import get_actor_of
from gis_api.actions.export_request import AllowedExport, CaseRows, ExportRequest, allow_export
from gis_api.actions.export_rows import count_export, write_export
from gis_api.actions.export_tiles import check_tiles, export_tiles
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.db.exports.store import find_moment
from gis_api.jobs import store
from gis_api.jobs.progress import Progress
from grid_boundaries.errors import Conflict, NotFound
from layers.exporters.formats import FORMATS

TASK: Final = "export"
KEEP: Final = timedelta(hours=24)
# Up to this many rows the answer is the file itself.
DIRECT_ROWS: Final = 5_000
# A file of vector tiles beside the formats of rows.
TILES: Final = "tiles"
_PMTILES: Final = (".pmtiles", "application/vnd.pmtiles")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished file as it goes to its asker."""

    path: Path
    name: str
    media_type: str


def make_folder(folder: Path) -> Path:
    """The folder of finished files; nobody but the service's account may look into it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def export_or_queue(
    engine: Engine, folder: Path, actor: Actor, request: ExportRequest
) -> Fetched | int:
    """A small export as a file that the caller removes; a large one as the id of its job.

    Raises what ``allow_export`` and ``write_export`` raise.
    """
    allowed = allow_export(actor, request)
    if count_export(engine, actor, allowed) > DIRECT_ROWS:
        return _queue(engine, actor, allowed)
    path = make_folder(folder) / f"{uuid.uuid4().hex}{allowed.file_format.suffix}"
    try:
        write_export(engine, actor, allowed, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Fetched(path, allowed.file_name, allowed.file_format.media_type)


def _queue(engine: Engine, actor: Actor, allowed: AllowedExport) -> int:
    with begin(engine, actor) as conn:
        return store.defer(
            conn, TASK, actor.user_id, user_id=actor.user_id, request=_to_args(allowed.request)
        )


def queue_tiles(engine: Engine, actor: Actor, layers: Sequence[str], zooms: range) -> int:
    """The id of the job that makes a PMTiles file; raises what ``check_tiles`` raises."""
    check_tiles(actor, layers, zooms)
    asked = {"layers": list(layers), "zooms": [zooms.start, zooms.stop]}
    with begin(engine, actor) as conn:
        return store.defer(conn, TASK, actor.user_id, user_id=actor.user_id, tiles=asked)


def run_export(
    engine: Engine, folder: Path, progress: Progress, args: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the file of a queued export; what its asker may is asked again now."""
    remove_lapsed(make_folder(folder))
    with begin(engine, SYSTEM) as conn:
        actor = get_actor_of(conn, args["user_id"])
    if args.get(TILES) is not None:
        return _run_tiles(engine, folder, progress, actor, args[TILES])
    allowed = allow_export(actor, _from_args(args["request"]))
    path = folder / f"{uuid.uuid4().hex}{allowed.file_format.suffix}"
    try:
        done = write_export(engine, actor, allowed, path, progress.step)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return {
        "file": path.name,
        "kind": allowed.kind.name,
        "format": allowed.file_format.name,
        "rows": done.rows,
        "seen_as": _seen_as(actor, done.grid_version_id),
    }


def _run_tiles(
    engine: Engine, folder: Path, progress: Progress, actor: Actor, asked: Mapping[str, Any]
) -> dict[str, Any]:
    path = folder / f"{uuid.uuid4().hex}{_PMTILES[0]}"
    with begin(engine, actor) as conn:
        _, grid_version_id = find_moment(conn)
    try:
        made = export_tiles(
            engine, actor, path, layers=asked["layers"], zooms=range(*asked["zooms"]),
            step=progress.step,
        )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not made.tiles:
        raise NotFound("export.no_tiles")
    return {
        "file": path.name,
        "kind": TILES,
        "format": "pmtiles",
        "rows": made.tiles,
        "seen_as": _seen_as(actor, grid_version_id),
    }


def read_export(engine: Engine, actor: Actor, export_id: int) -> store.Job:
    """How far one's own export is; NotFound ``export.unknown`` for anybody else's."""
    with begin(engine, actor) as conn:
        return _get(conn, actor, export_id)


def cancel_export(engine: Engine, actor: Actor, export_id: int) -> store.Job:
    """Ask it to stop at its next step; Conflict ``job.finished`` when it is over."""
    with begin(engine, actor) as conn:
        _get(conn, actor, export_id)
        if not store.request_cancel(conn, export_id):
            raise Conflict("job.finished", job_id=export_id)
        return _get(conn, actor, export_id)


def fetch_export(engine: Engine, folder: Path, actor: Actor, export_id: int) -> Fetched:
    """The finished file; each fetch is on the trail.

    Raises NotFound ``export.unknown`` / ``export.lapsed``, Conflict ``export.not_ready``, and
    Conflict ``export.outdated`` when role, area or grids are others than when it was made.
    """
    with begin(engine, actor) as conn:
        job = _get(conn, actor, export_id)
        if job.outcome != "succeeded":
            raise Conflict("export.not_ready", export_id=export_id, state=job.state)
        made: Mapping[str, Any] = job.result
        path = folder / Path(made["file"]).name
        if job.updated_at + KEEP < datetime.now(UTC) or not path.is_file():
            raise NotFound(
                "export.lapsed", export_id=export_id, hours=round(KEEP.total_seconds() / 3600)
            )
        if made["seen_as"] != _seen_as(actor, find_moment(conn)[1]):
            raise Conflict("export.outdated", export_id=export_id)
        add_audit(conn, actor, "export.fetch", made["kind"], str(export_id), row_count=made["rows"])
    suffix, media_type = _PMTILES
    if made["kind"] != TILES:
        file_format = FORMATS[made["format"]]
        suffix, media_type = file_format.suffix, file_format.media_type
    return Fetched(path, f"wangge-{made['kind']}{suffix}", media_type)


def remove_lapsed(folder: Path) -> int:
    """Delete files that were kept long enough; how many."""
    oldest = (datetime.now(UTC) - KEEP).timestamp()
    lapsed = [path for path in folder.iterdir() if path.stat().st_mtime < oldest]
    for path in lapsed:
        path.unlink(missing_ok=True)
    return len(lapsed)


def _get(conn: Connection, actor: Actor, export_id: int) -> store.Job:
    job = store.find_job(conn, export_id)
    if job is None or job.task != TASK or job.requested_by != actor.user_id:
        raise NotFound("export.unknown", export_id=export_id)
    return job


def _seen_as(actor: Actor, grid_version_id: int | None) -> list[Any]:
    """What the rows of a file depend on beside the rows themselves."""
    return [actor.role, actor.scope.lo, actor.scope.hi, actor.officer_id, grid_version_id]


def _to_args(request: ExportRequest) -> dict[str, Any]:
    """The request as JSON: codes, numbers, days."""
    # templates come from a command line, which waits for its file
    plain = asdict(replace(request, template=None))
    del plain["template"]
    plain["on"] = _day_text(request.on)
    plain["cases"] |= {name: _day_text(plain["cases"][name]) for name in ("from_on", "to_on")}
    return plain


def _from_args(args: Mapping[str, Any]) -> ExportRequest:
    cases = dict(args["cases"])
    days = {name: _day(cases[name]) for name in ("from_on", "to_on")}
    bbox = None if cases["bbox"] is None else tuple(cases["bbox"])
    kinds = None if cases["kinds"] is None else tuple(cases["kinds"])
    ring = None if cases.get("ring") is None else tuple(map(tuple, cases["ring"]))
    rows = CaseRows(**{**cases, **days, "bbox": bbox, "kinds": kinds, "ring": ring})
    return ExportRequest(**{**args, "on": _day(args["on"]), "cases": rows})


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
