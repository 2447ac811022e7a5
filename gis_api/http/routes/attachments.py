"""Files of a case."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response, UploadFile
from fastapi.responses import FileResponse

from gis_api.actions.attach_file import attach_file, get_attachment
from gis_api.db.attachment_files import EXTENSIONS
from gis_api.db.engine import Actor
from gis_api.http.dependencies import ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.attachments import Attachment

router = APIRouter(prefix="/api", tags=["cases"])

CaseCode = Annotated[str, Path(min_length=1, max_length=40)]
# Shown as a download only; nothing in it can run, load or be framed.
_CLOSED = {"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'"}


@router.post("/cases/{code}/attachments", status_code=201, summary="Add a file to a case")
def post_attachment(
    code: CaseCode,
    file: UploadFile,
    response: Response,
    services: ServicesDep,
    actor: Annotated[Actor, permit("attachment", "add")],
) -> Attachment:
    """JPEG, PNG, WebP, PDF, DOCX or XLSX up to 20 MB; the file's name is not kept."""
    row = attach_file(services.engine, services.limits.attachments_dir, actor, code, file.file)
    response.headers["Location"] = f"/api/attachments/{row.attachment_id}"
    return Attachment(
        attachment_id=row.attachment_id, media_type=row.media_type, size_bytes=row.size_bytes
    )


@router.get(
    "/attachments/{attachment_id}",
    summary="Download a file",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def get_file(
    attachment_id: UUID,
    services: ServicesDep,
    actor: Annotated[Actor, permit("attachment", "read")],
) -> FileResponse:
    """The bytes, as a download named by their id."""
    row, path = get_attachment(
        services.engine, services.limits.attachments_dir, actor, attachment_id
    )
    return FileResponse(
        path,
        media_type=row.media_type,
        filename=f"{attachment_id}.{EXTENSIONS.get(row.media_type, 'bin')}",
        headers=_CLOSED,
    )
