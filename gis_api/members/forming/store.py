"""The SQL of forming groups, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner
from layers.members.ground import Ints

_run = sql_runner(__file__)


@dataclass(frozen=True, slots=True, eq=False)
class FormingCells:
    """Micro grids of one day by code; arrays of one length, ``group_id`` 0 for none."""

    cell_id: Ints
    village_id: Ints
    group_id: Ints
    members: Ints
    is_locked: np.ndarray
    geoms: np.ndarray
    village_names: dict[int, str]


def get_today(conn: Connection) -> date:
    """Today in Shanghai."""
    found: date = _run(conn, "get_today").scalar_one()
    return found


def list_forming_cells(conn: Connection, on: date) -> FormingCells:
    """The ground of forming; members are counted where their home lies."""
    found = rows(_run(conn, "list_forming_cells", on=on))

    def column(name: str) -> Ints:
        return np.array([row[name] or 0 for row in found], dtype=np.int64)

    return FormingCells(
        cell_id=column("cell_id"),
        village_id=column("village_cell_id"),
        group_id=column("party_group_id"),
        members=column("members"),
        is_locked=np.array([row["is_locked"] for row in found], dtype=bool),
        geoms=shapely.from_wkb([bytes(row["wkb"]) for row in found]),
        village_names={row["village_cell_id"]: row["village_name"] for row in found},
    )


def add_plan(
    conn: Connection,
    cells: FormingCells,
    number: Ints,
    group_ids: Sequence[int],
    *,
    from_on: date,
    seed: int,
    made_by: int,
) -> int:
    """Write a plan down; ``group_ids[n]`` is the group that number n continues, 0 for a new one."""
    plan_id = int(_run(conn, "add_plan", from_on=from_on, seed=seed, made_by=made_by).scalar_one())
    first = np.unique(number, return_index=True)[1]
    _run(
        conn,
        "add_plan_groups",
        plan_id=plan_id,
        numbers=list(range(len(group_ids))),
        group_ids=list(group_ids),
        villages=cells.village_id[first].tolist(),
    )
    _run(
        conn,
        "add_plan_cells",
        plan_id=plan_id,
        cell_ids=cells.cell_id.tolist(),
        numbers=number.tolist(),
        before_ids=cells.group_id.tolist(),
    )
    return plan_id


def lock_groups(conn: Connection) -> None:
    """Hold the sets of micro grids; readers go on."""
    _run(conn, "lock_groups")


def list_due_plans(conn: Connection) -> list[dict[str, Any]]:
    """Plans whose day has come and that have not taken effect, oldest first."""
    return rows(_run(conn, "list_due_plans"))


def count_stale_cells(conn: Connection, plan_id: int) -> int:
    """Micro grids about which the plan is out of date."""
    return int(_run(conn, "count_stale_cells", plan_id=plan_id).scalar_one())


def list_new_groups(conn: Connection, plan_id: int) -> list[dict[str, Any]]:
    """Groups of the plan that are still to be made, with the names used in their village."""
    return rows(_run(conn, "list_new_groups", plan_id=plan_id))


def add_group(conn: Connection, plan_id: int, number: int, village_id: int, name: str) -> None:
    """Make a group of the plan."""
    _run(conn, "add_group", plan_id=plan_id, number=number, village_cell_id=village_id, name=name)


def apply_plan(conn: Connection, plan_id: int, from_on: date) -> int:
    """Micro grids, members and ended groups become those of the plan; the members moved."""
    moved = _run(conn, "move_home_members", plan_id=plan_id).rowcount
    moved += _run(conn, "move_stranded_members", plan_id=plan_id).rowcount
    _run(conn, "remove_group_cells", plan_id=plan_id)
    _run(conn, "write_group_cells", plan_id=plan_id)
    _run(conn, "end_groups", plan_id=plan_id, from_on=from_on)
    _run(conn, "end_plan", plan_id=plan_id)
    return int(moved)
