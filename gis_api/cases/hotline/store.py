"""The SQL of bulk cases, in the caller's transaction, seeing the whole place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gis_api.db.copying import Columns, copy_columns
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)
# New cases and those that the hotline had closed already.
OPEN_STATE, CLOSED_STATE = "registered", "closed"


def get_now(conn: Connection) -> datetime:
    """The moment of this transaction."""
    at: datetime = _run(conn, "get_now").scalar_one()
    return at


def find_import(conn: Connection, file_sha256: bytes) -> Row | None:
    """How far the batch of a file is; None when it was never begun."""
    row = row_or_none(_run(conn, "find_import", file_sha256=file_sha256))
    return None if row is None else dict(row)


def begin_import(
    conn: Connection, *, file_sha256: bytes, source: str, row_count: int, actor_id: int
) -> None:
    """Note that a file is being imported; nothing when it is known."""
    _run(
        conn, "add_import", file_sha256=file_sha256, source=source, row_count=row_count,
        actor_id=actor_id,
    )  # fmt: skip


def lock_import(conn: Connection, file_sha256: bytes) -> Row:
    """The batch of a file, held until the end: two runs of one file wait for each other."""
    row = row_or_none(_run(conn, "lock_import", file_sha256=file_sha256))
    assert row is not None
    return dict(row)


def advance_import(
    conn: Connection, case_import_id: int, *, rows_done: int, added: int, known: int, is_last: bool
) -> None:
    """How far the batch is, in the transaction of the rows themselves."""
    _run(
        conn, "advance_import", case_import_id=case_import_id, rows_done=rows_done, added=added,
        known=known, is_last=is_last,
    )  # fmt: skip


def queue_rows(conn: Connection, case_import_id: int, columns: Columns) -> None:
    """Keep the rows that make no case, with their reasons."""
    _run(conn, "begin_queue")
    copy_columns(conn, "bulk_rejected", columns)
    _run(conn, "add_queue", case_import_id=case_import_id)
    _run(conn, "count_queue", case_import_id=case_import_id)


def list_queue(conn: Connection, case_import_id: int) -> list[Row]:
    """Row numbers and reasons of what waits; never its words."""
    return rows(_run(conn, "list_queue", case_import_id=case_import_id))


def list_known_refs(conn: Connection, source: str, refs: Sequence[str]) -> set[str]:
    """Which orders are cases already."""
    found = _run(conn, "list_known_refs", source=source, refs=list(refs))
    return set(found.scalars())


def take_numbers(conn: Connection, count: int) -> list[int]:
    """Case numbers never given before."""
    return list(_run(conn, "take_numbers", count=count).scalars())


def add_cases(
    conn: Connection, columns: Columns, joint: Columns, *, source: str, grid_version_id: int,
    actor_id: int,
) -> dict[str, int]:  # fmt: skip
    """Write cases with text, reporter, order number, joint handlers and grants: code → id."""
    _run(conn, "begin_bulk")
    _run(conn, "begin_joint")
    copy_columns(conn, "bulk_case", columns)
    copy_columns(conn, "bulk_joint", joint)
    _run(conn, "analyze_bulk")
    _run(
        conn, "insert_cases", source=source, grid_version_id=grid_version_id, actor_id=actor_id,
        open_state=OPEN_STATE, closed_state=CLOSED_STATE,
    )  # fmt: skip
    _run(conn, "note_ids")
    _run(conn, "analyze_ids")
    _run(conn, "insert_texts")
    _run(conn, "insert_parties")
    _run(conn, "insert_refs", source=source)
    _run(conn, "insert_joint")
    _run(conn, "insert_grants")
    _run(conn, "tell_officers")
    return {row["code"]: row["case_id"] for row in rows(_run(conn, "list_ids"))}


def add_histories(conn: Connection, columns: Columns, *, actor_id: int) -> None:
    """Append chained links that the caller has hashed."""
    _run(conn, "begin_chain")
    copy_columns(conn, "bulk_chain", columns)
    _run(conn, "insert_history", actor_id=actor_id)


def lift_time_limit(conn: Connection) -> None:
    """Let one statement of this transaction take minutes."""
    _run(conn, "lift_time_limit")


def add_clocks(conn: Connection, columns: Columns) -> None:
    """The clocks that run from registration, by the code of the case."""
    _run(conn, "begin_clocks")
    copy_columns(conn, "bulk_clock", columns)
    _run(conn, "insert_clocks")
