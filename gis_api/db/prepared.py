"""Statements sent together, in one round trip, and prepared once per connection.

A hundred small statements a second cost more in asking and planning than in working.  Only such
statements are sent this way whose plan does not depend on how much the asker may see: by key, or
in the whole place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine

from gis_api.db.engine import SET_ACTOR, Actor, actor_params

Asked = TypeVar("Asked")
Cursor = psycopg.Cursor[dict[str, Any]]


def get_row(cursor: Cursor) -> dict[str, Any]:
    """The one row that a statement always has."""
    row = cursor.fetchone()
    assert row is not None
    return row


class Batch:
    """Statements that travel together; their rows may be read when the batch is over."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def send(self, statement: str, params: Mapping[str, Any]) -> Cursor:
        """Queue one statement; values are bound by the driver as ``%(name)s``."""
        cursor: Cursor = self._driver.cursor(row_factory=dict_row)
        return cursor.execute(statement, params, prepare=True)

    def commit(self) -> None:
        """Queue the end of the transaction."""
        self._driver.commit()

    def act_as(self, actor: Actor) -> None:
        """What follows in this transaction is done by this actor."""
        self.send(SET_ACTOR, actor_params(actor))


@contextmanager
def together(conn: Connection) -> Iterator[Batch]:
    """One round trip for all that is sent inside; each statement sees what those before it did.

    The first error of the batch is raised at its end, and the transaction is then lost.
    """
    driver: Any = conn.connection.driver_connection
    try:
        with driver.pipeline():
            yield Batch(driver)
    except psycopg.Error:
        if driver.closed:
            conn.invalidate()
        raise


@contextmanager
def begin_together(
    engine: Engine, actor: Actor, ask: Callable[[Batch], Asked]
) -> Iterator[tuple[Connection, Asked]]:
    """``begin``, in one round trip with the first statements, which ``ask`` sends.

    Commits at the end, rolls back on any error.
    """
    with engine.begin() as conn:
        with together(conn) as batch:
            batch.act_as(actor)
            asked = ask(batch)
        yield conn, asked


def read_at_once(
    engine: Engine, actor: Actor, statement: str, params: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The first row of one question in a transaction of its own, in one round trip."""
    with engine.connect() as conn:
        try:
            with together(conn) as batch:
                batch.act_as(actor)
                cursor = batch.send(statement, params)
                batch.commit()
            return cursor.fetchone()
        finally:
            conn.rollback()
