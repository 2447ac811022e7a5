"""What the service asks the database about itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """What a visitor may know before signing in."""

    name_zh: str
    synthetic: bool


def find_place_label(conn: Connection) -> PlaceLabel | None:
    """The place this database is about; None before set-up."""
    row = conn.exec_driver_sql("SELECT name_zh, synthetic FROM place_setting").one_or_none()
    return None if row is None else PlaceLabel(*row)


def count_waiting_jobs(conn: Connection) -> int:
    """Jobs that no worker has begun."""
    number: int = conn.exec_driver_sql(
        "SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE status = 'todo'"
    ).scalar_one()
    return number


def count_queued_cases(conn: Connection) -> int:
    """Open cases that wait in the queue for somebody to take them, in the actor's scope."""
    number: int = conn.exec_driver_sql(
        'SELECT count(*) FROM "case" WHERE queue_reason IS NOT NULL AND closed_on IS NULL'
    ).scalar_one()
    return number
