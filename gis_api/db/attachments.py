"""Rows of attachments; their bytes lie in files named by their hash."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attachment that the actor may see."""

    attachment_id: UUID
    sha256: bytes
    media_type: str
    size_bytes: int


def add_attachment(
    conn: Connection, case_id: int, row: AttachmentRow, added_by: int, access_key: str
) -> None:
    """Record bytes that are already safe on disk."""
    conn.exec_driver_sql(
        "INSERT INTO attachment (attachment_id, case_id, sha256, media_type, size_bytes, added_by,"
        " access_key) VALUES (%(attachment_id)s, %(case_id)s, %(sha256)s, %(media_type)s,"
        " %(size_bytes)s, %(added_by)s, %(access_key)s)",
        {
            "attachment_id": row.attachment_id,
            "case_id": case_id,
            "sha256": row.sha256,
            "media_type": row.media_type,
            "size_bytes": row.size_bytes,
            "added_by": added_by,
            "access_key": access_key,
        },
    )


def find_attachment(conn: Connection, attachment_id: UUID) -> AttachmentRow | None:
    """The attachment, None when it is missing or belongs to a case out of scope."""
    row = conn.exec_driver_sql(
        "SELECT attachment_id, sha256, media_type, size_bytes FROM attachment"
        " WHERE attachment_id = %(attachment_id)s",
        {"attachment_id": attachment_id},
    ).one_or_none()
    return None if row is None else AttachmentRow(row[0], bytes(row[1]), row[2], row[3])


def find_attachment_of_case(conn: Connection, case_id: int, sha256: bytes) -> AttachmentRow | None:
    """The attachment of a case with these very bytes, the first where there are several."""
    row = conn.exec_driver_sql(
        "SELECT attachment_id, sha256, media_type, size_bytes FROM attachment"
        " WHERE case_id = %(case_id)s AND sha256 = %(sha256)s ORDER BY added_at, attachment_id"
        " LIMIT 1",
        {"case_id": case_id, "sha256": sha256},
    ).one_or_none()
    return None if row is None else AttachmentRow(row[0], bytes(row[1]), row[2], row[3])


def has_case(conn: Connection, case_code: str) -> bool:
    """Whether the actor may see a case of this code."""
    found: bool = conn.exec_driver_sql(
        'SELECT EXISTS (SELECT FROM "case" WHERE code = %(code)s)', {"code": case_code}
    ).scalar_one()
    return found


def list_hashes(conn: Connection) -> list[tuple[bytes, int]]:
    """(SHA-256, bytes) of every attachment in scope, each once."""
    rows = conn.exec_driver_sql(
        "SELECT DISTINCT sha256, size_bytes FROM attachment ORDER BY sha256"
    ).all()
    return [(bytes(row[0]), int(row[1])) for row in rows]
