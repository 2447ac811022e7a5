"""Filing a case in one statement, and what is asked together before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from gis_api.cases.history import FIRST, split_first_link
from gis_api.db.prepared import Batch, Cursor
from grid_boundaries.store.sql_files import read_statements, row_or_none, sql_runner

_STATEMENTS = read_statements(__file__)
_run = sql_runner(__file__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filing:
    """All rows of one new case; ``columns`` are those of its own row, ``wkb`` in hex or None.

    ``audit`` are rows of ``audit_trail.audit_row``.
    ``grants`` say why an officer sees it, ``messages`` are (officer, kind) in the order of
    telling, ``procedures`` (procedure, stage) begin on the day of filing.
    """

    at: datetime
    on: date
    actor_id: int
    columns: Row
    body: str
    parties: Sequence[Row]
    joint: Sequence[Row]
    grants: Mapping[int, str]
    messages: Iterable[tuple[int, str]]
    clocks: Iterable[Row]
    procedures: Iterable[tuple[str, str]]
    detail: Row
    cell_code: str | None
    audit: Sequence[Row] = ()
    key: str | None = None


def ask_kind(batch: Batch, kind: str) -> Cursor:
    """One row when there is such a kind."""
    return batch.send(_STATEMENTS["find_kind"], {"kind": kind})


def ask_claim(batch: Batch, actor_id: int, key: str, body_hash: bytes) -> Cursor:
    """Take an idempotency key; no row when it is taken (waits for whoever is taking it)."""
    params = {"actor_id": actor_id, "key": key, "body_hash": body_hash}
    return batch.send(_STATEMENTS["claim_key"], params)


def ask_number(batch: Batch) -> Cursor:
    """A number never given before; a filing that fails leaves a gap."""
    return batch.send(_STATEMENTS["take_number"], {})


def find_key(conn: Connection, actor_id: int, key: str) -> Row | None:
    """The body and, where the actor may see it, the case of a taken key."""
    row = row_or_none(_run(conn, "find_key", actor_id=actor_id, key=key))
    return None if row is None else dict(row)


def write_filing(batch: Batch, filing: Filing) -> None:
    """Write everything; the batch acts in the whole place."""
    before_id, after_id = split_first_link(
        at=filing.at, actor_id=filing.actor_id, act="registered", detail=filing.detail
    )
    text = json.dumps(
        filing.columns
        | {
            "at": filing.at.isoformat(),
            "actor_id": filing.actor_id,
            "body": filing.body,
            "parties": filing.parties,
            "joint": filing.joint,
            "grants": [{"officer_id": o, "reason": r} for o, r in filing.grants.items()],
            "messages": [{"officer_id": o, "kind": kind} for o, kind in filing.messages],
            "clocks": list(filing.clocks),
            "procedures": [
                {"procedure": name, "stage": stage, "on_day": filing.on}
                for name, stage in filing.procedures
            ],
            "detail": filing.detail,
            "before_id": before_id,
            "after_id": after_id,
            "first_hash": FIRST.hex(),
            "event": "case.registered",
            "cell_code": filing.cell_code,
            "audit": [one | {"detail": json.loads(one["detail"])} for one in filing.audit],
            "key": filing.key,
        },
        ensure_ascii=False,
        default=date.isoformat,
    )
    batch.send(_STATEMENTS["write_filing"], {"filing": text})
