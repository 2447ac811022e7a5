"""Leave, hand-overs and shift notes; each call in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = Mapping[str, Any]


def is_officer_in_scope(conn: Connection, officer_id: int) -> bool:
    """Whether the officer holds, or will hold, a post in the actor's area."""
    row = row_or_none(_run(conn, "is_officer_in_scope", officer_id=officer_id))
    return row is not None and bool(row["in_scope"])


def find_overlap(conn: Connection, officer_id: int, from_on: date, to_on: date) -> Row | None:
    """The first leave of the officer that shares a day with these, both ends included."""
    return row_or_none(
        _run(conn, "find_overlap", officer_id=officer_id, from_on=from_on, to_on=to_on)
    )


def add_leave(conn: Connection, officer_id: int, from_on: date, to_on: date, added_by: int) -> int:
    """Both days included; the database refuses an overlap."""
    params = {"officer_id": officer_id, "from_on": from_on, "to_on": to_on, "added_by": added_by}
    return int(_run(conn, "add_leave", **params).scalar_one())


def list_leave(conn: Connection, own_officer_id: int | None) -> list[dict[str, Any]]:
    """Leave of today and later: one's own, and of post-holders in the actor's area."""
    return rows(_run(conn, "list_leave", own_officer_id=own_officer_id))


def lock_leave(conn: Connection, officer_leave_id: int) -> Row | None:
    return row_or_none(_run(conn, "lock_leave", officer_leave_id=officer_leave_id))


def end_leave(conn: Connection, officer_leave_id: int, *, has_begun: bool) -> None:
    """What has passed stays on record; what has not begun goes."""
    name = "shorten_leave" if has_begun else "remove_leave"
    _run(conn, name, officer_leave_id=officer_leave_id)


def list_held_posts(
    conn: Connection, below: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Posts of today in the actor's area with who holds them, on leave or not, and how many open
    cases they lead there that the actor sees; a vacant post has no officer.  By place."""
    lo, hi = below or (None, None)
    return rows(_run(conn, "list_held_posts", below_lo=lo, below_hi=hi, limit=limit))


def count_seen_cases(
    conn: Connection, post_id: int, from_officer_id: int, to_officer_id: int
) -> Row:
    """Open cases on a post as far as the actor sees them; in how many the other is recused."""
    row = row_or_none(
        _run(
            conn, "count_seen_cases", post_id=post_id, from_officer_id=from_officer_id,
            to_officer_id=to_officer_id,
        )
    )  # fmt: skip
    assert row is not None
    return row


def lock_holding(conn: Connection, post_id: int, officer_id: int, from_on: date) -> Row | None:
    """The holding of a post in the actor's area that is in force on a day."""
    return row_or_none(
        _run(conn, "lock_holding", post_id=post_id, officer_id=officer_id, from_on=from_on)
    )


def holds_post(
    conn: Connection, post_id: int, officer_id: int, from_on: date, until_on: date | None
) -> bool:
    found = _run(
        conn, "holds_post", post_id=post_id, officer_id=officer_id, from_on=from_on,
        until_on=until_on,
    )  # fmt: skip
    return row_or_none(found) is not None


def move_holding(
    conn: Connection, holding: Row, post_id: int, to_officer_id: int, from_on: date
) -> None:
    """The holding ends on that day and the other officer's begins, as long as it was to last."""
    _run(conn, "close_holding", post_holding_id=holding["post_holding_id"], from_on=from_on)
    _run(
        conn, "open_holding", post_id=post_id, officer_id=to_officer_id, from_on=from_on,
        until_on=holding["until_on"],
    )  # fmt: skip


def find_officer(conn: Connection, officer_id: int) -> Row | None:
    return row_or_none(_run(conn, "find_officer", officer_id=officer_id))


def add_handover(conn: Connection, **columns: Any) -> int:
    return int(_run(conn, "add_handover", **columns).scalar_one())


def lock_due_handover(conn: Connection) -> Row | None:
    """One hand-over whose day has come and whose cases have not moved yet."""
    return row_or_none(_run(conn, "lock_due_handovers"))


def count_due_handovers(conn: Connection) -> int:
    """Hand-overs whose day has come and whose cases have not moved yet."""
    return int(_run(conn, "count_due_handovers").scalar_one())


def lock_open_cases(conn: Connection, **ids: int | None) -> list[dict[str, Any]]:
    """Open cases that an officer leads or joins on a post; whether the new one is recused."""
    return rows(_run(conn, "lock_open_cases", **ids))


def write_lead(
    conn: Connection,
    case_id: int,
    post_id: int | None,
    officer_id: int | None,
    queue_reason: str | None,
) -> None:
    """A new lead and post; with a reason and neither, the case goes to the queue instead."""
    _run(
        conn, "write_lead", case_id=case_id, post_id=post_id, officer_id=officer_id,
        queue_reason=queue_reason,
    )  # fmt: skip


def write_joint(conn: Connection, case_id: int, **ids: int | None) -> None:
    _run(conn, "write_joint", case_id=case_id, **ids)


def list_grants(conn: Connection, case_id: int) -> list[dict[str, Any]]:
    return rows(_run(conn, "list_grants", case_id=case_id))


def settle_handover(
    conn: Connection, post_handover_id: int, case_count: int, queued_count: int
) -> None:
    _run(
        conn, "settle_handover", post_handover_id=post_handover_id, case_count=case_count,
        queued_count=queued_count,
    )  # fmt: skip


def list_handovers(conn: Connection) -> list[dict[str, Any]]:
    """Hand-overs of posts in the actor's area, newest first."""
    return rows(_run(conn, "list_handovers"))


def find_cell_in_scope(conn: Connection, code: str) -> int | None:
    row = row_or_none(_run(conn, "find_cell_in_scope", code=code))
    return None if row is None else int(row["cell_id"])


def add_note(conn: Connection, **columns: Any) -> int:
    return int(_run(conn, "add_note", **columns).scalar_one())


def list_notes(conn: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Notes of the actor's area, newest first."""
    return rows(_run(conn, "list_notes", before=before, limit=limit))


def take_note(conn: Connection, shift_note_id: int, taken_by: int) -> bool:
    found = _run(conn, "take_note", shift_note_id=shift_note_id, taken_by=taken_by)
    return row_or_none(found) is not None


def find_note(conn: Connection, shift_note_id: int) -> Row | None:
    return row_or_none(_run(conn, "find_note", shift_note_id=shift_note_id))
