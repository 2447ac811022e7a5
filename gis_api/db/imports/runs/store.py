"""The SQL of import runs and saved mappings; row policies show everybody their own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, sql_runner

_run = sql_runner(__file__)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file on its way in.

    ``state``: uploaded, staging, staged, committed, cancelled, failed or undone.  ``counts`` holds
    per finding code its severity and number of rows; ``options`` what else makes a batch another
    one.  ``file_name`` is as its owner called it and is shown to nobody else.
    """

    import_id: int
    kind: str
    file_name: str
    file_sha256: bytes
    file_bytes: int
    table_name: str
    mapping: dict[str, Any] | None
    diagnosis: dict[str, Any] | None
    crs_key: str | None
    options: dict[str, Any]
    state: str
    rows_total: int | None
    rows_staged: int
    counts: dict[str, Any]
    accepted: list[str]
    reason: str | None
    error: dict[str, Any] | None
    job_id: int | None
    import_batch_id: int | None
    started_by: int
    started_at: datetime
    changed_at: datetime
    rev: int


def add_run(
    conn: Connection,
    *,
    kind: str,
    file_name: str,
    file_sha256: bytes,
    file_bytes: int,
    table_name: str,
    started_by: int,
) -> int:
    """A new run in state uploaded; its id."""
    result = _run(
        conn, "add_run", kind=kind, file_name=file_name[:255], file_sha256=file_sha256,
        file_bytes=file_bytes, table_name=table_name[:255], started_by=started_by,
    )  # fmt: skip
    return int(result.scalar_one())


def find_run(conn: Connection, import_id: int, *, lock: bool = False) -> ImportRun | None:
    """The run, or None where the asker has none of this id; ``lock`` holds it until commit."""
    row = row_or_none(_run(conn, "lock_run" if lock else "find_run", import_id=import_id))
    return None if row is None else ImportRun(**row)


def find_open_run(
    conn: Connection, kind: str, file_sha256: bytes, table_name: str, started_by: int
) -> ImportRun | None:
    """The newest run of the same file by the same person that is not over."""
    row = row_or_none(
        _run(
            conn, "find_open_run", kind=kind, file_sha256=file_sha256, table_name=table_name,
            started_by=started_by,
        )
    )  # fmt: skip
    return None if row is None else ImportRun(**row)


def list_runs(conn: Connection, limit: int) -> list[ImportRun]:
    """One's own runs, newest first."""
    return [ImportRun(**row) for row in _run(conn, "list_runs", limit=limit).mappings()]


def change_run(conn: Connection, import_id: int, **changes: Any) -> None:
    """Write the named columns; JSON columns take plain values.

    Known names: mapping, diagnosis, crs_key, options, state, rows_total, rows_staged, counts,
    accepted, reason, error, job_id, import_batch_id, table_name.
    """
    unknown = changes.keys() - _COLUMNS
    if unknown:
        raise ValueError(f"import_run has no column to change: {sorted(unknown)}")
    values = {
        name: Jsonb(value) if name in _JSON and value is not None else value
        for name, value in changes.items()
    }
    params = {name: values.get(name) for name in sorted(_COLUMNS)}
    _run(conn, "change_run", import_id=import_id, names=sorted(changes), **params)


def mark_undone(conn: Connection, batch_id: int) -> None:
    """The runs of a batch that was taken back say so, as far as they are one's own."""
    _run(conn, "mark_undone", batch_id=batch_id)


_JSON = frozenset({"mapping", "diagnosis", "options", "counts", "error"})
_COLUMNS = _JSON | {
    "crs_key", "state", "rows_total", "rows_staged", "accepted", "reason", "job_id",
    "import_batch_id", "table_name",
}  # fmt: skip


def hash_columns(columns: Sequence[str]) -> bytes:
    """What makes two files the same to a saved mapping: their headings in order."""
    return hashlib.sha256("\x1f".join(columns).encode()).digest()


def find_mapping(conn: Connection, kind: str, columns: Sequence[str]) -> Mapping[str, Any] | None:
    """The mapping that was settled on for files with these columns."""
    result = _run(conn, "find_mapping", kind=kind, columns_sha256=hash_columns(columns))
    found: Mapping[str, Any] | None = result.scalar_one_or_none()
    return found


def save_mapping(
    conn: Connection, kind: str, columns: Sequence[str], mapping: Mapping[str, Any], saved_by: int
) -> None:
    """Keep a mapping for the next file with these columns."""
    _run(
        conn, "save_mapping", kind=kind, columns_sha256=hash_columns(columns),
        mapping=Jsonb(dict(mapping)), saved_by=saved_by,
    )  # fmt: skip
