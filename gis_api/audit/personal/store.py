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


def list_parties_of_case(conn: Connection, case_id: int) -> list[Row]:
    """The party rows of one case, numbered by their order."""
    return rows(_run(conn, "list_subject_parties", case_id=case_id, household_id=None))


def list_parties_of_household(conn: Connection, household_id: int) -> list[Row]:
    """The party rows that name one household, over all cases: for that household's own request."""
    return rows(_run(conn, "list_subject_parties", case_id=None, household_id=household_id))


def list_agreements(conn: Connection, case_ids: list[int]) -> list[Row]:
    """What was agreed in some cases."""
    return rows(_run(conn, "list_subject_agreements", case_ids=case_ids))


def list_performances(conn: Connection, case_ids: list[int]) -> list[Row]:
    """What is to be performed in some cases, until when."""
    return rows(_run(conn, "list_subject_performances", case_ids=case_ids))


def list_papers(conn: Connection, case_ids: list[int]) -> list[Row]:
    """Which notes and documents officers wrote in some cases, and when; without their words."""
    return rows(_run(conn, "list_subject_papers", case_ids=case_ids))


def list_signers(conn: Connection, household_id: int, case_id: int | None = None) -> list[Row]:
    """The signatures of one household under collective cases: under one of them, or all."""
    return rows(_run(conn, "list_subject_signers", household_id=household_id, case_id=case_id))


def find_household(conn: Connection, household_id: int) -> Row | None:
    """A household with how much hangs on it."""
    row = row_or_none(_run(conn, "find_household", household_id=household_id))
    return None if row is None else dict(row)


def list_claims(conn: Connection, household_id: int) -> list[Row]:
    """The parcels a household holds."""
    return rows(_run(conn, "list_claims", household_id=household_id))


def list_looks(conn: Connection, case_codes: list[str]) -> list[Row]:
    """When and why the cases were looked at; who looked is not the person's to know."""
    return rows(_run(conn, "list_looks", case_codes=case_codes))


def change_party(conn: Connection, case_party_id: int, changes: dict[str, str | None]) -> None:
    """Write the name or phone of one party row; what is not named stays."""
    _run(conn, "change_party", case_party_id=case_party_id, **_changes(changes, ("name", "phone")))


def change_household(conn: Connection, household_id: int, changes: dict[str, str | None]) -> None:
    """Write head_name, phone or address of one household; what is not named stays."""
    named = _changes(changes, ("head_name", "phone", "address"))
    _run(conn, "change_household", household_id=household_id, **named)


def _changes(changes: dict[str, str | None], fields: tuple[str, ...]) -> dict[str, Any]:
    params: dict[str, Any] = {field: changes.get(field) for field in fields}
    return params | {f"set_{field}": field in changes for field in fields}


def blank_party(conn: Connection, case_party_id: int) -> None:
    """Erase one party row's name, phone and household."""
    _run(conn, "blank_party", case_party_id=case_party_id)


def blank_signer(conn: Connection, case_signer_id: int) -> None:
    """Erase one signature's name and household."""
    _run(conn, "blank_signer", case_signer_id=case_signer_id)


def blank_text(conn: Connection, case_id: int) -> None:
    """Erase the words of one case."""
    _run(conn, "blank_text", case_id=case_id)


def lock_case(conn: Connection, case_id: int) -> None:
    """Hold a case's row until the transaction ends."""
    _run(conn, "lock_case", case_id=case_id)
