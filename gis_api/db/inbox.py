"""The notification inbox of officers."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping


def notify(conn: Connection, officer_id: int, case_id: int | None, kind: str) -> None:
    """Leave a message for an officer, delivered exactly if this transaction commits."""
    conn.exec_driver_sql(
        "INSERT INTO notification (officer_id, case_id, kind)"
        " VALUES (%(officer_id)s, %(case_id)s, %(kind)s)",
        {"officer_id": officer_id, "case_id": case_id, "kind": kind},
    )


def list_messages(conn: Connection, officer_id: int, limit: int) -> list[RowMapping]:
    """An officer's messages, newest first; ``case_code`` only of cases the actor may see."""
    return list(
        conn.exec_driver_sql(
            "SELECT n.notification_id, n.kind, c.code AS case_code, n.created_at, n.read_at"
            ' FROM notification n LEFT JOIN "case" c USING (case_id)'
            " WHERE n.officer_id = %(officer_id)s ORDER BY n.notification_id DESC LIMIT %(limit)s",
            {"officer_id": officer_id, "limit": limit},
        ).mappings()
    )


def count_unread(conn: Connection, officer_id: int) -> int:
    """How many of an officer's messages were never opened."""
    number: int = conn.exec_driver_sql(
        "SELECT count(*) FROM notification WHERE officer_id = %(officer_id)s AND read_at IS NULL",
        {"officer_id": officer_id},
    ).scalar_one()
    return number


def mark_read(conn: Connection, officer_id: int, notification_id: int) -> bool:
    """Note when a message was first opened; False when the officer has no such message."""
    changed = conn.exec_driver_sql(
        "UPDATE notification SET read_at = coalesce(read_at, now())"
        " WHERE notification_id = %(notification_id)s AND officer_id = %(officer_id)s",
        {"officer_id": officer_id, "notification_id": notification_id},
    ).rowcount
    return changed == 1
