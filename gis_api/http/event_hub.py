"""One reader of the outbox per process, many listeners.

Every listener has a bounded queue.  A listener that cannot keep up is told so with a gap and goes
on from the newest position; it never holds up the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from gis_api.db.event_reader import START, Event, Position, connect_reader, find_newest, list_after
from gis_api.observability.logs import log_failure

POLL_S = 2.0
# While rows wait for an older transaction to end.
EAGER_POLL_S = 0.1
# After a wake-up, for those who wrote at the same time and left the waking to another.
LINGER_S = 1.0
# Between two looks, however many write; much of what a live wall may be late (script/bench live).
PAUSE_S = 0.02
RECONNECT_S = 1.0
QUEUE_SIZE = 1000


class Listener:
    """One client's share of the feed, from ``start`` on."""

    def __init__(self, start: Position, size: int) -> None:
        self.start = start
        self.lost_until: Position | None = None
        self._events: deque[Event] = deque()
        self._size = size
        self._arrived = asyncio.Event()

    def put(self, event: Event) -> None:
        """Queue an event; when the queue is full all of it is dropped and the loss is noted."""
        if len(self._events) >= self._size or self.lost_until is not None:
            self._events.clear()
            self.lost_until = event.position
        else:
            self._events.append(event)
        self._arrived.set()

    async def wait(self, seconds: float) -> None:
        """Until something arrived, or the time is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._arrived.wait(), seconds)
        self._arrived.clear()

    def take(self) -> tuple[Position | None, list[Event]]:
        """What arrived since: (position up to which events were lost, events after it)."""
        lost, self.lost_until = self.lost_until, None
        events = list(self._events)
        self._events.clear()
        return lost, events


class EventHub:
    """Reads the outbox in the event loop and hands each event to every listener."""

    def __init__(self, url: str, queue_size: int = QUEUE_SIZE) -> None:
        self._url = url
        self._queue_size = queue_size
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self.closing = False
        self.position = START

    async def start(self) -> None:
        """Begin to read; returns at once, a database that is down is tried again."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the reader and let every open stream end."""
        self.closing = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def wait_ready(self, seconds: float) -> bool:
        """Whether the reader knows its position, waiting a little for the first one."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), seconds)
        return self._ready.is_set()

    @property
    def listener_count(self) -> int:
        return len(self._listeners)

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """A listener that gets every event after its ``start`` until the block ends."""
        listener = Listener(self.position, self._queue_size)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _run(self) -> None:
        while True:
            try:
                async with await connect_reader(self._url) as connection:
                    await self._follow(connection)
            except (psycopg.Error, OSError) as error:
                log_failure("event_reader_lost", error)
            await asyncio.sleep(RECONNECT_S)

    async def _follow(self, connection: psycopg.AsyncConnection[object]) -> None:
        if not self._ready.is_set():
            self.position = await find_newest(connection)
            self._ready.set()
        woken_s = time.monotonic()
        while True:
            events, more = await list_after(connection, self.position)
            for event in events:
                self.position = event.position
                for listener in self._listeners:
                    listener.put(event)
            is_eager = more or time.monotonic() < woken_s + LINGER_S
            await asyncio.sleep(PAUSE_S)
            async for _ in connection.notifies(
                timeout=EAGER_POLL_S if is_eager else POLL_S, stop_after=1
            ):
                woken_s = time.monotonic()
