"""Two states of the grid side by side: days, versions or plans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.moves import name_of
from gis_api.actions.redraw.rights import get_plan, require_plan_right
from gis_api.actions.redraw.view import derive_part, view_part
from gis_api.db.engine import Actor, begin
from gis_api.redraw.moves import store as moving
from gis_api.redraw.plans import store
from grid_boundaries.errors import InvalidInput, NotFound
from grid_boundaries.geo.measure import area_beyond_m2, area_ellipsoidal_m2
from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.store.cells import load_snapshot

_REF: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})|v(?P<version>\d{1,12})|p(?P<plan>\d{1,12})")
_SAME_M2: Final = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Grids of one level as somebody would see them; ``keys`` are the same for the same grid."""

    keys: list[str]
    codes: list[str]
    names: list[str]
    geoms: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One grid that is not the same: new, ended, renamed, recoded or redrawn.

    A grid whose border only got a vertex, or whose border moved by less than what counts as
    conserved, is the same.

    ``gained_m2`` and ``lost_m2`` are ground on the ellipsoid, ``households`` those of today that
    lie on it before and after.
    """

    kind: str
    before: str
    after: str
    name: str
    gained_m2: float
    lost_m2: float
    households_before: int
    households_after: int
    bbox: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ComparedGrids:
    """Both states counted and what differs; ``moved`` households are in another grid."""

    a: str
    b: str
    rank: int
    grids_a: int
    grids_b: int
    moved: int
    differences: list[Difference]


def compare_grids(
    engine: Engine, actor: Actor, a: str, b: str, rank: int | None = None
) -> ComparedGrids:
    """What differs between two states, by the code of the grid.

    ``a`` and ``b`` are a day (2026-01-31), a version (v12) or a plan (p3: today with the plan's
    grids); ``rank`` the level, by default that of a plan or the deepest.  A plan is compared inside
    its own parents.

    Raises InvalidInput ``redraw.compare_ref``, NotFound ``redraw.compare_none`` and
    ``redraw.plan_unknown``.
    """
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        level, parents = _find_level(conn, a, b, rank)
        before, after = (_read_state(conn, ref, level, parents) for ref in (a, b))
        homes = _read_homes(conn, parents)
    return _compare(a, b, level, before, after, homes)


def read_state(engine: Engine, actor: Actor, ref: str, rank: int | None = None) -> State:
    """One side of a comparison, for a map."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        level, parents = _find_level(conn, ref, ref, rank)
        return _read_state(conn, ref, level, parents)


def read_versions(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """Every publication, oldest first: what an as-of slider runs over."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        return store.list_versions(conn)


def _find_level(
    conn: Connection, a: str, b: str, rank: int | None
) -> tuple[int, dict[int, str] | None]:
    """The level, and the parents (cell → key) when a plan is one of the two."""
    for ref in (a, b):
        found = _REF.fullmatch(ref)
        if found is None:
            raise InvalidInput("redraw.compare_ref", ref=ref[:20])
        if found["plan"]:
            plan = get_plan(conn, int(found["plan"]))
            parts = store.list_parts(conn, plan["redraw_plan_id"])
            return plan["rank"], {p["parent_cell_id"]: p["parent_scope"] for p in parts}
    levels = store.list_levels(conn, 1)
    if not levels:
        raise NotFound("redraw.compare_none", ref=a)
    ranks = [level["rank"] for level in levels]
    if rank is not None and rank not in ranks:
        raise NotFound("redraw.compare_none", ref=a)
    return rank or max(ranks), None


def _read_state(conn: Connection, ref: str, rank: int, parents: dict[int, str] | None) -> State:
    found = _REF.fullmatch(ref)
    assert found is not None
    if found["plan"]:
        return _read_plan(conn, int(found["plan"]))
    day = _day_of(conn, ref, found)
    plan = load_snapshot(conn, day)
    rows = np.flatnonzero(plan.levels == rank)
    if parents is not None:
        above = plan.parents[rows]
        rows = rows[np.isin(plan.cell_ids[above], list(parents)) & (above >= 0)]
    if not len(rows):
        raise NotFound("redraw.compare_none", ref=ref)
    return State(
        [str(plan.cell_ids[row]) for row in rows], [plan.codes[row] for row in rows],
        [plan.names[row] for row in rows], plan.geoms[rows],
    )  # fmt: skip


def _day_of(conn: Connection, ref: str, found: re.Match[str]) -> date:
    if found["day"]:
        try:
            return date.fromisoformat(found["day"])
        except ValueError as error:
            raise InvalidInput("redraw.compare_ref", ref=ref) from error
    day = store.find_version_day(conn, int(found["version"]))
    if day is None:
        raise NotFound("redraw.compare_none", ref=ref)
    return day


def _read_plan(conn: Connection, plan_id: int) -> State:
    plan = get_plan(conn, plan_id)
    keys: list[str] = []
    codes: list[str] = []
    names: list[str] = []
    shapes: list[Any] = []
    for row in store.list_parts(conn, plan_id):
        part = view_part(plan, row, GROUNDS.get(conn, row))
        totals = {grid.grid: grid for grid in part.grids}
        for number, shape in zip(part.draft.grids, derive_part(part), strict=True):
            cell = row["numbers"].get(str(number))
            keys.append(str(cell["cell_id"]) if cell else f"p{row['redraw_part_id']}.{number}")
            codes.append(name_of(row, part, number))
            names.append(totals[number].name)
            shapes.append(shape)
    geoms = np.empty(len(shapes), dtype=object)
    geoms[:] = shapes
    return State(keys, codes, names, geoms)


def _read_homes(conn: Connection, parents: dict[int, str] | None) -> Any:
    homes = [
        home for key in (parents.values() if parents else [""])
        for home in moving.list_homes_now(conn, key) if home["lng"] is not None
    ]  # fmt: skip
    return np.array([(home["lng"], home["lat"]) for home in homes]).reshape(-1, 2)


def _compare(a: str, b: str, rank: int, before: State, after: State, homes: Any) -> ComparedGrids:
    in_a, in_b = (_locate(state, homes) for state in (before, after))
    rows_a = {key: row for row, key in enumerate(before.keys)}
    rows_b = {key: row for row, key in enumerate(after.keys)}
    found = []
    for key in sorted(rows_a.keys() | rows_b.keys()):
        row_a, row_b = rows_a.get(key), rows_b.get(key)
        gone = None if row_a is None else before.geoms[row_a]
        come = None if row_b is None else after.geoms[row_b]
        lost = _area(gone, come)
        gained = _area(come, gone)
        kind = _kind_of(before, after, row_a, row_b, max(lost, gained))
        if kind is None:
            continue
        west, south, east, north = shapely.total_bounds([g for g in (gone, come) if g is not None])
        found.append(
            Difference(
                kind,
                "" if row_a is None else before.codes[row_a],
                "" if row_b is None else after.codes[row_b],
                before.names[row_a or 0] if row_b is None else after.names[row_b],
                round(gained, 2), round(lost, 2),
                0 if row_a is None else int((in_a == row_a).sum()),
                0 if row_b is None else int((in_b == row_b).sum()),
                (float(west), float(south), float(east), float(north)),
            )
        )  # fmt: skip
    names_a, names_b = np.array([*before.keys, ""]), np.array([*after.keys, ""])
    moved = int((names_a[in_a] != names_b[in_b]).sum()) if len(homes) else 0
    found.sort(key=lambda d: (d.kind, d.after or d.before))
    return ComparedGrids(a, b, rank, len(before.keys), len(after.keys), moved, found)


def _kind_of(
    before: State, after: State, a: int | None, b: int | None, ground_m2: float
) -> str | None:
    if a is None:
        return "new"
    if b is None:
        return "ended"
    if ground_m2 > _SAME_M2:
        return "redrawn"
    if before.codes[a] != after.codes[b]:
        return "recoded"
    return "renamed" if before.names[a] != after.names[b] else None


def _area(of: Any, without: Any) -> float:
    if of is None:
        return 0.0
    return area_ellipsoidal_m2(of) if without is None else area_beyond_m2(of, without)


def _locate(state: State, homes: Any) -> Any:
    if not len(homes):
        return np.empty(0, dtype=np.int64)
    lead, _ = ExactCover(state.codes, state.geoms).locate_with_next(homes[:, 0], homes[:, 1])
    return lead
