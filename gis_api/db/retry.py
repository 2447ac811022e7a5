"""Run a transaction again when the database asks for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from gis_api.db.engine import Actor, begin

SERIALIZATION_FAILURE = "40001"
DEADLOCK = "40P01"
RETRIES = 3

T = TypeVar("T")


def run_in_transaction(engine: Engine, actor: Actor, work: Callable[[Connection], T]) -> T:
    """``work`` in one transaction, committed; run again up to 3 times on dead-lock or conflict.

    ``work`` must hold no effect outside the database.  The last error is raised as it is.
    """
    for attempt in range(RETRIES + 1):
        try:
            with begin(engine, actor) as conn:
                return work(conn)
        except DBAPIError as error:
            if find_sqlstate(error) not in (SERIALIZATION_FAILURE, DEADLOCK) or attempt == RETRIES:
                raise
        time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311  spreads the retries
    raise AssertionError("unreachable")


def find_sqlstate(error: BaseException) -> str | None:
    """The five-letter SQLSTATE of a database error, wrapped by SQLAlchemy or not."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None)
    return state if isinstance(state, str) else None
