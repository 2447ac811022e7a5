"""The SQL of cases that the grid moved; after ``stage_settled`` of the table ``case``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from gis_api.cases.history import FIRST, history_hash
from gis_api.cases.moving.visibility import cells_of, follow_access
from gis_api.db.following.followers import Hanging
from grid_boundaries.store.sql_files import rows, sql_runner

ACT: Final = "moved_with_grid"

_run = sql_runner(__file__)
_HERE: Final = Path(__file__).parent
_COPY: Final = (_HERE / "copy_moved.sql").read_text("utf-8")
_HANGING: Final = (_HERE / "write_hanging.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class MovedCases:
    """How many cases lie elsewhere now, open and closed, and how many rows that hang on them."""

    opened: int
    closed: int
    hanging: int


def move_cases(
    conn: Connection, hanging: Iterable[Hanging], *, actor_id: int, grid_version_id: int
) -> MovedCases:
    """Rewrite the staged cases and all that hangs on them.

    An open case gets its new cell and one more link of its history; a closed one only who may see
    it.  Who leads a case stays as it was.
    """
    cases = rows(_run(conn, "lock_settled"))
    if not cases:
        return MovedCases(0, 0, 0)
    is_open = [case["case_id"] for case in cases if case["is_open"]]
    last = {row["case_id"]: row for row in rows(_run(conn, "list_last_history", case_ids=is_open))}
    _run(conn, "begin_moved")
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for case in cases:
            link = _link(case, last.get(case["case_id"]), actor_id, grid_version_id)
            copy.write_row((*_place(case), *link))
    _run(conn, "write_moved", grid_version_id=grid_version_id)
    carried = 0
    for table in hanging:
        statement = _HANGING.format(table=table.table, key=table.key, by=table.by)
        carried += int(conn.exec_driver_sql(statement).rowcount)
    _run(conn, "add_history", at=cases[0]["at"], actor_id=actor_id, act=ACT)
    _run(conn, "add_events")
    return MovedCases(len(is_open), len(cases) - len(is_open), carried)


def refresh_open_cases(conn: Connection, grid_version_ids: Sequence[int]) -> int:
    """Open cases whose cell only has a new version are of that version; the number of them."""
    return int(_run(conn, "refresh_open", grid_version_ids=list(grid_version_ids)).rowcount)


def list_sharing_cases(
    conn: Connection, keys: Sequence[str], cell_ids: Sequence[int]
) -> list[dict[str, Any]]:
    """Open cases whose joint cells may be others now; ``joint`` are those they name."""
    return rows(_run(conn, "list_sharing", keys=list(keys), cell_ids=list(cell_ids)))


def replace_joint(
    conn: Connection,
    case: dict[str, Any],
    stale: Sequence[int],
    joint: Sequence[tuple[int, int | None, int | None]],
) -> list[int]:
    """Let a case name these (cell, post, officer) as joint and no longer the stale cells; officers
    newly asked.

    A cell that stays keeps its handler.  Grants of officers asked before stay: they worked on it.
    """
    _run(conn, "remove_joint", case_id=case["case_id"], cell_ids=list(stale))
    asked = []
    for cell_id, post_id, officer_id in joint:
        if cell_id in case["joint"]:
            continue
        _run(
            conn, "add_joint", case_id=case["case_id"], cell_id=cell_id, post_id=post_id,
            officer_id=officer_id, access_key=case["access_key"],
        )  # fmt: skip
        if officer_id is not None:
            _run(conn, "grant_joint", case_id=case["case_id"], officer_id=officer_id)
            asked.append(officer_id)
    return asked


def _place(case: dict[str, Any]) -> tuple[Any, ...]:
    access = follow_access(case["old_scope"], case["old_access"], case["new_scope"])
    return (
        case["case_id"],
        case["code"],
        case["new_scope"],
        access,
        case["old_access"],
        case["new_cell_id"],
        case["new_cell_code"],
        case["cell_version_id"],
    )


def _link(
    case: dict[str, Any], last: dict[str, Any] | None, actor_id: int, grid_version_id: int
) -> tuple[Any, ...]:
    """seq, detail, previous_hash, hash of an open case's new link; nothing for a closed one."""
    if not case["is_open"]:
        return (None, None, None, None)
    seq = int(last["seq"]) + 1 if last else 1
    previous = bytes(last["hash"]) if last else FIRST
    detail = {
        "grid_version_id": grid_version_id,
        "before": {"cell_id": case["cell_id"], "within": cells_of(case["old_scope"])[:-1]},
        "after": {"cell_id": case["new_cell_id"], "within": cells_of(case["new_scope"])[:-1]},
    }
    digest = history_hash(
        previous,
        case_id=case["case_id"],
        seq=seq,
        at=case["at"],
        actor_id=actor_id,
        act=ACT,
        detail=detail,
    )
    return (seq, Jsonb(detail), previous, digest)
