"""The published grid in memory, swapped whole when a new version is published or a day begins."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db.engine import SYSTEM, begin
from gis_api.db.prepared import Batch, Cursor
from grid_boundaries.geo.envelope import Envelope
from grid_boundaries.locate.point import PointIndex
from grid_boundaries.store.cells import load_snapshot

_POLL_SECONDS = 0.5
_KEPT_DATES = 3


@dataclass(frozen=True, slots=True)
class PlanToken:
    """What the plan in force depends on: the day asked for and the newest publication."""

    on: date
    newest_version_id: int


@dataclass(frozen=True, slots=True)
class LoadedGrid:
    """One plan on one day with its index; never changed after it is made.

    ``envelope`` is (min_lng, min_lat, max_lng, max_lat) of all cells, None without cells.
    ``versions`` are rows of ``cell_version`` by cell, as far as somebody asked for them: they are
    of this plan and do not change while its token holds.
    """

    token: PlanToken
    index: PointIndex
    envelope: Envelope | None
    versions: dict[int, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)


_NEWEST = (
    "SELECT coalesce(%(on)s::date, today()) AS on_day, max(grid_version_id) AS newest"
    " FROM grid_version"
)


def read_token(conn: Connection, on: date | None = None) -> PlanToken | None:
    """The token of the plan in force on ``on`` (default: today in Shanghai); None without grids."""
    return token_of(dict(conn.exec_driver_sql(_NEWEST, {"on": on}).mappings().one()))


def ask_token(batch: Batch) -> Cursor:
    """What ``read_token`` asks of today, for ``token_of``."""
    return batch.send(_NEWEST, {"on": None})


def token_of(row: Mapping[str, Any]) -> PlanToken | None:
    """The row of a token; None without grids."""
    return None if row["newest"] is None else PlanToken(row["on_day"], row["newest"])


class GridCache:
    """Serves the current plan at once and others on request; safe between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._current: LoadedGrid | None = None
        self._others: OrderedDict[PlanToken, LoadedGrid] = OrderedDict()
        self._loading = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.on_error: Callable[[Exception], None] = lambda _error: None

    @property
    def current(self) -> LoadedGrid | None:
        """The plan of today as last seen (at most a second ago); None before the first grids."""
        return self._current

    def refresh(self) -> LoadedGrid | None:
        """Look at the database now; load and swap when the plan in force is another one."""
        with self._loading, begin(self._engine, SYSTEM) as conn:
            token = read_token(conn)
            if token is None:
                self._current = None
            elif self._current is None or self._current.token != token:
                self._current = _load(conn, token)
            return self._current

    def on_date(self, on: date | None) -> LoadedGrid | None:
        """The plan of a day; the last few days asked for are kept."""
        current = self._current
        if current is not None and on in (None, current.token.on):
            return current
        if on is None:
            return self.refresh()
        with self._loading, begin(self._engine, SYSTEM) as conn:
            token = read_token(conn, on)
            if token is None:
                return None
            if token not in self._others:
                self._others[token] = _load(conn, token)
                while len(self._others) > _KEPT_DATES:
                    self._others.popitem(last=False)
            self._others.move_to_end(token)
            return self._others[token]

    def start(self) -> None:
        """Keep the current plan fresh in a background thread until ``stop``."""
        self.refresh()
        self._thread = threading.Thread(target=self._poll, name="grid-cache", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _poll(self) -> None:
        while not self._stop.wait(_POLL_SECONDS):
            try:
                self.refresh()
            except Exception as error:  # noqa: BLE001  the old plan is served until a new one loads
                self.on_error(error)


def _load(conn: Connection, token: PlanToken) -> LoadedGrid:
    snapshot = load_snapshot(conn, token.on)
    return LoadedGrid(token, PointIndex(snapshot), snapshot.envelope)
