"""The SQL of plans; every function runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows, sql_runner

_run = sql_runner(__file__)
Row = dict[str, Any]


def get_today(conn: Connection) -> date:
    """The day in Shanghai."""
    found: date = _run(conn, "get_today").scalar_one()
    return found


def get_version(conn: Connection) -> int:
    """The newest publication, 0 for none."""
    return int(_run(conn, "get_version").scalar_one())


def list_versions(conn: Connection) -> list[Row]:
    """Every publication, oldest first, with the plan that it came from."""
    return rows(_run(conn, "list_versions"))


def find_version_day(conn: Connection, grid_version_id: int) -> date | None:
    """The first day of a publication."""
    found = row_or_none(_run(conn, "find_version_day", grid_version_id=grid_version_id))
    return None if found is None else found["valid_from"]


def find_base_day(conn: Connection, scope_key: str) -> date:
    """The day whose grids a draft below a cell begins with: those published last."""
    found: date = _run(conn, "find_base_day", scope_key=scope_key).scalar_one()
    return found


def find_parent(conn: Connection, code: str, on: date) -> Row | None:
    """The cell of a code with its outline, its revision and the rank of the level below."""
    found = row_or_none(_run(conn, "find_parent", code=code, on=on))
    return None if found is None else dict(found)


def list_children(conn: Connection, parent_cell_id: int, rank: int, on: date) -> list[Row]:
    """The grids of a parent, by code."""
    return rows(_run(conn, "list_children", parent_cell_id=parent_cell_id, rank=rank, on=on))


def list_grandchildren(conn: Connection, parent_cell_id: int, rank: int, on: date) -> list[Row]:
    """The cells below the grids of a parent, with their households, by code."""
    return rows(_run(conn, "list_grandchildren", parent_cell_id=parent_cell_id, rank=rank, on=on))


def list_homes(conn: Connection, scope_key: str) -> list[Row]:
    """Places of the households of a cell, by id; what has no place is left out."""
    return rows(_run(conn, "list_homes", scope_key=scope_key))


def list_seasonal_places(conn: Connection, scope_key: str) -> list[Row]:
    """The other places of herder households."""
    return rows(_run(conn, "list_seasonal_places", scope_key=scope_key))


def list_pastures(conn: Connection, scope_key: str) -> list[Row]:
    """The pastures that households of a cell hold by contract."""
    return rows(_run(conn, "list_pastures", scope_key=scope_key))


def list_zones(
    conn: Connection, kind: str, west: float, south: float, east: float, north: float
) -> list[Row]:
    """Areas of a kind that touch a box (EPSG:4490) today."""
    return rows(_run(conn, "list_zones", kind=kind, west=west, south=south, east=east, north=north))


def count_homes_without_place(conn: Connection, scope_key: str) -> int:
    """Households that lie in a cell by name only."""
    return int(_run(conn, "count_homes_without_place", scope_key=scope_key).scalar_one())


def list_sizes(conn: Connection, scope_key: str, rank: int, on: date) -> list[int]:
    """Households of each grid of a level inside a cell."""
    found = _run(conn, "list_sizes", scope_key=scope_key, rank=rank, on=on)
    return [int(row.households) for row in found]


def find_area(conn: Connection, scope_keys: Sequence[str]) -> tuple[int | None, str]:
    """The deepest cell above all of these with its key; (None, '0') where there is none."""
    found = row_or_none(_run(conn, "list_area", scope_keys=list(scope_keys)))
    return (None, "0") if found is None else (found["cell_id"], found["scope_key"])


def list_levels(conn: Connection, rank: int) -> list[Row]:
    """Levels from a rank down, with the digits of their codes."""
    return rows(_run(conn, "list_levels_below", rank=rank))


def list_codes_like(conn: Connection, prefix: str) -> set[str]:
    """Every code ever given that begins so."""
    return set(_run(conn, "list_codes_like", prefix=prefix).scalars())


def find_ground(conn: Connection, content_key: bytes) -> int | None:
    """The ground that was made from the same inputs."""
    found = row_or_none(_run(conn, "find_ground", content_key=content_key))
    return None if found is None else int(found["redraw_ground_id"])


def add_ground(conn: Connection, **values: Any) -> int:
    """Keep a ground; the id of the one that is there already if another was quicker."""
    return int(_run(conn, "add_ground", **values).scalar_one())


def get_ground(conn: Connection, redraw_ground_id: int) -> bytes:
    """The bytes of a ground."""
    return bytes(_run(conn, "get_ground", redraw_ground_id=redraw_ground_id).scalar_one())


def add_plan(conn: Connection, **values: Any) -> int:
    """A new draft; its id."""
    values["import_findings"] = Jsonb(values["import_findings"])
    return int(_run(conn, "add_plan", **values).scalar_one())


def add_part(conn: Connection, **values: Any) -> int:
    """One parent of a draft; its id."""
    values["numbers"], values["facts"] = Jsonb(values["numbers"]), Jsonb(values["facts"])
    return int(_run(conn, "add_part", **values).scalar_one())


def copy_parts(conn: Connection, from_plan_id: int, redraw_plan_id: int) -> None:
    """The parts of another plan as they stand, without their steps."""
    _run(conn, "copy_parts", from_plan_id=from_plan_id, redraw_plan_id=redraw_plan_id)


def find_plan(conn: Connection, redraw_plan_id: int) -> Row | None:
    """A plan that the actor may see."""
    found = row_or_none(_run(conn, "find_plan", redraw_plan_id=redraw_plan_id))
    return None if found is None else dict(found)


def lock_plan_row(conn: Connection, redraw_plan_id: int) -> bool:
    """Keep others from changing the plan until this transaction ends; False when unseen."""
    return _run(conn, "lock_plan_row", redraw_plan_id=redraw_plan_id).first() is not None


def list_plans(conn: Connection, *, dropped: bool = False) -> list[Row]:
    """The last hundred plans that the actor may see, newest first."""
    return rows(_run(conn, "list_plans", dropped=dropped))


def list_parts(conn: Connection, redraw_plan_id: int) -> list[Row]:
    """The parts of a plan by the code of their parent."""
    return rows(_run(conn, "list_parts", redraw_plan_id=redraw_plan_id))


def write_part(conn: Connection, redraw_part_id: int, rev: int, values: Mapping[str, Any]) -> bool:
    """The part as it is after a step; False when it is of another revision by now."""
    changed = _run(
        conn, "write_part", redraw_part_id=redraw_part_id, rev=rev, grid=values["grid"],
        next_grid=values["next_grid"], locked=values["locked"], facts=Jsonb(values["facts"]),
    )  # fmt: skip
    return changed.rowcount == 1


def touch_plan(conn: Connection, redraw_plan_id: int) -> int:
    """The plan has changed: it is a draft again; its revision."""
    return int(_run(conn, "touch_plan", redraw_plan_id=redraw_plan_id).scalar_one())


def add_edit(
    conn: Connection, redraw_plan_id: int, part_id: int, act: str, change: Any, actor_id: int
) -> int:
    """Note a step with its inverse; what was undone before can no longer be done again."""
    _run(conn, "leave_undone", redraw_plan_id=redraw_plan_id)
    return int(
        _run(
            conn, "add_edit", redraw_plan_id=redraw_plan_id, redraw_part_id=part_id, act=act,
            change=Jsonb(change), actor_id=actor_id,
        ).scalar_one()
    )  # fmt: skip


def find_edit_to_undo(conn: Connection, redraw_plan_id: int) -> Row | None:
    """The last step that was not taken back."""
    found = row_or_none(_run(conn, "find_last_done", redraw_plan_id=redraw_plan_id))
    return None if found is None else dict(found)


def find_edit_to_redo(conn: Connection, redraw_plan_id: int) -> Row | None:
    """The first step that was taken back and can be done again."""
    found = row_or_none(_run(conn, "find_first_undone", redraw_plan_id=redraw_plan_id))
    return None if found is None else dict(found)


def write_edit_state(conn: Connection, redraw_plan_id: int, seq: int, state: str) -> None:
    _run(conn, "write_edit_state", redraw_plan_id=redraw_plan_id, seq=seq, state=state)


def list_edits(conn: Connection, redraw_plan_id: int, limit: int = 50) -> list[Row]:
    """The last steps, newest first."""
    return rows(_run(conn, "list_edits", redraw_plan_id=redraw_plan_id, limit=limit))


def list_done_edits(conn: Connection, redraw_plan_id: int) -> list[Row]:
    """The steps that count, first one first."""
    return rows(_run(conn, "list_done_edits", redraw_plan_id=redraw_plan_id))


def list_editors(conn: Connection, redraw_plan_id: int) -> set[int]:
    """Whoever made the plan or changed it."""
    return set(_run(conn, "list_editors", redraw_plan_id=redraw_plan_id).scalars())


def write_checked(
    conn: Connection, redraw_plan_id: int, accepted: Sequence[str], reason: str | None,
    request: str | None,
) -> None:  # fmt: skip
    """Submitted: checked at its present revision."""
    _run(
        conn, "write_checked", redraw_plan_id=redraw_plan_id, accepted=list(accepted),
        reason=reason, request=request,
    )  # fmt: skip


def write_approved(
    conn: Connection, redraw_plan_id: int, actor_id: int, minutes_number: str
) -> None:
    _run(
        conn, "write_approved", redraw_plan_id=redraw_plan_id, actor_id=actor_id,
        minutes_number=minutes_number,
    )  # fmt: skip


def write_published(
    conn: Connection, redraw_plan_id: int, actor_id: int, grid_version_id: int, valid_from: date
) -> None:
    """The plan has become a grid version; what it replaces is superseded."""
    _run(
        conn, "write_published", redraw_plan_id=redraw_plan_id, actor_id=actor_id,
        grid_version_id=grid_version_id, valid_from=valid_from,
    )  # fmt: skip
    _run(conn, "supersede_plans", redraw_plan_id=redraw_plan_id)


def write_dropped(conn: Connection, redraw_plan_id: int) -> None:
    _run(conn, "write_dropped", redraw_plan_id=redraw_plan_id)


def take_parent(conn: Connection, parent_cell_id: int, base_rev: int) -> bool:
    """Claim a parent for a publication; False when somebody published on it since the draft."""
    return _run(conn, "take_parent", parent_cell_id=parent_cell_id, base_rev=base_rev).rowcount == 1


def find_winner(conn: Connection, parent_cell_id: int) -> Row | None:
    """The plan that was published last on a parent."""
    found = row_or_none(_run(conn, "find_winner", parent_cell_id=parent_cell_id))
    return None if found is None else dict(found)
