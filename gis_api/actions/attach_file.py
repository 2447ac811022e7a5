"""Put a file to a case, and find it again."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from gis_api.cases.store import reading, writing
from gis_api.db.attachment_files import find_media_type, get_path, write_file
from gis_api.db.attachments import (
    AttachmentRow,
    add_attachment,
    find_attachment,
    find_attachment_of_case,
    has_case,
)
from gis_api.db.audit_trail import add_audit
from gis_api.db.clock import SHANGHAI
from gis_api.db.engine import Actor, begin
from grid_boundaries.errors import InvalidInput, NotFound, TooLarge

MAX_BYTES = 20 * 1024 * 1024


def attach_file(
    engine: Engine, folder: Path, actor: Actor, case_code: str, file: BinaryIO
) -> AttachmentRow:
    """Store the bytes, then the row and a link in the case's history, in one transaction.

    The same bytes sent to a case again, after a cut say, are the attachment that is there already.
    Raises NotFound ``case.unknown`` before a byte is written, TooLarge ``attachment.too_large``
    and InvalidInput ``attachment.empty`` / ``attachment.media_type``.
    """
    with begin(engine, actor) as conn:
        if not has_case(conn, case_code):
            raise NotFound("case.unknown", case_code=case_code)
    media_type = _require_kind(file)
    written = write_file(folder, file)
    row = AttachmentRow(uuid.uuid4(), written.sha256, media_type, written.size_bytes)
    with begin(engine, actor) as conn:
        case = reading.lock_case(conn, case_code)
        if case is None:
            raise NotFound("case.unknown", case_code=case_code)
        known = find_attachment_of_case(conn, case["case_id"], row.sha256)
        if known is not None:
            return known
        access_key = case["access_key"]
        add_attachment(conn, case["case_id"], row, actor.user_id, access_key)
        writing.add_history(
            conn,
            case["case_id"],
            at=datetime.now(SHANGHAI),
            actor_id=actor.user_id,
            act="attached",
            detail={"attachment_id": str(row.attachment_id), "sha256": row.sha256.hex()},
            access_key=access_key,
        )
        add_audit(conn, actor, "case.attach", "attachment", str(row.attachment_id))
    return row


def _require_kind(file: BinaryIO) -> str:
    size_bytes = file.seek(0, 2)
    if size_bytes == 0:
        raise InvalidInput("attachment.empty")
    if size_bytes > MAX_BYTES:
        raise TooLarge("attachment.too_large", limit_mb=round(MAX_BYTES / 1_000_000))
    media_type = find_media_type(file)
    if media_type is None:
        raise InvalidInput("attachment.media_type")
    return media_type


def get_attachment(
    engine: Engine, folder: Path, actor: Actor, attachment_id: uuid.UUID
) -> tuple[AttachmentRow, Path]:
    """The row and the file; the reading is audited.  NotFound ``attachment.unknown``."""
    with begin(engine, actor) as conn:
        row = find_attachment(conn, attachment_id)
        path = None if row is None else get_path(folder, row.sha256)
        if row is None or path is None or not path.is_file():
            raise NotFound("attachment.unknown")
        add_audit(
            conn, actor, "case.read_attachment", "attachment", str(attachment_id), row_count=1
        )
    return row, path
