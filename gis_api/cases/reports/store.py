"""The SQL of reports, in the caller's transaction: counts of what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.registers.vocabulary import REQUEST_OUTCOMES
from gis_api.cases.reports.figures import ACTS
from gis_api.cases.reports.periods import Period
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
_run = sql_runner(__file__)
_COUNTS = ("count_cases", "count_receptions", "count_sessions", "count_settlements")


def get_moment(conn: Connection) -> Row:
    """Now and today in Shanghai, and which place this is."""
    row = row_or_none(_run(conn, "get_moment"))
    assert row is not None
    return dict(row)


def find_area(conn: Connection, code: str | None, scope_key: str) -> Row | None:
    """A cell of today by code; without one the actor's own, or the only root of the place."""
    row = row_or_none(_run(conn, "find_area", code=code, scope_key=scope_key))
    return None if row is None else dict(row)


def count_all(
    conn: Connection,
    period: Period,
    dimension: str,
    *,
    scope_lo: str,
    scope_hi: str,
    group_length: int,
) -> tuple[Row, dict[str | None, Row]]:
    """(totals, counts by group) of one period; ``group_length`` digits of a scope key are a group.

    A figure that a group does not have is 0; groups without any row are absent.
    """
    params = {
        "from_on": period.from_on,
        "to_on": period.to_on,
        "dimension": dimension,
        "scope_lo": scope_lo,
        "scope_hi": scope_hi,
        "group_length": group_length,
        "request_outcomes": sorted(REQUEST_OUTCOMES),
        "acts": sorted({act for acts in ACTS.values() for act in acts}),
        **{name: list(acts) for name, acts in ACTS.items()},
    }
    totals: Row = {}
    groups: dict[str | None, Row] = {}
    for name in _COUNTS:
        for row in rows(_run(conn, name, **params)):
            grouped, is_total = row.pop("grouped"), row.pop("is_total")
            target = totals if is_total else groups.setdefault(grouped, {})
            target |= row
    return totals, groups


def list_cell_names(conn: Connection, scope_keys: Iterable[str]) -> dict[str, Row]:
    """Code and name of cells of today by scope key."""
    found = rows(_run(conn, "list_cells", scope_keys=list(scope_keys)))
    return {row["scope_key"]: row for row in found}


def list_kind_names(conn: Connection) -> dict[str, tuple[str, str]]:
    """(zh, en) of every kind, in the order of the place."""
    return {r["kind"]: (r["name_zh"], r["name_en"]) for r in rows(_run(conn, "list_kinds"))}


def find_snapshot(
    conn: Connection, report: str, period: Period, dimension: str, area_key: str, scope_key: str
) -> Row | None:
    """The copy frozen by somebody with this very range; None when there is none."""
    row = row_or_none(
        _run(
            conn, "find_snapshot", report=report, period=period.kind, from_on=period.from_on,
            dimension=dimension, area_key=area_key, scope_key=scope_key,
        )
    )  # fmt: skip
    return None if row is None else dict(row)


def find_snapshot_by_id(conn: Connection, snapshot_id: int) -> Row | None:
    """A frozen report of the actor's area."""
    row = row_or_none(_run(conn, "find_snapshot_by_id", id=snapshot_id))
    return None if row is None else dict(row)


def add_snapshot(conn: Connection, figures: Mapping[str, Any], **columns: Any) -> int | None:
    """Freeze a report; None when somebody has frozen it before."""
    row = row_or_none(_run(conn, "add_snapshot", figures=Jsonb(dict(figures)), **columns))
    return None if row is None else int(row["report_snapshot_id"])


def list_snapshots(conn: Connection, *, after: int | None, limit: int) -> list[Row]:
    """Frozen reports of the actor's area, newest first."""
    return rows(_run(conn, "list_snapshots", after=after, limit=limit))


def list_ledger(
    conn: Connection,
    *,
    from_on: date,
    to_on: date,
    scope_lo: str,
    scope_hi: str,
    after: int | None,
    limit: int,
) -> list[Row]:
    """Cases of some days for the ledger, oldest first; ``to_on`` is the first day after."""
    return rows(
        _run(
            conn, "list_ledger", from_on=from_on, to_on=to_on, scope_lo=scope_lo,
            scope_hi=scope_hi, after=after, limit=limit,
        )
    )  # fmt: skip


def list_weekly(conn: Connection, *, scope_lo: str, scope_hi: str, limit: int) -> list[Row]:
    """Open cases that somebody must look at, with every reason, the most urgent first."""
    return rows(_run(conn, "list_weekly", scope_lo=scope_lo, scope_hi=scope_hi, limit=limit))
