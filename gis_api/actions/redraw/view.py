"""A plan as people see it: its grids with households, shape and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Engine

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.rights import get_part, get_plan, require_plan_right
from gis_api.db.engine import Actor, begin
from gis_api.redraw.drafts import draft_of
from gis_api.redraw.plans import store
from grid_boundaries.redraw.derive import derive_grids, keep_needed_vertices, measure_compactness
from grid_boundaries.redraw.draft import Draft
from grid_boundaries.redraw.feasible import SizeRule, check_feasible
from grid_boundaries.redraw.findings import DraftFinding, check_draft
from grid_boundaries.redraw.ground_file import StoredGround

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class GridTotals:
    """One grid of a draft; ``code`` and ``name`` '' where it has none yet.

    ``today`` are the households of the cell that it goes on as (0 for a new grid), ``compactness``
    is Polsby–Popper, ``bbox`` west, south, east, north in EPSG:4490.
    """

    grid: int
    code: str
    name: str
    is_new: bool
    households: int
    today: int
    atoms: int
    locked: bool
    compactness: float
    bbox: tuple[float, float, float, float]
    posts: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True, eq=False)
class PartView:
    """One parent of a plan; ``reason`` says why its size cannot be had, None where it can.

    ``is_stale``: somebody published on the parent since the draft began.
    """

    parent: str
    parent_name: str
    rev: int
    is_stale: bool
    households: int
    grids: list[GridTotals]
    findings: list[DraftFinding]
    reason: str | None
    fewest: int
    most: int
    moved: int
    draft: Draft
    stored: StoredGround


@dataclass(frozen=True, slots=True, eq=False)
class PlanView:
    """A plan with all its parts and last steps."""

    plan: dict[str, Any]
    parts: list[PartView]
    edits: list[dict[str, Any]]


def read_plans(engine: Engine, actor: Actor) -> list[dict[str, Any]]:
    """The plans that one may see, newest first."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        return store.list_plans(conn)


def read_plan(engine: Engine, actor: Actor, plan_id: int) -> PlanView:
    """A plan with totals and findings; NotFound ``redraw.plan_unknown``."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        plan = get_plan(conn, plan_id)
        parts = [
            view_part(plan, row, GROUNDS.get(conn, row)) for row in store.list_parts(conn, plan_id)
        ]
        return PlanView(plan, parts, store.list_edits(conn, plan_id))


def read_part(engine: Engine, actor: Actor, plan_id: int, parent: str | None) -> PartView:
    """One part with its ground, for the map; NotFound ``redraw.part_unknown``."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        plan = get_plan(conn, plan_id)
        row = get_part(conn, plan_id, parent)
        return view_part(plan, row, GROUNDS.get(conn, row))


def view_part(plan: dict[str, Any], row: dict[str, Any], stored: StoredGround) -> PartView:
    """A row of ``redraw_part`` with everything worked out."""
    draft = draft_of(row)
    rule = SizeRule(plan["low"], plan["high"])
    weights = stored.ground.graph.weights
    feasible = check_feasible(sum(weights), rule, max(weights, default=0))
    moved = sum(
        weight for weight, now, then in zip(weights, draft.grid, row["today"], strict=True)
        if then >= 0 and now != then
    )  # fmt: skip
    return PartView(
        parent=row["parent_code"],
        parent_name=row["parent_name"],
        rev=row["rev"],
        is_stale=row["base_rev"] != row["parent_rev"],
        households=sum(weights),
        grids=describe_grids(row, draft, stored, draft.grids),
        findings=check_draft(draft, stored.ground, rule),
        reason=feasible.reason,
        fewest=feasible.fewest,
        most=feasible.most,
        moved=moved,
        draft=draft,
        stored=stored,
    )


def describe_grids(
    row: dict[str, Any], draft: Draft, stored: StoredGround, grids: Iterable[int]
) -> list[GridTotals]:
    """Totals of some grids of a draft, ascending; numbers without an atom are left out."""
    label = np.asarray(draft.grid)
    today = np.asarray(row["today"])
    weights = np.asarray(stored.ground.graph.weights)
    found = []
    for grid in sorted(set(grids)):
        own = label == grid
        if not own.any():
            continue
        shape = shapely.coverage_union_all(stored.ground.geoms[own])
        west, south, east, north = (float(v) for v in shape.bounds)
        cell = row["numbers"].get(str(grid))
        found.append(
            GridTotals(
                grid=grid,
                code=draft.facts.get((grid, "code")) or (cell["code"] if cell else ""),
                name=draft.facts.get((grid, "name")) or (cell["name"] if cell else ""),
                is_new=cell is None,
                households=int(weights[own].sum()),
                today=int(weights[today == grid].sum()) if cell else 0,
                atoms=int(own.sum()),
                locked=grid in draft.locked,
                compactness=float(measure_compactness(np.array([shape], dtype=object))[0]),
                bbox=(west, south, east, north),
                posts=draft.facts.get((grid, "posts")),
            )
        )
    return found


def derive_part(part: PartView) -> Geometries:
    """The polygons of the grids of a part, in the order of ``part.draft.grids``."""
    number = {grid: row for row, grid in enumerate(part.draft.grids)}
    label = [number[grid] for grid in part.draft.grid]
    shapes = derive_grids(part.stored.ground.geoms, label, len(number))
    return keep_needed_vertices(shapes, part.stored.parent)
