"""What an error of the database means to the one who asked."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gis_api.db.retry import find_sqlstate
from grid_boundaries.errors import Conflict, InvalidInput, WanggeError

# First entry whose text starts the SQLSTATE.
_MEANING: tuple[tuple[str, type[WanggeError], str], ...] = (
    ("23505", Conflict, "value.taken"),
    ("23P01", Conflict, "value.taken"),
    ("23503", Conflict, "value.refers_to_nothing"),
    ("23", InvalidInput, "value.refused"),
    ("22", InvalidInput, "value.not_storable"),
    ("40001", WanggeError, "service.busy"),
    ("40P01", WanggeError, "service.busy"),
    ("55P03", WanggeError, "service.busy"),
    ("57014", WanggeError, "service.slow_query"),
    ("53100", WanggeError, "service.disk_full"),
    ("53", WanggeError, "service.busy"),
    ("57P", WanggeError, "service.database_down"),
    ("08", WanggeError, "service.database_down"),
    ("58030", WanggeError, "service.disk_full"),
)


def explain_database_error(error: Exception) -> WanggeError:
    """A database error as one of our nouns, without its text, which may quote personal data."""
    if isinstance(error, PoolTimeout):
        return WanggeError("service.busy")
    state = find_sqlstate(error)
    if state is not None:
        for start, noun, code in _MEANING:
            if state.startswith(start):
                return noun(code)
        return WanggeError("service.internal")
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, psycopg.DataError):
        return InvalidInput("value.not_storable")
    if isinstance(error, OperationalError) or isinstance(original, psycopg.OperationalError):
        return WanggeError("service.database_down")
    return WanggeError("service.internal")


DATABASE_ERRORS: tuple[type[Exception], ...] = (SQLAlchemyError, psycopg.Error)
