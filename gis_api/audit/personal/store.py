"""The SQL of personal data: seen in the clear, corrected, blanked, held.

Nothing here looks for a person by name or phone.
"""

from __future__ import annotations

from datetime import date
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


def get_today(conn: Connection) -> date:
    """Today in Shanghai, as the database has it."""
    day: date = _run(conn, "get_today").scalar_one()
    return day


def read_periods(conn: Connection) -> dict[str, int]:
    """Rule → days that the customer decided."""
    return {row["rule"]: row["after_days"] for row in rows(_run(conn, "read_periods"))}


def write_period(conn: Connection, rule: str, after_days: int, set_by: int) -> None:
    """The customer's decision on a rule."""
    _run(conn, "write_period", rule=rule, after_days=after_days, set_by=set_by)


def count_due(
    conn: Connection, statement: str, before: date, sides: tuple[str, ...]
) -> tuple[int, int]:
    """(rows that are due, rows that a legal hold keeps) of one rule."""
    params = {"before": before, "sides": list(sides)}
    row = _run(conn, f"count_due_{statement}", **params).mappings().one()
    return row["due"], row["held"]


def blank_due(
    conn: Connection, statement: str, before: date, sides: tuple[str, ...], limit: int
) -> list[Row]:
    """Blank what is due of at most ``limit`` objects: {object_id, rows, case_id, access_key}."""
    params = {"before": before, "sides": list(sides), "limit": limit}
    return rows(_run(conn, f"blank_due_{statement}", **params))


def set_hold(
    conn: Connection, case_id: int, basis: str, review_on: date, set_by: int
) -> int | None:
    """The id of a new hold; None when the case has one on this ground."""
    row = row_or_none(
        _run(conn, "set_hold", case_id=case_id, basis=basis, review_on=review_on, set_by=set_by)
    )
    return None if row is None else int(row["legal_hold_id"])


def lift_hold(conn: Connection, case_id: int, basis: str, lifted_by: int) -> int | None:
    """The id of the hold that ended; None when there was none."""
    row = row_or_none(_run(conn, "lift_hold", case_id=case_id, basis=basis, lifted_by=lifted_by))
    return None if row is None else int(row["legal_hold_id"])


def list_holds(conn: Connection, case_ids: list[int] | None = None) -> list[Row]:
    """Holds in force with their case codes; of some cases, or of all."""
    return rows(_run(conn, "list_holds", case_ids=case_ids))
