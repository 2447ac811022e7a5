"""The SQL of what lies on redrawn ground; in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


def list_homes_now(conn: Connection, scope_key: str) -> list[Row]:
    """Households of a cell with place and key; without a place ``lng`` is None."""
    return rows(_run(conn, "list_homes_now", scope_key=scope_key))


def list_open_cases(conn: Connection, scope_key: str) -> list[Row]:
    """Open cases of a cell that the actor may see, by code."""
    return rows(_run(conn, "list_open_cases", scope_key=scope_key))


def list_posts(conn: Connection, cell_ids: Sequence[int], on: date) -> list[Row]:
    """Posts of cells with their holders."""
    return rows(_run(conn, "list_posts", cell_ids=list(cell_ids), on=on))


def list_kinds_of_level(conn: Connection, rank: int, on: date) -> list[Row]:
    """The kinds of post that grids of a level have."""
    return rows(_run(conn, "list_kinds_of_level", rank=rank, on=on))


def count_members(conn: Connection, household_ids: Sequence[int]) -> int:
    """Party members at home in these households; only to be told as a number."""
    found = _run(conn, "count_members", household_ids=list(household_ids))
    return sum(int(row.members) for row in found)


def list_group_cells(conn: Connection, cell_ids: Sequence[int]) -> list[Row]:
    """Party groups of cells."""
    return rows(_run(conn, "list_group_cells", cell_ids=list(cell_ids)))


def list_touching(
    conn: Connection, points: BaseGeometry, cell_ids: Sequence[int], on: date
) -> list[Row]:
    """Cells, without those named, whose box holds some of the points (a multipoint)."""
    return rows(
        _run(conn, "list_touching", points=shapely.to_wkb(points), cell_ids=list(cell_ids), on=on)
    )


def add_lineage(
    conn: Connection, grid_version_id: int, links: Sequence[tuple[str, str, float]]
) -> None:
    """What became what, by codes, with the share of households."""
    before, after, shares = zip(*links, strict=True) if links else ((), (), ())
    _run(
        conn, "add_lineage", grid_version_id=grid_version_id, from_codes=list(before),
        to_codes=list(after), shares=list(shares),
    )  # fmt: skip


def mark_provisional(conn: Connection, codes: Sequence[str]) -> None:
    """Codes that hold until the platform issues its own."""
    _run(conn, "mark_provisional", codes=list(codes))


def end_posts(conn: Connection, cell_ids: Sequence[int], on: date) -> None:
    """Posts of cells that end."""
    _run(conn, "end_posts", cell_ids=list(cell_ids), on=on)


def add_post(conn: Connection, code: str, kind: str, officer_id: int | None, on: date) -> None:
    """A post of a new cell, held or vacant on purpose."""
    post_id = _run(conn, "add_post", code=code, kind=kind, on=on).scalar_one()
    if officer_id is not None:
        _run(conn, "add_holding", post_id=post_id, officer_id=officer_id, on=on)


def carry_groups(conn: Connection, grid_version_ids: Sequence[int]) -> int:
    """Let the grids of party groups follow lineage, on the day the plan takes effect."""
    found = _run(conn, "carry_group_cells", grid_version_ids=list(grid_version_ids))
    return int(found.scalar_one())


def list_known_officers(conn: Connection, officer_ids: Sequence[int]) -> set[int]:
    return set(_run(conn, "known_officers", officer_ids=list(officer_ids)).scalars())


def tell_officers(conn: Connection, officer_ids: Sequence[int]) -> None:
    """That their grids were redrawn, once each."""
    _run(conn, "tell_officers", officer_ids=sorted(set(officer_ids)))


def tell_leads(conn: Connection, case_ids: Sequence[int]) -> None:
    """Whoever leads a case that moves."""
    _run(conn, "tell_leads", case_ids=list(case_ids))
