"""The SQL of personal data: seen in the clear, corrected, blanked, held.

Nothing here looks for a person by name or phone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


def find_case(conn: Connection, code: str) -> Row | None:
    """Id, state and closing day of a case the actor may see."""
    row = row_or_none(_run(conn, "find_case", code=code))
    return None if row is None else dict(row)


def list_parties_in_clear(conn: Connection, case_id: int) -> list[Row]:
    """The persons of a case with names, phones and what the actor may see of their households."""
    return rows(_run(conn, "list_parties_in_clear", case_id=case_id))
