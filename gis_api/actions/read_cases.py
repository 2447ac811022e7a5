"""Read cases within the actor's area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.audit.personal.purposes import HANDLING
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.prepared import Batch, Cursor, begin_together, get_row
from grid_boundaries.errors import InvalidInput, NotFound

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What to list; None: all.  ``bbox`` is west, south, east, north."""

    kind: str | None = None
    state: str | None = None
    cell_code: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    from_on: date | None = None
    to_on: date | None = None
    queue: bool | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of rows and the number of all that fit the filter."""

    rows: list[Row]
    total: int


def read_cases(
    engine: Engine,
    actor: Actor,
    wanted: CaseFilter,
    *,
    limit: int,
    after: tuple[datetime, int] | None = None,
) -> CaseList:
    """A page of cases, newest first; InvalidInput ``cell.unknown`` for a code that is none."""
    with begin(engine, actor) as conn:
        filters = _filters(conn, wanted)
        page = filters if after is None else filters | {"after_at": after[0], "after_id": after[1]}
        return CaseList(
            rows=reading.list_cases(conn, limit, **page),
            total=reading.count_cases(conn, **filters),
        )


def _filters(conn: Connection, wanted: CaseFilter) -> Row:
    filters: Row = {
        "kind": wanted.kind,
        "state": wanted.state,
        "queue": wanted.queue,
        "from_on": wanted.from_on,
        "to_on": wanted.to_on,
        "due": wanted.due,
    }
    if wanted.bbox is not None:
        filters |= dict(zip(("west", "south", "east", "north"), wanted.bbox, strict=True))
    if wanted.cell_code is not None:
        scope_key = reading.find_scope_of_cell(conn, wanted.cell_code)
        if scope_key is None:
            raise InvalidInput("cell.unknown", cell_code=wanted.cell_code)
        filters |= {"scope_lo": scope_key, "scope_hi": scope_key + "g"}
    return filters


def read_case(engine: Engine, actor: Actor, code: str) -> tuple[Row, Mapping[str, tuple[str, str]]]:
    """One case and the titles of posts; NotFound ``case.unknown`` when missing or out of scope.

    It holds a person's words, so the reading is on the audit trail.
    """

    def ask(batch: Batch) -> tuple[Cursor, Cursor]:
        return reading.ask_case(batch, code), reading.ask_routing(batch)

    with begin_together(engine, actor, ask) as (conn, (page, routing)):
        row = reading.case_of(page.fetchone())
        if row is None:
            raise NotFound("case.unknown", case_code=code)
        add_audit(conn, actor, **reading_of_case(row))
        return row, reading.routing_of(get_row(routing)).titles


def reading_of_case(row: Row) -> Row:
    """The reading of a case's page, as the audit trail has it."""
    return {
        "act": "case.read",
        "object_kind": "case",
        "object_id": row["code"],
        "row_count": len(row["parties"]) + (row["body"] is not None),
        "purpose": HANDLING,
    }
