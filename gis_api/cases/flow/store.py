"""Reading and writing what a step of a case touches; called inside the action's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.routing import PathCell
from gis_api.cases.steps import CaseNow
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


def lock_case(conn: Connection, code: str) -> Row | None:
    """The case held until this transaction ends; None when missing or out of scope."""
    row = row_or_none(_run(conn, "lock_case", code=code))
    return None if row is None else dict(row)


def find_case(conn: Connection, code: str) -> Row | None:
    """The case as ``lock_case`` gives it, not held."""
    row = row_or_none(_run(conn, "find_case", code=code))
    return None if row is None else dict(row)


def read_now(conn: Connection, case: Row) -> CaseNow:
    """What decides about the next step."""
    found = row_or_none(
        _run(
            conn, "get_now", case_id=case["case_id"], receiver_post_id=case["receiver_post_id"]
        )
    )  # fmt: skip
    assert found is not None
    return CaseNow(
        state=case["state"],
        overlays=frozenset(found["overlays"]),
        lead_officer_id=case["lead_officer_id"],
        receiver_officer_id=case["receiver_officer_id"],
        receiver_holders=frozenset(found["receiver_holders"]),
        ended_by=case["ended_by"],
        outcome=case["outcome"],
        is_settled=case["settled_on"] is not None,
        open_performances=found["open_performances"],
        procedures=frozenset(found["procedures"]),
        results=frozenset((name, result) for name, result in found["results"]),
        running_clocks=frozenset(found["running_clocks"]),
        open_documents=frozenset(found["open_documents"]),
    )


def write_step(conn: Connection, case_id: int, columns: Mapping[str, Any]) -> None:
    """The case row after a step; the revision goes up by one."""
    _run(conn, "write_step", case_id=case_id, **columns)
    sync_grants(conn, case_id)


def sync_grants(conn: Connection, case_id: int) -> None:
    """Lead, receiver and leader in charge see the case; those who were it before no longer."""
    _run(conn, "sync_grants", case_id=case_id)


def open_overlay(conn: Connection, case_id: int, overlay: str, on: date) -> None:
    _run(conn, "open_overlay", case_id=case_id, overlay=overlay, on=on)


def end_overlay(conn: Connection, case_id: int, overlay: str | None, on: date) -> None:
    """End one overlay, or all with None; one that is not open is left alone."""
    _run(conn, "end_overlay", case_id=case_id, overlay=overlay, on=on)


def list_changes(conn: Connection, case_id: int, rev: int) -> list[Row]:
    """What happened after a revision, newest first, at most ten."""
    return rows(_run(conn, "list_changes", case_id=case_id, rev=rev))


def add_note(conn: Connection, case_id: int, body: str) -> None:
    """The words of the step that was just put on the history."""
    _run(conn, "add_note", case_id=case_id, body=body)


def add_recusal(conn: Connection, case_id: int, officer_id: int, *, has_kin_tie: bool) -> None:
    _run(conn, "add_recusal", case_id=case_id, officer_id=officer_id, has_kin_tie=has_kin_tie)


def list_recused(conn: Connection, case_id: int) -> frozenset[int]:
    """Officers who stepped back from the case."""
    return frozenset(row["officer_id"] for row in rows(_run(conn, "list_recused", case_id=case_id)))


def list_path(conn: Connection, scope_key: str) -> list[PathCell]:
    """The cells in force over a case, its own first; empty outside the grid."""
    return [PathCell(**row) for row in rows(_run(conn, "list_path", scope_key=scope_key))]


def find_post(conn: Connection, post_id: int) -> Row | None:
    """A post in force with its cell."""
    row = row_or_none(_run(conn, "find_post", post_id=post_id))
    return None if row is None else dict(row)


def list_kind_path(conn: Connection, kind: str) -> list[str]:
    """A kind and its parents, nearest first."""
    return [row["kind"] for row in rows(_run(conn, "list_kind_path", kind=kind))]


def lives_in(conn: Connection, officer_id: int, household_ids: Iterable[int]) -> bool:
    """Whether an officer's household is one of these."""
    found = _run(
        conn, "lives_in", officer_id=officer_id, household_ids=sorted(household_ids)
    ).scalar_one()
    return bool(found)


def start_procedure(conn: Connection, case_id: int, procedure: str, stage: str, on: date) -> None:
    _run(conn, "start_procedure", case_id=case_id, procedure=procedure, stage=stage, on=on)


def find_procedure(conn: Connection, case_id: int, procedure: str) -> Row | None:
    """The running procedure of that name."""
    row = row_or_none(_run(conn, "find_procedure", case_id=case_id, procedure=procedure))
    return None if row is None else dict(row)


def move_procedure(
    conn: Connection, case_id: int, procedure: str, *, stage: str, result: str | None, on: date
) -> None:
    """The stage of the running procedure, or its end with a result."""
    _run(
        conn, "move_procedure", case_id=case_id, procedure=procedure, stage=stage, result=result,
        on=on,
    )  # fmt: skip


def add_agreement(
    conn: Connection, case_id: int, form: str, terms: str, on: date, effective_on: date,
    actor_id: int,
) -> int:  # fmt: skip
    """The id of a new agreement; an earlier one of the case is replaced from that day."""
    _run(conn, "replace_agreement", case_id=case_id, on=on)
    found = _run(
        conn, "add_agreement", case_id=case_id, form=form, terms=terms, on=on,
        effective_on=effective_on, actor_id=actor_id,
    )  # fmt: skip
    return int(found.scalar_one())


def find_agreement(conn: Connection, case_id: int) -> Row | None:
    """The agreement in force."""
    row = row_or_none(_run(conn, "find_agreement", case_id=case_id))
    return None if row is None else dict(row)


def add_performance(
    conn: Connection, case_id: int, agreement_id: int, due_on: date, what: str,
    amount_yuan: Decimal | None,
) -> None:  # fmt: skip
    _run(
        conn, "add_performance", case_id=case_id, agreement_id=agreement_id, due_on=due_on,
        what=what, amount_yuan=amount_yuan,
    )  # fmt: skip


def settle_performance(
    conn: Connection, case_id: int, performance_id: int, on: date, actor_id: int
) -> bool:
    """Note that something promised was done; False when there is none open of that id."""
    found = _run(
        conn, "settle_performance", case_id=case_id, performance_id=performance_id, on=on,
        actor_id=actor_id,
    )  # fmt: skip
    return found.rowcount == 1


def add_document(
    conn: Connection, case_id: int, kind: str, fields: Mapping[str, str], on: date,
    due_on: date | None, addressee_officer_id: int | None, actor_id: int,
) -> tuple[int, int]:  # fmt: skip
    """(id, number within the case and kind) of a new paper."""
    row = row_or_none(
        _run(
            conn, "add_document", case_id=case_id, kind=kind, fields=Jsonb(dict(fields)), on=on,
            due_on=due_on, addressee_officer_id=addressee_officer_id, actor_id=actor_id,
        )
    )  # fmt: skip
    assert row is not None
    return row["case_document_id"], row["number"]


def answer_document(
    conn: Connection, case_id: int, document_id: int, answer: str, on: date, actor_id: int
) -> bool:
    """Put the answer to a paper; False when there is none that waits for it."""
    found = _run(
        conn, "answer_document", case_id=case_id, document_id=document_id, answer=answer, on=on,
        actor_id=actor_id,
    )  # fmt: skip
    return found.rowcount == 1


def list_papers(conn: Connection, case_id: int) -> dict[str, list[Row]]:
    """Everything that hangs on a case, by name of list; ``official`` is who took it in charge."""
    names = ("documents", "agreements", "performances", "notes", "procedures", "overlays")
    papers = {name: rows(_run(conn, f"list_{name}", case_id=case_id)) for name in names}
    return papers | {"official": rows(_run(conn, "find_official", case_id=case_id))}


def end_procedures(conn: Connection, case_id: int, outliving: list[str], on: date) -> None:
    """End what runs, but the procedures that outlive the case."""
    _run(conn, "end_procedures", case_id=case_id, outliving=outliving, on=on)
