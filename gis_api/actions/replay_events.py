"""Events that a client missed while it was away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from gis_api.db.engine import Actor, begin
from gis_api.db.event_reader import START, Event, Position, has_event, list_between

PAGE = 500


@dataclass(frozen=True, slots=True)
class Replay:
    """One page of missed events; not complete when the outbox no longer holds the last one seen."""

    events: list[Event]
    is_complete: bool
    next_after: Position


def replay_events(engine: Engine, actor: Actor, after: Position, until: Position) -> Replay:
    """The actor's events after one position up to ``until``, a page at a time.

    The event at ``after`` must still be in the outbox, or later ones may have been pruned with it.
    """
    with begin(engine, actor) as conn:
        if after == START or not has_event(conn, after):
            return Replay([], is_complete=False, next_after=after)
        events = list_between(conn, after, until, actor.scope, PAGE)
    if len(events) < PAGE:
        return Replay(events, is_complete=True, next_after=until)
    return Replay(events, is_complete=True, next_after=events[-1].position)
