"""The event outbox: written in the transaction of the deed, read by the live feed."""

from __future__ import annotations

from sqlalchemy import Connection


def emit_event(
    conn: Connection, kind: str, cell_code: str | None, code: str | None, access_key: str
) -> None:
    """Say that something happened; heard by others exactly if this transaction commits.

    An event carries a kind, a cell code and a case code, never a person.
    """
    conn.exec_driver_sql(
        "INSERT INTO event_outbox (kind, cell_code, code, access_key)"
        " VALUES (%(kind)s, %(cell_code)s, %(code)s, %(access_key)s)",
        {"kind": kind, "cell_code": cell_code, "code": code, "access_key": access_key},
    )
