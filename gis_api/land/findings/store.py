"""The SQL of looks through claims and of findings, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

Row = dict[str, Any]
Name = tuple[str, int | None, int | None, tuple[Any, ...]]
_THINGS: Final = ("mark", "point", "first", "second", "side")
_run = sql_runner(__file__)


def add_check(
    conn: Connection, stage: str, tolerance_m2: float, made_by: int, scope_key: str
) -> int:
    """Begin a look through an area; its id."""
    found = _run(
        conn, "add_check", stage=stage, tolerance_m2=tolerance_m2, made_by=made_by,
        scope_key=scope_key,
    )  # fmt: skip
    return int(found.scalar_one())


def write_job(conn: Connection, land_check_id: int, job_id: int) -> None:
    """Name the job that does it."""
    _run(conn, "write_job", land_check_id=land_check_id, job_id=job_id)


def end_check(
    conn: Connection, land_check_id: int, claim_count: int, counts: Mapping[str, int]
) -> None:
    """Say that a look is over and what it came to."""
    _run(
        conn, "end_check", land_check_id=land_check_id, claim_count=claim_count,
        counts=json.dumps(dict(counts)),
    )  # fmt: skip


def find_check(conn: Connection, land_check_id: int) -> Row | None:
    """A look that the actor may see."""
    return _row(row_or_none(_run(conn, "find_check", land_check_id=land_check_id)))


def find_last_check(conn: Connection) -> Row | None:
    """The newest look that the actor may see."""
    return _row(row_or_none(_run(conn, "find_last_check")))


def list_all_claims(conn: Connection) -> list[Row]:
    """Every claim in force of the actor's area, names and words too: never to be shown."""
    return rows(_run(conn, "list_all_claims"))


def list_points(conn: Connection) -> list[Row]:
    """Boundary points of the area with the parcels they name."""
    return rows(_run(conn, "list_points"))


def list_marks(conn: Connection) -> list[Row]:
    """Marks of the area where they were last seen."""
    return rows(_run(conn, "list_marks"))


def list_villages(conn: Connection) -> list[Row]:
    """Villages of today with their outlines."""
    return rows(_run(conn, "list_villages"))


def remove_open(conn: Connection, lo: str, hi: str) -> int:
    """Take away what an earlier look found and nobody decided on; how many."""
    return int(_run(conn, "remove_open", lo=lo, hi=hi).rowcount)


def list_decided(conn: Connection) -> set[Name]:
    """Names of findings that somebody has decided on."""
    return {name_finding(row) for row in rows(_run(conn, "list_decided"))}


def name_finding(row: Mapping[str, Any]) -> Name:
    """What makes a finding the same in the next look: rule, papers, the thing it is about."""
    thing = tuple(row["params"].get(name) for name in _THINGS)
    return row["rule"], row["left_claim_id"], row["right_claim_id"], thing


def add_findings(conn: Connection, found: Sequence[Row]) -> int:
    """Write findings whose ``geom`` is a shapely geometry or None; how many."""
    if not found:
        return 0
    names = (
        "land_check_id", "rule", "verdict", "why", "severity", "left_claim_id", "right_claim_id",
        "area_m2", "width_m", "cell_id", "scope_key",
    )  # fmt: skip
    columns: dict[str, list[Any]] = {name: [row[name] for row in found] for name in names}
    columns["params"] = [json.dumps(row["params"]) for row in found]
    columns["wkb"] = [None if row["geom"] is None else shapely.to_wkb(row["geom"]) for row in found]
    return int(_run(conn, "add_findings", **columns).rowcount)


def list_findings(
    conn: Connection,
    *,
    rules: Sequence[str] | None = None,
    severity: str | None = None,
    state: str | None = None,
    land_finding_id: int | None = None,
    offset: int = 0,
    limit: int = 100,
) -> list[Row]:
    """Findings of the area, the gravest and largest first; ``total`` in every row."""
    return rows(
        _run(
            conn, "list_findings", rules=None if rules is None else list(rules), severity=severity,
            state=state, land_finding_id=land_finding_id, offset=offset, limit=limit,
        )
    )  # fmt: skip


def count_findings(conn: Connection) -> list[Row]:
    """Findings of the area by rule, severity and state."""
    return rows(_run(conn, "count_findings"))


def decide_finding(conn: Connection, land_finding_id: int, state: str, reason: str | None) -> bool:
    """Write what was decided; False for an unknown one."""
    found = _run(
        conn, "decide_finding", land_finding_id=land_finding_id, state=state, reason=reason
    )
    return found.first() is not None


def note_strip(
    conn: Connection, left: int, right: int | None, land_strip_id: int, state: str
) -> None:
    """Tie the findings of a pair of claims to the strip that came of them."""
    _run(conn, "write_strip", left=left, right=right, land_strip_id=land_strip_id, state=state)


def _row(found: Any) -> Row | None:
    return None if found is None else dict(found)
