"""A listener that cannot keep up is told, and goes on from the newest position."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from gis_api.db.event_reader import START, Event, Position, find_position
from gis_api.http.event_hub import Listener


def _event(number: int) -> Event:
    return Event(Position(number, number), datetime.now(UTC), "case.registered", None, None, "0")


def test_listener_hands_out_events_in_order_once() -> None:
    async def story() -> None:
        listener = Listener(START, size=3)
        for number in (1, 2, 3):
            listener.put(_event(number))
        lost, events = listener.take()
        assert lost is None
        assert [e.position.xid for e in events] == [1, 2, 3]
        assert listener.take() == (None, [])

    asyncio.run(story())


def test_full_queue_is_dropped_whole_and_the_loss_ends_at_the_newest_event() -> None:
    async def story() -> None:
        listener = Listener(START, size=3)
        for number in range(1, 8):
            listener.put(_event(number))
        lost, events = listener.take()
        assert lost == Position(7, 7)
        assert events == []
        listener.put(_event(8))
        lost, events = listener.take()
        assert lost is None
        assert [e.position.xid for e in events] == [8]

    asyncio.run(story())


def test_positions_read_back_and_compare_as_numbers() -> None:
    assert find_position(Position(12, 3).to_text()) == Position(12, 3)
    assert Position(9, 99) < Position(10, 1)
    for text in ("", "-", "1", "1-", "-1", "a-1", "1-b", "1-2-3", "²-1", "1-²", "1" * 30 + "-1"):
        assert find_position(text) is None
