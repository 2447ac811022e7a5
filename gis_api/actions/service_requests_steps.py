"""The steps of a service request: ask a group, take, decline, finish, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.db.outbox import emit_event
from gis_api.members.requests import store
from gis_api.members.roster.store import list_led_groups
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound
from layers.members.requests import TAKEN, get_next_state

Row = dict[str, Any]


def dispatch_request(
    engine: Engine, actor: Actor, request_id: int, rev: int, party_group_id: int
) -> None:
    """Ask a group (派单); asking again after it declined is allowed.

    Raises NotFound ``service_request.unknown``, ``party_group.unknown`` and Conflict
    ``service_request.stale``, ``service_request.wrong_state``.
    """
    with _step(engine, actor, request_id, rev, "dispatch", group=party_group_id) as (conn, _):
        if not store.group_exists(conn, party_group_id):
            raise NotFound("party_group.unknown")
        store.write_offer(conn, request_id, party_group_id, "offered")


def take_request(engine: Engine, actor: Actor, request_id: int, rev: int, member_id: int) -> None:
    """Take a request (接单) for a volunteer of a led group; every other group is asked no longer.

    Raises as above, InvalidInput ``member.not_volunteer`` and NotFound ``member.unknown``.
    """
    with _step(engine, actor, request_id, rev, "take", member=member_id) as (conn, _):
        volunteer = store.find_volunteer(conn, member_id)
        if volunteer is None:
            raise NotFound("member.unknown")
        if not volunteer["volunteers"]:
            raise InvalidInput("member.not_volunteer", field="member_id")
        store.withdraw_offers(conn, request_id)
        store.write_offer(
            conn, request_id, volunteer["party_group_id"], "taken", member_id=member_id
        )


def decline_request(
    engine: Engine, actor: Actor, request_id: int, rev: int, party_group_id: int
) -> None:
    """Say no for a led group, or give back what it took: then the request is open again.

    Raises as above, Forbidden ``service_request.not_your_group`` and Conflict
    ``service_request.taken_by_another``.
    """
    with _step(engine, actor, request_id, rev, "decline", group=party_group_id) as (conn, row):
        _require_led(conn, party_group_id)
        if row["state"] == TAKEN and _find_taker(conn, request_id) != party_group_id:
            raise Conflict("service_request.taken_by_another")
        store.write_offer(conn, request_id, party_group_id, "declined")


def finish_request(engine: Engine, actor: Actor, request_id: int, rev: int, minutes: int) -> None:
    """Done; the minutes count for the group.  Only whoever leads the group that took it may say so.

    Raises as above and Forbidden ``service_request.not_your_group``.
    """
    with _step(engine, actor, request_id, rev, "finish", minutes=minutes) as (conn, _):
        offers = store.list_offers(conn, request_id)
        taker = next((offer for offer in offers if offer["state"] == "taken"), None)
        if taker is None or not taker["is_mine"]:
            raise Forbidden("service_request.not_your_group")
        store.write_offer(
            conn, request_id, taker["party_group_id"], "done",
            member_id=taker["member_id"], minutes=minutes,
        )  # fmt: skip


def withdraw_request(engine: Engine, actor: Actor, request_id: int, rev: int) -> None:
    """Nobody needs help any longer.  Raises as above."""
    with _step(engine, actor, request_id, rev, "withdraw") as (conn, _):
        store.withdraw_offers(conn, request_id)


@contextmanager
def _step(
    engine: Engine, actor: Actor, request_id: int, rev: int, act: str, **detail: int
) -> Iterator[tuple[Connection, Row]]:
    """One transaction: the request held, its revision and state checked, its state moved on."""
    with begin(engine, actor) as conn:
        row = store.lock_request(conn, request_id)
        if row["rev"] != rev:
            raise Conflict("service_request.stale", rev=row["rev"])
        state = get_next_state(row["state"], act)
        yield conn, row
        store.write_state(conn, request_id, state)
        add_audit(conn, actor, f"service.{act}", "service_request", str(request_id), detail=detail)
        emit_event(conn, f"request.{act}", row["cell_code"], str(request_id), row["scope_key"])


def _require_led(conn: Connection, party_group_id: int) -> None:
    if party_group_id not in list_led_groups(conn):
        raise Forbidden("service_request.not_your_group")


def _find_taker(conn: Connection, request_id: int) -> int | None:
    return next(
        (o["party_group_id"] for o in store.list_offers(conn, request_id) if o["state"] == "taken"),
        None,
    )
