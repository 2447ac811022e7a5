"""The SQL of the audit trail: sealing, checking, reading; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gis_api.audit.chain import Row, Seal
from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
# "wang" "seal"; only one process seals at a time
_SEAL_LOCK = 0x7365616C


def take_seal_lock(conn: Connection) -> bool:
    """Be the one sealer until this transaction ends; False when another one is at it."""
    return bool(_run(conn, "take_seal_lock", lock=_SEAL_LOCK).scalar_one())


def find_last_seal(conn: Connection, before: date | None = None) -> Seal | None:
    """The newest seal, or the newest of the days before one."""
    row = row_or_none(_run(conn, "find_last_seal", before=before))
    return None if row is None else _seal(row)


def take_unsealed(conn: Connection, limit: int) -> list[dict[str, Any]]:
    """Rows that wait for a seal, lowest id first, taken off the list in this transaction.

    By ids and not by a join, which would walk along the whole trail.  An id whose row is gone goes
    on waiting, so that the check names it.
    """
    waiting = [row["audit_id"] for row in rows(_run(conn, "list_unsealed", limit=limit))]
    if not waiting:
        return []
    found = rows(_run(conn, "list_rows", audit_ids=waiting))
    found.sort(key=lambda row: int(row["audit_id"]))
    _run(conn, "remove_unsealed", audit_ids=[row["audit_id"] for row in found])
    return found


def add_seal(conn: Connection, seal: Seal) -> None:
    """Store a seal; an IntegrityError when its number is taken."""
    _run(conn, "add_seal", **(asdict(seal) | {"audit_ids": list(seal.audit_ids)}))


def get_moment(conn: Connection) -> tuple[date, datetime]:
    """Today in Shanghai and the moment, as the database has them."""
    row = _run(conn, "get_moment").mappings().one()
    return row["day"], row["at"]


def list_seals(
    conn: Connection, day: date | None, batch: int = 200
) -> Iterator[tuple[Seal, dict[int, Row]]]:
    """Every seal in order with its rows by id; of one day, or of all."""
    after: tuple[date, int] = (date.min, 0)
    while True:
        found = rows(
            _run(conn, "list_seals", day=day, after_day=after[0], after_seq=after[1], limit=batch)
        )
        for row in found:
            seal = _seal(row)
            listed = rows(_run(conn, "list_rows", audit_ids=list(seal.audit_ids)))
            yield seal, {entry["audit_id"]: entry for entry in listed}
        if len(found) < batch:
            return
        after = (found[-1]["day"], found[-1]["seq"])


def list_never_sealed(conn: Connection, day: date | None, grace: timedelta) -> list[int]:
    """Ids of rows older than ``grace`` that no seal closes; of one day, or of all."""
    found = rows(_run(conn, "list_never_sealed", day=day, grace=grace))
    return [row["audit_id"] for row in found]


def list_lost(conn: Connection) -> list[int]:
    """Ids that wait for a seal while their row is gone."""
    return [row["audit_id"] for row in rows(_run(conn, "list_lost"))]


NO_FILTER: dict[str, Any] = dict.fromkeys(
    ("actor", "act", "object_kind", "object_id", "purpose", "from_on", "to_on", "before_id")
)


def list_audit(conn: Connection, limit: int, **filters: Any) -> list[dict[str, Any]]:
    """Rows newest first; ``from_on`` and ``to_on`` are days in Shanghai, both included."""
    return rows(_run(conn, "list_audit", limit=limit, **_with_defaults(filters)))


def count_audit(conn: Connection, **filters: Any) -> int:
    """The number of rows that fit; the cursor is not looked at."""
    params = _with_defaults(filters)
    params.pop("before_id")
    return int(_run(conn, "count_audit", **params).scalar_one())


def list_acts(conn: Connection) -> list[dict[str, Any]]:
    """The acts and kinds of object that occur, for the page's lists of choices."""
    return rows(_run(conn, "list_acts"))


def _with_defaults(filters: dict[str, Any]) -> dict[str, Any]:
    unknown = filters.keys() - NO_FILTER.keys()
    if unknown:
        raise KeyError(f"no such filter: {sorted(unknown)}")
    return NO_FILTER | filters


def _seal(row: Any) -> Seal:
    return Seal(
        day=row["day"],
        seq=row["seq"],
        sealed_at=row["sealed_at"],
        audit_ids=tuple(row["audit_ids"]),
        row_hashes=bytes(row["row_hashes"]),
        previous_hash=bytes(row["previous_hash"]),
        hash=bytes(row["hash"]),
    )
