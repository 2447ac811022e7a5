"""Registers beside cases: receptions, talking-room sessions, matters settled in the grid.

One row, one audit row, one transaction.  A key that was used before answers with the first row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.plan_in_force import with_plan
from gis_api.actions.resolve_place import resolve_place
from gis_api.cases.intake import GivenPlace
from gis_api.cases.registers import store
from gis_api.cases.store import reading
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import GridCache
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewSession:
    """One meeting in a village's talking room."""

    cell_code: str
    persons: int
    matters: int
    settled: int
    held_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NewReception:
    """One batch of persons received, and what became of what they asked."""

    cell_code: str
    door: str
    persons: int
    outcome: str
    kind: str | None = None
    passed_to: str | None = None
    case_code: str | None = None
    received_on: date | None = None
    talking_session_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NewSettlement:
    """A matter settled on the doorstep; the place is a cell or what ``place`` resolves to."""

    kind: str
    way: str
    place: GivenPlace
    persons: int = 2
    settled_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The id of a row, and whether this call made it."""

    id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Key:
    """An idempotency key with the body it is bound to; no key, no promise."""

    key: str | None
    body_hash: bytes | None = field(default=None)


def enter_session(engine: Engine, actor: Actor, new: NewSession, *, key: str | None) -> Entered:
    """Enter a talking-room session.

    Raises InvalidInput ``register.in_future``, ``register.more_settled``,
    ``idempotency.other_body`` and NotFound ``cell.unknown``.
    """
    if new.settled > new.matters:
        raise InvalidInput("register.more_settled", field="settled")
    with begin(engine, actor) as conn:
        _check_day(conn, new.held_on)
        return _enter(conn, actor, "talking_session", asdict(new), _bind(key, new))


def enter_reception(engine: Engine, actor: Actor, new: NewReception, *, key: str | None) -> Entered:
    """Enter a batch that was received.

    Raises InvalidInput ``register.in_future``, ``reception.*``, ``case.kind_unknown``,
    ``idempotency.other_body`` and NotFound ``cell.unknown``, ``case.unknown``,
    ``talking_session.unknown``.
    """
    _check_outcome(new)
    with begin(engine, actor) as conn:
        _check_day(conn, new.received_on)
        _check_kind(conn, new.kind)
        fields = asdict(new)
        del fields["case_code"]
        fields["case_id"] = _case_id(conn, new.case_code)
        fields["post_id"] = (
            None if actor.officer_id is None else store.find_post_id(conn, actor.officer_id)
        )
        if new.talking_session_id is not None and not store.session_exists(
            conn, new.talking_session_id
        ):
            raise NotFound("talking_session.unknown")
        return _enter(conn, actor, "reception", fields, _bind(key, new))


def close_reception(
    engine: Engine,
    actor: Actor,
    reception_id: int,
    *,
    rev: int,
    closing: str,
    closed_on: date | None,
) -> Row:
    """Say how a request that was passed on ended, once; the row as it now is.

    Raises NotFound ``reception.unknown``, Conflict ``reception.stale``, ``reception.closed``,
    ``register.struck``, ``reception.not_passed_on``, InvalidInput ``register.in_future``,
    ``reception.closed_early``.
    """
    with begin(engine, actor) as conn:
        _check_day(conn, closed_on)
        day = closed_on or store.get_today(conn)
        held = store.lock_row(conn, "reception", reception_id)
        if held is None:
            raise NotFound("reception.unknown")
        if held["struck_at"] is not None:
            raise Conflict("register.struck")
        if held["outcome"] != "passed_on":
            raise Conflict("reception.not_passed_on")
        if held["closed_on"] is not None:
            raise Conflict("reception.closed", closed_on=held["closed_on"].isoformat())
        if held["rev"] != rev:
            raise Conflict("reception.stale", rev=held["rev"])
        if day < held["received_on"]:
            raise InvalidInput("reception.closed_early", field="closed_on")
        store.close_reception(conn, reception_id, closing, day)
        add_audit(
            conn, actor, "register.close", "reception", str(reception_id), row_count=1,
            detail={"closing": closing},
        )  # fmt: skip
        return _one(conn, actor, "reception", reception_id)


def enter_settlement(
    engine: Engine,
    grids: GridCache,
    actor: Actor,
    new: NewSettlement,
    *,
    key: str | None,
    margin_m: float,
) -> Entered:
    """Enter what was settled in the grid: three fields and a place.

    Raises InvalidInput ``place.*``, ``register.in_future``, ``case.kind_unknown``,
    ``idempotency.other_body`` and NotFound ``cell.unknown`` for a place outside the actor's area.
    """

    def deed(conn: Connection, grid: Any, _at: Any) -> Entered:
        _check_day(conn, new.settled_on)
        _check_kind(conn, new.kind)
        path = resolve_place(conn, grid, new.place, None, margin_m).placement.path
        if not path:
            raise NotFound("cell.unknown", cell_code="?")
        fields = asdict(new)
        del fields["place"]
        fields |= {"cell_code": None, "cell_id": path[0].cell_id}
        return _enter(conn, actor, "grid_settlement", fields, _bind(key, new))

    return with_plan(engine, grids, actor, deed)


def read_register(
    engine: Engine,
    actor: Actor,
    table: str,
    *,
    from_on: date | None,
    to_on: date | None,
    after: int | None,
    limit: int,
) -> list[Row]:
    """A page of one register, newest first; logged, its notes hold people's words."""
    with begin(engine, actor) as conn:
        found = store.list_rows(
            conn, table, actor_id=actor.user_id, from_on=from_on, to_on=to_on, after=after,
            limit=limit,
        )  # fmt: skip
        add_audit(conn, actor, "register.list", table, row_count=len(found))
        return found


def read_entry(engine: Engine, actor: Actor, table: str, row_id: int) -> Row:
    """One row; NotFound ``register.unknown``."""
    with begin(engine, actor) as conn:
        return _one(conn, actor, table, row_id)


def strike_entry(engine: Engine, actor: Actor, table: str, row_id: int) -> Row:
    """Strike out a row that was entered by mistake; it stays to be seen and is counted nowhere.

    Only by whoever entered it.  Raises NotFound ``register.unknown``, Forbidden
    ``register.not_own``, Conflict ``register.struck``.
    """
    with begin(engine, actor) as conn:
        held = store.lock_row(conn, table, row_id)
        if held is None:
            raise NotFound("register.unknown")
        if held["registered_by"] != actor.user_id:
            raise Forbidden("register.not_own")
        if held["struck_at"] is not None:
            raise Conflict("register.struck")
        store.strike_row(conn, table, row_id)
        add_audit(conn, actor, "register.strike", table, str(row_id), row_count=1)
        return _one(conn, actor, table, row_id)


def _one(conn: Connection, actor: Actor, table: str, row_id: int) -> Row:
    found = store.list_rows(conn, table, actor_id=actor.user_id, row_id=row_id)
    if not found:
        raise NotFound("register.unknown")
    return found[0]


def _check_outcome(new: NewReception) -> None:
    is_of_case = new.outcome in ("registered", "repeat")
    if is_of_case != (new.case_code is not None):
        raise InvalidInput("reception.case_code", field="case_code", outcome=new.outcome)
    if (new.outcome == "passed_on") != (new.passed_to is not None):
        raise InvalidInput("reception.passed_to", field="passed_to", outcome=new.outcome)
    if new.kind is None and new.outcome != "consulted":
        raise InvalidInput("reception.kind", field="kind", outcome=new.outcome)


def _check_day(conn: Connection, day: date | None) -> None:
    if day is not None and day > store.get_today(conn):
        raise InvalidInput("register.in_future", on=day.isoformat())


def _check_kind(conn: Connection, kind: str | None) -> None:
    if kind is not None and not reading.case_kind_exists(conn, kind):
        known = [row["kind"] for row in reading.list_case_kinds(conn)]
        raise InvalidInput("case.kind_unknown", kind=kind, known=known)


def _case_id(conn: Connection, code: str | None) -> int | None:
    if code is None:
        return None
    case_id = store.find_case_id(conn, code)
    if case_id is None:
        raise NotFound("case.unknown", case_code=code)
    return case_id


def _bind(key: str | None, new: Any) -> _Key:
    if key is None:
        return _Key(None)
    text = json.dumps(asdict(new), sort_keys=True, default=str, ensure_ascii=False)
    return _Key(key, hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())


def _enter(
    conn: Connection, actor: Actor, table: str, fields: Mapping[str, Any], key: _Key
) -> Entered:
    row_id = store.add_row(
        conn,
        table,
        {
            **fields,
            "request_key": key.key,
            "body_hash": key.body_hash,
            "registered_by": actor.user_id,
        },
    )
    if row_id is not None:
        add_audit(conn, actor, "register.enter", table, str(row_id), row_count=1)
        return Entered(row_id, is_new=True)
    earlier = None if key.key is None else store.find_key(conn, table, actor.user_id, key.key)
    if earlier is None:
        raise NotFound("cell.unknown", cell_code=fields["cell_code"] or "?")
    if bytes(earlier["body_hash"]) != key.body_hash:
        raise InvalidInput("idempotency.other_body")
    return Entered(int(earlier["id"]), is_new=False)
