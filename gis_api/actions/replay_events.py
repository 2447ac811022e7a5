"""Which events an actor hears, now and after having been away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from gis_api.access.permissions import GRANTS, read_permissions
from gis_api.db.engine import Actor, Scope, begin
from gis_api.db.event_reader import START, Event, Position, has_event, list_between, list_seen

PAGE = 500
_REQUEST = "request."
# An event about leaving an area says nothing to those who still see the case by grant.
_OF_AREAS = frozenset({"case.left", "grid.changed"})
# What an event speaks of, and the permission to hear of it.
_NEEDS = {"case": ("case", "list"), "request": ("service_request", "list")}


@dataclass(frozen=True, slots=True)
class Replay:
    """One page of missed events; not complete when the outbox no longer holds the last one seen."""

    events: list[Event]
    is_complete: bool
    next_after: Position


def hears_by_grant(role: str) -> bool:
    """Whether a role hears of single things that it was granted, not of an area."""
    declared = read_permissions().roles.get(role)
    return declared is not None and declared.sees == GRANTS


def is_of_area(actor: Actor, event: Event) -> bool:
    """Whether somebody with an area hears an event: it is of the area, and of no request.

    Requests are heard by the groups that are asked; an area reads its list.
    """
    return actor.scope.holds(event.access_key) and not event.kind.startswith(_REQUEST)


def list_granted(engine: Engine, actor: Actor, events: Sequence[Event]) -> list[Event]:
    """The events about cases and requests that the actor may see now, for roles without an area.

    The database decides by the grants in force; the event itself says kind, cell and code only.
    """
    with begin(engine, actor) as conn:
        return _granted(conn, actor, events)


def replay_events(engine: Engine, actor: Actor, after: Position, until: Position) -> Replay:
    """The actor's events after one position up to ``until``, a page at a time.

    The event at ``after`` must still be in the outbox, or later ones may have been pruned with it.
    """
    by_grant = hears_by_grant(actor.role)
    with begin(engine, actor) as conn:
        if after == START or not has_event(conn, after):
            return Replay([], is_complete=False, next_after=after)
        scope = Scope.whole() if by_grant else actor.scope
        page = list_between(conn, after, until, scope, PAGE)
        if by_grant:
            events = _granted(conn, actor, page)
        else:
            events = [event for event in page if is_of_area(actor, event)]
    next_after = until if len(page) < PAGE else page[-1].position
    return Replay(events, is_complete=True, next_after=next_after)


def _granted(conn: Connection, actor: Actor, events: Sequence[Event]) -> list[Event]:
    about = [(event, _about(actor, event)) for event in events]
    asked = {what for _, what in about if what is not None}
    if not asked:
        return []
    seen = list_seen(
        conn,
        cases=[code for kind, code in asked if kind == "case"],
        requests=[int(code) for kind, code in asked if kind == "request"],
    )
    return [event for event, what in about if what in seen]


def _about(actor: Actor, event: Event) -> tuple[str, str] | None:
    """What an event speaks of, if the role may hear of such things at all."""
    kind = event.kind.partition(".")[0]
    needs = _NEEDS.get(kind)
    if needs is None or event.code is None or event.kind in _OF_AREAS:
        return None
    return (kind, event.code) if read_permissions().allows(actor.role, *needs) else None
