"""The SQL of staged rows and findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner
from layers.importers.findings import RowFinding

_run = sql_runner(__file__)

SHOWN_PER_KIND = 2_000
"""How many rows of one kind of finding are kept to be shown; all are counted."""


def lift_limits(conn: Connection) -> None:
    """Let this transaction take minutes, and sort in memory."""
    _run(conn, "lift_limits")


def add_rows(conn: Connection, import_id: int, chunk: bytes) -> int:
    """Stage one chunk of CSV text (row_number, vals, geom, cell_id, scope_key, approximate,
    fault); the number of rows.

    COPY goes through a temporary table, since it does not ask row policies; the INSERT does.
    """
    _run(conn, "make_chunk_table")
    driver: Any = conn.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY staged_chunk FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(chunk)
    return _run(conn, "add_rows", import_id=import_id).rowcount


def count_rows(conn: Connection, import_id: int) -> int:
    """How many rows of a run wait."""
    return int(_run(conn, "count_rows", import_id=import_id).scalar_one())


def remove_rows(conn: Connection, import_id: int) -> None:
    """Forget the rows of a run, and its findings."""
    _run(conn, "remove_rows", import_id=import_id)
    _run(conn, "remove_findings", import_id=import_id)


def add_findings(conn: Connection, import_id: int, found: Sequence[RowFinding]) -> None:
    """Keep findings to be shown."""
    if not found:
        return
    _run(
        conn, "add_findings", import_id=import_id,
        codes=[f.code for f in found],
        severities=[f.severity for f in found],
        row_numbers=[f.row_number for f in found],
        columns=[f.column for f in found],
        cells=[f.address for f in found],
        params=[Jsonb(dict(f.params)) for f in found],
    )  # fmt: skip


def add_shapes_of_findings(conn: Connection, import_id: int) -> None:
    """Give findings the shape of their row, for the map."""
    _run(conn, "add_shapes_of_findings", import_id=import_id)


def list_findings(
    conn: Connection, import_id: int, *, code: str | None = None, after: int = 0, limit: int
) -> list[dict[str, Any]]:
    """Findings in order, with ``geometry`` as GeoJSON text or None."""
    return rows(
        _run(conn, "list_findings", import_id=import_id, code=code, after=after, limit=limit)
    )


def list_shapes(conn: Connection, import_id: int, limit: int) -> list[dict[str, Any]]:
    """A spread of the staged shapes as GeoJSON text, for the map."""
    return rows(_run(conn, "list_shapes", import_id=import_id, limit=limit))


def list_broken(conn: Connection, import_id: int, limit: int) -> list[dict[str, Any]]:
    """Staged rows that a fault of their shape keeps out: row_number, wkb."""
    return rows(_run(conn, "list_broken", import_id=import_id, limit=limit))


def list_unplaced(conn: Connection, import_id: int, limit: int) -> list[dict[str, Any]]:
    """Staged rows whose address fits a place that nobody took yet: row_number, address."""
    return rows(_run(conn, "list_unplaced", import_id=import_id, limit=limit))
