"""The notification inbox of officers."""

from __future__ import annotations

from sqlalchemy import Connection


def notify(conn: Connection, officer_id: int, case_id: int | None, kind: str) -> None:
    """Leave a message for an officer, delivered exactly if this transaction commits."""
    conn.exec_driver_sql(
        "INSERT INTO notification (officer_id, case_id, kind)"
        " VALUES (%(officer_id)s, %(case_id)s, %(kind)s)",
        {"officer_id": officer_id, "case_id": case_id, "kind": kind},
    )
