"""The clocks of cases and the table of working days in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from sqlalchemy import Connection

from gis_api.cases.clocks.calendar import SetApart, WorkCalendar
from gis_api.cases.clocks.due import Due, compute_due
from gis_api.cases.clocks.rules import ClockChanges, Running, read_rules
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


class _Kept:
    """The calendar read last, behind the mark of the table it was read from."""

    last: tuple[tuple[Any, ...], WorkCalendar] | None = None


def read_calendar(conn: Connection) -> WorkCalendar:
    """The working days as the table has them; read again only when the table changed."""
    found = row_or_none(_run(conn, "find_calendar_token"))
    assert found is not None
    token = (str(conn.engine.url), found["years"], found["loaded_at"])
    kept = _Kept.last
    if kept is None or kept[0] != token:
        calendar = WorkCalendar(
            (row["year"] for row in list_years(conn)),
            [SetApart(**row) for row in rows(_run(conn, "list_days"))],
        )
        _Kept.last = kept = (token, calendar)
    return kept[1]


def list_years(conn: Connection) -> list[Row]:
    """The years whose holidays are known, and from where."""
    return rows(_run(conn, "list_years"))


def put_year(conn: Connection, year: int, source: str, days: Sequence[SetApart]) -> None:
    """Replace the days of one year."""
    _run(conn, "put_year", year=year, source=source)
    _run(conn, "clear_year", year=year)
    _run(
        conn, "add_days", days=[one.day for one in days],
        working=[one.is_working for one in days], names=[one.name for one in days],
    )  # fmt: skip


def list_running(conn: Connection, case_id: int) -> list[Running]:
    """The clocks of a case that have not stopped."""
    return [_running(row) for row in rows(_run(conn, "list_running", case_id=case_id))]


def find_running(conn: Connection, case_id: int, rule: str) -> Running | None:
    """The running clock of a rule."""
    return next((one for one in list_running(conn, case_id) if one.rule == rule), None)


def list_clocks(conn: Connection, case_id: int) -> list[Row]:
    """Every clock of a case: ``clock`` (Running) beside due_on, warn_on, provisional, stopped_*."""
    found = rows(_run(conn, "list_clocks", case_id=case_id))
    return [row | {"clock": _running(row)} for row in found]


def list_standing(conn: Connection, case_id: int) -> frozenset[str]:
    """The overlays and procedures that are open: what can hold a clock."""
    return frozenset(row["name"] for row in rows(_run(conn, "list_standing", case_id=case_id)))


def apply_changes(
    conn: Connection,
    case_id: int,
    changes: ClockChanges,
    on: date,
    *,
    stopped_by: str,
    lengths: dict[str, int] | None = None,
) -> None:
    """Write what an event does; ``lengths`` replaces the declared length of clocks that start."""
    calendar = read_calendar(conn) if changes.starts or changes.pauses or changes.resumes else None
    for rule in changes.stops:
        _run(conn, "stop_clock", case_id=case_id, rule=rule, on=on, stopped_by=stopped_by)
    if calendar is None:
        return
    for rule in changes.starts:
        length = (lengths or {}).get(rule, read_rules()[rule].length)
        held: tuple[tuple[date, date | None], ...] = ()
        if rule in changes.pauses:
            held = ((on, None),)
        clock = Running(rule, on, length, pauses=held)
        _run(conn, "add_clock", case_id=case_id, **clock_columns(clock, calendar))
    running = {one.rule: one for one in list_running(conn, case_id)}
    for rule in set(changes.pauses) - set(changes.starts):
        clock = running[rule]
        _write(conn, case_id, replace(clock, pauses=(*clock.pauses, (on, None))), calendar)
    for rule in changes.resumes:
        clock = running[rule]
        begun = clock.pauses[-1][0]
        over = ((begun, on),) if on > begun else ()
        _write(conn, case_id, replace(clock, pauses=(*clock.pauses[:-1], *over)), calendar)


def extend(conn: Connection, case_id: int, clock: Running, days: int) -> None:
    """More days for a running clock."""
    longer = replace(clock, extension_days=clock.extension_days + days)
    _write(conn, case_id, longer, read_calendar(conn))


def recompute(conn: Connection, from_on: date) -> int:
    """Count anew every running clock that may lean on days from ``from_on`` on; how many moved."""
    calendar = read_calendar(conn)
    clocks = [_running(row) for row in rows(_run(conn, "list_touching", from_on=from_on))]
    counted = [clock_columns(clock, calendar) for clock in clocks]
    found = _run(
        conn,
        "rewrite_due",
        rules=[one["rule"] for one in counted],
        starts=[one["started_on"] for one in counted],
        lengths=[one["length"] for one in counted],
        extensions=[one["extension_days"] for one in counted],
        pauses=[str(_as_text(clock.pauses)) for clock in clocks],
        dues=[one["due_on"] for one in counted],
        warns=[one["warn_on"] for one in counted],
        provisionals=[one["provisional"] for one in counted],
    )
    return found.rowcount


def clock_columns(clock: Running, calendar: WorkCalendar) -> Row:
    """The columns of a clock row, with the day it is due."""
    due = compute(clock, calendar)
    return {
        "rule": clock.rule,
        "started_on": clock.started_on,
        "length": clock.length,
        "extension_days": clock.extension_days,
        "paused": Multirange([Range(a, b, "[)") for a, b in clock.pauses]),
        "due_on": due.due_on,
        "warn_on": due.warn_on,
        "provisional": due.is_provisional,
    }


def compute(clock: Running, calendar: WorkCalendar) -> Due:
    """When a clock is due by its declared rule."""
    return compute_due(read_rules()[clock.rule], clock, calendar)


def _write(conn: Connection, case_id: int, clock: Running, calendar: WorkCalendar) -> None:
    columns = clock_columns(clock, calendar)
    del columns["started_on"]
    _run(conn, "write_clock", case_id=case_id, **columns)


def _running(row: Row) -> Running:
    pauses = tuple((one.lower, one.upper) for one in row["paused"])
    return Running(row["rule"], row["started_on"], row["length"], row["extension_days"], pauses)


def _as_text(pauses: Iterable[tuple[date, date | None]]) -> str:
    return "{" + ",".join(f"[{a},{b or ''})" for a, b in pauses) + "}"
