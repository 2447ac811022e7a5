"""The SQL of loading a demo place; runs as the administrator, policies do not apply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)


def count_rows(conn: Connection) -> Mapping[str, int]:
    """How much there is already, and how much of it is not of a demo."""
    found = row_or_none(_run(conn, "count_rows"))
    assert found is not None
    return found


def find_place(conn: Connection) -> Mapping[str, Any] | None:
    """The place this database serves; None for a new one."""
    return row_or_none(_run(conn, "find_place"))


def lift_time_limit(conn: Connection) -> None:
    """Let this transaction take minutes."""
    _run(conn, "unlimited")


def wipe(conn: Connection) -> None:
    """Empty every table of the place, accounts too; the audit trail stays."""
    _run(conn, "wipe")


def set_place(conn: Connection, place: str, name_zh: str, name_en: str) -> None:
    """Say which place this is, and that everything in it is synthetic."""
    _run(conn, "set_place", place=place, name_zh=name_zh, name_en=name_en)


def add_boundary_marks(conn: Connection) -> None:
    """Boundary points at corners of the first parcels, marks at some of them and how they were
    found, the papers of the parcels, and border posts at corners of villages."""
    _run(conn, "add_boundary_points")
    _run(conn, "add_markers")
    _run(conn, "add_sightings")
    _run(conn, "add_land")
    _run(conn, "add_border_posts")


def list_scope_keys(conn: Connection, on: date) -> dict[str, tuple[int, str]]:
    """(cell_id, scope_key) by code of every cell in force on a day."""
    found = rows(_run(conn, "list_scope_keys", on=on))
    return {row["code"]: (row["cell_id"], row["scope_key"]) for row in found}


def begin_cases(conn: Connection) -> None:
    """Make the temporary tables ``demo_case`` and ``demo_chain`` that the steps below read."""
    _run(conn, "begin_cases")
    _run(conn, "begin_chains")


def place_and_route_cases(conn: Connection, grid_version_id: int) -> None:
    """Turn ``demo_case`` into cases with their cell, lead, text and parties, set by set."""
    _run(conn, "analyze_cases")
    _run(conn, "place_cases", grid_version_id=grid_version_id)
    _run(conn, "analyze_paths")
    _run(conn, "route_cases")
    _run(conn, "analyze_routes")
    _run(conn, "insert_cases", grid_version_id=grid_version_id)
    _run(conn, "insert_case_texts")
    _run(conn, "insert_case_parties")


def list_registered(conn: Connection) -> list[dict[str, Any]]:
    """What the first link of every case's history says, in order of ``case_id``."""
    return rows(_run(conn, "list_registered"))


def begin_courses(conn: Connection) -> None:
    """Make the temporary table ``demo_course``: where open cases stand."""
    _run(conn, "begin_courses")


def advance_cases(conn: Connection) -> None:
    """Bring open cases to where ``demo_course`` says."""
    _run(conn, "advance_cases")


def restart_case_number(conn: Connection, next_number: int) -> None:
    """The next case filed gets this number."""
    _run(conn, "restart_case_number", next=next_number)


def analyze(conn: Connection) -> None:
    """Refresh the planner's statistics after a bulk load."""
    _run(conn, "analyze_all")
