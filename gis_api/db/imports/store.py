"""The SQL of imports: batches, and what stands in their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from grid_boundaries.errors import NotFound
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)


def find_batch(
    conn: Connection, kind: str, file_sha256: bytes, options: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The batch of the same file with the same options; None when it was never committed."""
    return row_or_none(
        _run(conn, "find_batch", kind=kind, file_sha256=file_sha256, options=Jsonb(dict(options)))
    )


def add_batch(
    conn: Connection,
    *,
    kind: str,
    file_sha256: bytes,
    options: Mapping[str, Any],
    row_count: int,
    findings: Sequence[Mapping[str, Any]],
    accepted: Sequence[str],
    reason: str | None,
    actor_id: int,
    grid_version_id: int | None,
) -> int:
    """Record a committed batch; its id."""
    result = _run(
        conn,
        "add_batch",
        kind=kind,
        file_sha256=file_sha256,
        options=Jsonb(dict(options)),
        row_count=row_count,
        findings=Jsonb(list(findings)),
        accepted=Jsonb(list(accepted)),
        reason=reason,
        actor_id=actor_id,
        grid_version_id=grid_version_id,
    )
    return int(result.scalar_one())


def close_batch(
    conn: Connection, batch_id: int, file_name: str, added: int, changed: int, left_out: int
) -> None:
    """Note what a batch did, in the transaction that did it."""
    _run(
        conn, "close_batch", batch_id=batch_id, file_name=file_name, added=added, changed=changed,
        left_out=left_out,
    )  # fmt: skip


def get_batch(conn: Connection, batch_id: int) -> Mapping[str, Any]:
    """The batch; NotFound ``import.unknown_batch``."""
    found = row_or_none(_run(conn, "get_batch", batch_id=batch_id))
    if found is None:
        raise NotFound("import.unknown_batch", import_batch_id=batch_id)
    return found


def mark_undone(conn: Connection, batch_id: int, undone_by: int) -> None:
    """The batch has been taken back; its file can be imported again."""
    _run(conn, "mark_undone", batch_id=batch_id, undone_by=undone_by)


def name_place(conn: Connection, code: str, name: str) -> None:
    """Say which place this database serves, unless that has been said; real, not synthetic."""
    _run(conn, "name_place", code=code, name=name)


def has_people(conn: Connection) -> bool:
    """Whether households, claims or cases lie on the grid (seen with the whole scope)."""
    return bool(_run(conn, "has_people").scalar_one())


def find_today(conn: Connection) -> date:
    """Today in Shanghai."""
    found: date = _run(conn, "find_today").scalar_one()
    return found


def list_anchors(
    conn: Connection, positions: Sequence[tuple[float, float]], *, reach_deg: float, most: int
) -> list[tuple[float, float]]:
    """(lng, lat) of the vertices of claims, houses and boundary points near ``positions``."""
    found = _run(
        conn, "list_anchors", lngs=[lng for lng, _ in positions],
        lats=[lat for _, lat in positions], reach_deg=reach_deg, most=most,
    )  # fmt: skip
    return [(float(row["lng"]), float(row["lat"])) for row in rows(found)]


def list_named_places(conn: Connection) -> list[dict[str, Any]]:
    """Villager groups and gazetteer: layer, key, name, aliases, village_cell_id, lng, lat."""
    return rows(_run(conn, "list_named_places"))
