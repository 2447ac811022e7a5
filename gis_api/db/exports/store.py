"""Rows of a kind for an export, read as a stream; always in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, sql_runner

_run = sql_runner(__file__)
_ROOM: Final = Path(__file__).parent
_ROWS: Final[Mapping[str, str]] = {
    path.stem.removeprefix("rows_"): path.read_text("utf-8") for path in _ROOM.glob("rows_*.sql")
}
BATCH_ROWS: Final = 5_000
WKB: Final = "wkb"
NO_FILTER: Final[Mapping[str, Any]] = dict.fromkeys(
    (
        "area_lo", "area_hi", "kinds", "state", "open", "queue", "from_on", "to_on",
        "west", "south", "east", "north", "due", "ring",
    )
)  # fmt: skip


def list_row_kinds() -> list[str]:
    """The kinds that have a statement here."""
    return sorted(_ROWS)


def count_rows(conn: Connection, kind: str, params: Mapping[str, Any]) -> int:
    """How many rows the actor would get."""
    statement = f"SELECT count(*) FROM ({_ROWS[kind]}) AS counted"  # noqa: S608  our own file
    return int(conn.exec_driver_sql(statement, {**NO_FILTER, **params}).scalar_one())


def stream_rows(
    conn: Connection, kind: str, names: Sequence[str], params: Mapping[str, Any]
) -> Iterator[tuple[list[tuple[Any, ...]], list[bytes | None] | None]]:
    """Rows in the order of ``names``, some thousand at a time, with their geometry as WKB.

    A server-side cursor: memory does not grow with the number of rows.  ``names`` must be exactly
    the columns of the statement; ValueError otherwise.
    """
    result = conn.exec_driver_sql(
        _ROWS[kind],
        {**NO_FILTER, **params},
        execution_options={"stream_results": True, "max_row_buffer": BATCH_ROWS},
    )
    found = list(result.keys())
    has_shapes = WKB in found
    if found != [*names, WKB] and found != list(names):
        raise ValueError(f"{kind}: statement gives {found}, file wants {list(names)}")
    for rows in result.partitions(BATCH_ROWS):
        if has_shapes:
            yield [tuple(row[:-1]) for row in rows], [_bytes(row[-1]) for row in rows]
        else:
            yield [tuple(row) for row in rows], None


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def find_area(conn: Connection, code: str) -> str | None:
    """The scope key of the cell with this code today."""
    row = row_or_none(_run(conn, "find_area", code=code))
    return None if row is None else str(row["scope_key"])


def find_moment(conn: Connection) -> tuple[date, int | None]:
    """Today in Shanghai, and the newest grids."""
    row = row_or_none(_run(conn, "find_moment"))
    assert row is not None
    return row["today"], row["grid_version_id"]
