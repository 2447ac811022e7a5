"""Sheets to print or hand out, as one file: the same that ``wangge sheet`` writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Response

from gis_api.actions.sheets.kinds import SHEETS, gather_sheet, write_sheet
from gis_api.db.engine import Actor
from gis_api.http.dependencies import Services, ServicesDep
from gis_api.http.dependencies.permit import permit
from gis_api.http.schemas.sheets import (
    CodeBody,
    HotspotsBody,
    MembersBody,
    NoticeboardBody,
    SheetBody,
)
from web_map.sheets.papers import get_paper

# A download only, kept by nobody on the way.
_CLOSED: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}
_MEDIA: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}
_FILE: Final[dict[str, Any]] = {"content": {media.split(";")[0]: {} for media in _MEDIA.values()}}

router = APIRouter(
    prefix="/api/sheets",
    tags=["sheets"],
    default_response_class=Response,
    responses={200: _FILE | {"description": "The file; several pictures come in one zip."}},
)


@router.post("/hotspots", summary="Where there are how many cases")
def post_hotspots(
    body: HotspotsBody, services: ServicesDep, actor: Annotated[Actor, permit("sheet", "hotspots")]
) -> Response:
    """Of one's own area; ``public`` needs the right to publish and is logged."""
    return _make(services, actor, "hotspots", body)


@router.post("/grid", summary="The working sheet of a cell")
def post_grid(
    body: CodeBody, services: ServicesDep, actor: Annotated[Actor, permit("sheet", "grid")]
) -> Response:
    return _make(services, actor, "grid", body)


@router.post("/noticeboard", summary="The public notice of a grid, or its text for a chat group")
def post_noticeboard(
    body: NoticeboardBody,
    services: ServicesDep,
    actor: Annotated[Actor, permit("sheet", "noticeboard")],
) -> Response:
    """A proof that says so, until somebody who may publishes it."""
    return _make(services, actor, "noticeboard", body)


@router.post("/case", summary="One case on a sheet, persons masked")
def post_case(
    body: CodeBody, services: ServicesDep, actor: Annotated[Actor, permit("sheet", "case")]
) -> Response:
    return _make(services, actor, "case", body)


@router.post("/members", summary="One's own party groups: members per micro grid")
def post_members(
    body: MembersBody, services: ServicesDep, actor: Annotated[Actor, permit("sheet", "members")]
) -> Response:
    """With the list, the phrase that opens it stands in ``Sheet-Phrase``, once."""
    return _make(services, actor, "members", body)


def _make(services: Services, actor: Actor, kind: str, body: SheetBody) -> Response:
    made = gather_sheet(services.engine, actor, kind, body.to_asked(kind), body.form)
    paper = get_paper(body.paper or SHEETS[kind].paper, body.orientation)
    files = write_sheet(made, body.form, paper, scale=body.scale)
    form, data = (body.form, files[0]) if len(files) == 1 else ("zip", _zip(kind, files))
    headers = _CLOSED | {"Content-Disposition": f'attachment; filename="wangge-{kind}.{form}"'}
    if made.sealed is not None:
        headers |= {
            "Sheet-Phrase": made.sealed.phrase,
            "Sheet-Opens-Until": made.sealed.ends_at.isoformat(timespec="minutes"),
        }
    return Response(data, media_type=_MEDIA[form], headers=headers)


def _zip(kind: str, pictures: Sequence[bytes]) -> bytes:
    """Pages as pictures in one file; they are packed already."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number, picture in enumerate(pictures, start=1):
            archive.writestr(f"wangge-{kind}-{number}.png", picture)
    return packed.getvalue()
