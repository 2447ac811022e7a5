"""Files on their way in: uploaded, mapped, checked, committed; the long parts are jobs."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Response, UploadFile
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from gis_api.access.permissions import read_permissions
from gis_api.actions.imports import taking, work
from gis_api.actions.imports.committing import undo_batch
from gis_api.actions.imports.listing import (
    read_findings,
    read_run,
    read_run_with_job,
    read_runs,
    read_shapes,
    write_findings,
)
from gis_api.actions.imports.rights import GRID_KINDS, ROSTER_KINDS
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.import_views import address_rows, finding_row, import_answer, repair_rows
from gis_api.http.schemas.imports import (
    AddressesBody,
    AddressRows,
    CommitBody,
    DecideBody,
    FindingRows,
    ImportAnswer,
    ImportKind,
    ImportKinds,
    ImportList,
    MappingBody,
    RepairRows,
    RepairsBody,
    UndoAnswer,
    UndoBody,
)
from grid_boundaries.errors import Conflict
from layers.importers.kinds import list_kinds

router = APIRouter(prefix="/api/imports", tags=["imports"])

ImportId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reader = Annotated[Actor, permit("import", "read")]
Adder = Annotated[Actor, permit("import", "add")]
Decider = Annotated[Actor, permit("import", "decide")]
Committer = Annotated[Actor, permit("import", "commit")]
Undoer = Annotated[Actor, permit("import", "undo")]


@router.get("/kinds", summary="What one may bring in")
def get_kinds(actor: Reader) -> ImportKinds:
    """By role: rosters come from the party's own leaders."""
    rights = read_permissions()
    return ImportKinds(
        items=[
            ImportKind(kind=kind.name, zh=kind.zh, en=kind.en)
            for kind in list_kinds()
            if kind.name not in GRID_KINDS
            and rights.allows(
                actor.role, "import", "roster" if kind.name in ROSTER_KINDS else "base"
            )
        ]
    )


@router.get("", summary="One's own imports")
def get_imports(services: ServicesDep, actor: Reader) -> ImportList:
    """The last fifty, newest first."""
    return ImportList(items=[import_answer(run) for run in read_runs(services.engine, actor)])


@router.post("", status_code=201, summary="Upload a file")
def post_import(
    file: UploadFile,
    kind: Annotated[str, Form(pattern=r"^[a-z_]{1,40}$")],
    response: Response,
    services: ServicesDep,
    actor: Adder,
    table: Annotated[str | None, Form(max_length=255)] = None,
) -> ImportAnswer:
    """What it is, is read from its bytes.  Columns are mapped and coordinates diagnosed at once."""
    limits = services.limits
    run = work.take_upload(
        services.engine, limits.imports_dir, actor, kind, file.file, file.filename or "file",
        table=table, max_bytes=limits.max_import_bytes,
    )  # fmt: skip
    response.headers["Location"] = f"/api/imports/{run.import_id}"
    return import_answer(run)


@router.get("/{import_id}", summary="How far an import is")
def get_import(import_id: ImportId, services: ServicesDep, actor: Reader) -> ImportAnswer:
    """One's own only, with how far the work on it is."""
    return import_answer(*read_run_with_job(services.engine, actor, import_id))


@router.put("/{import_id}/mapping", summary="Choose columns")
def put_mapping(
    import_id: ImportId, body: MappingBody, services: ServicesDep, actor: Decider
) -> ImportAnswer:
    """Kept for the next file with the same headings."""
    folder = services.limits.imports_dir
    return import_answer(
        work.decide_upload(services.engine, folder, actor, import_id, body.to_choices())
    )


@router.post("/{import_id}/decide", summary="Decide what the coordinates are in")
def post_decide(
    import_id: ImportId, body: DecideBody, services: ServicesDep, actor: Decider
) -> ImportAnswer:
    """One of the candidates, or an EPSG code; never decided in silence."""
    folder = services.limits.imports_dir
    return import_answer(
        work.decide_upload(services.engine, folder, actor, import_id, body.to_choices())
    )


@router.get("/{import_id}/preview", summary="First rows under each reading of the coordinates")
def get_preview(import_id: ImportId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """GeoJSON, one feature a candidate: to be laid over the outline of the place."""
    return work.preview_upload(services.engine, services.limits.imports_dir, actor, import_id)


@router.post("/{import_id}/check", status_code=202, summary="Read and check every row")
def post_check(import_id: ImportId, services: ServicesDep, actor: Committer) -> ImportAnswer:
    """A job; ``job_id`` tells how far it is."""
    folder = services.limits.imports_dir
    return import_answer(work.ask_check(services.engine, folder, actor, import_id))


@router.get("/{import_id}/findings", summary="What is remarkable, row by row")
def get_findings(
    import_id: ImportId,
    services: ServicesDep,
    actor: Reader,
    code: Annotated[str | None, Query(pattern=r"^[a-z_]{1,30}[.][a-z0-9_]{1,60}$")] = None,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> FindingRows:
    """Of each kind the first two thousand rows; the import counts them all."""
    found = read_findings(services.engine, actor, import_id, code=code, after=after, limit=limit)
    following = found[-1]["import_finding_id"] if len(found) == limit else None
    return FindingRows(items=[finding_row(row) for row in found], next=following)


@router.get(
    "/{import_id}/findings.xlsx",
    summary="Findings as a workbook",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def get_workbook(import_id: ImportId, services: ServicesDep, actor: Reader) -> FileResponse:
    """With the cells of the file that they are about."""
    read_run(services.engine, actor, import_id)
    folder = services.limits.imports_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"findings-{uuid.uuid4().hex}.xlsx"
    write_findings(services.engine, actor, import_id, path)
    return FileResponse(
        path,
        filename=f"findings-{import_id}.xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


@router.get("/{import_id}/shapes", summary="A spread of the checked rows for the map")
def get_shapes(import_id: ImportId, services: ServicesDep, actor: Reader) -> dict[str, Any]:
    """GeoJSON; ``fault`` where a row is kept out."""
    return read_shapes(services.engine, actor, import_id)


@router.get("/{import_id}/repairs", summary="What would stand for broken shapes")
def get_repairs(import_id: ImportId, services: ServicesDep, actor: Reader) -> RepairRows:
    """Areas before and after, and both shapes; nothing is taken by asking."""
    return repair_rows(taking.read_repairs(services.engine, actor, import_id))


@router.put("/{import_id}/repairs", summary="Take repairs, row by row")
def put_repairs(
    import_id: ImportId, body: RepairsBody, services: ServicesDep, actor: Decider
) -> ImportAnswer:
    """The file is then to be checked again with them."""
    return import_answer(taking.take_repairs(services.engine, actor, import_id, body.rows))


@router.get("/{import_id}/addresses", summary="Where addresses would put rows without a place")
def get_addresses(import_id: ImportId, services: ServicesDep, actor: Reader) -> AddressRows:
    """Each with its score, best first."""
    return address_rows(taking.read_addresses(services.engine, actor, import_id))


@router.put("/{import_id}/addresses", summary="Take places, by row or over a score")
def put_addresses(
    import_id: ImportId, body: AddressesBody, services: ServicesDep, actor: Decider
) -> ImportAnswer:
    """The file is then to be checked again with them; the rows are marked approximate."""
    return import_answer(
        taking.take_addresses(services.engine, actor, import_id, body.rows, body.score)
    )


@router.post("/{import_id}/commit", status_code=202, summary="Bring it in, all at once")
def post_commit(
    import_id: ImportId, body: CommitBody, services: ServicesDep, actor: Committer
) -> ImportAnswer:
    """A job of one transaction: everything or nothing."""
    return import_answer(
        work.ask_commit(services.engine, actor, import_id, body.accepted, body.reason)
    )


@router.post("/{import_id}/cancel", status_code=202, summary="Give it up")
def post_cancel(import_id: ImportId, services: ServicesDep, actor: Decider) -> ImportAnswer:
    """Its rows and findings are forgotten; a job on it stops at its next step."""
    folder = services.limits.imports_dir
    return import_answer(work.cancel_upload(services.engine, folder, actor, import_id))


@router.post("/{import_id}/undo", summary="Take it back")
def post_undo(
    import_id: ImportId, body: UndoBody, services: ServicesDep, actor: Undoer
) -> UndoAnswer:
    """409 with the list where later rows depend on it."""
    run = read_run(services.engine, actor, import_id)
    if run.import_batch_id is None:
        raise Conflict("import.wrong_state", state=run.state, allowed=["committed"])
    told = undo_batch(services.engine, actor, run.import_batch_id, commit=body.commit)
    return UndoAnswer(**told)
