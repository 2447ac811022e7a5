"""All checks of a plan before it is published, each with its place and, if any, a way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.moves import name_of
from gis_api.actions.redraw.rights import get_plan, lock_changeable, require_plan_right
from gis_api.actions.redraw.view import PartView, derive_part, view_part
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.redraw.moves import store as moving
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.hierarchy.codes import is_well_formed
from grid_boundaries.redraw.derive import covers_once
from grid_boundaries.redraw.findings import IN_PIECES, NO_HOUSEHOLDS, TOO_LARGE, TOO_SMALL

NOT_COVERING: Final = "redraw.not_covering"
HOMES_CHANGED: Final = "redraw.homes_changed"
HOMES_OUTSIDE: Final = "redraw.homes_outside"
NO_CODE: Final = "redraw.no_code"
CODE_MALFORMED: Final = "redraw.code_not_formed"
CODE_USED: Final = "redraw.code_used"
POSTS_OPEN: Final = "redraw.posts_open"
BASE_CHANGED: Final = "redraw.base_moved_on"
ACCEPTABLE: Final = frozenset(
    {TOO_SMALL, TOO_LARGE, IN_PIECES, NO_HOUSEHOLDS, HOMES_OUTSIDE, HOMES_CHANGED, NO_CODE,
     POSTS_OPEN}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanFinding:
    """One fault: which part and grids (numbers and codes), where to zoom, and what would mend it.

    ``bbox`` is west, south, east, north in EPSG:4490, None for a fault without a place.
    ``way_out`` is an intent as the edit route takes it, None where nobody can know what is wanted.
    """

    code: str
    parent: str
    grids: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    way_out: Mapping[str, Any] | None = None

    @property
    def can_be_accepted(self) -> bool:
        return self.code in ACCEPTABLE

    def to_json(self) -> dict[str, Any]:
        """Plain values, as the interface and the pack tell them."""
        return asdict(self) | {"can_be_accepted": self.can_be_accepted}


def check_draft_plan(engine: Engine, actor: Actor, plan_id: int) -> list[PlanFinding]:
    """Every fault of the whole plan now; NotFound ``redraw.plan_unknown``."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        return find_faults(conn, get_plan(conn, plan_id))


def submit_plan(
    engine: Engine,
    actor: Actor,
    plan_id: int,
    *,
    accepted: frozenset[str],
    reason: str | None,
    request: str | None,
    commit: bool = True,
) -> list[PlanFinding]:
    """Hand the plan over for approval as it stands; its findings, all of them accepted.

    Raises Conflict ``redraw.findings`` while there are others, InvalidInput
    ``redraw.reason_missing`` and ``redraw.unknown_finding``.
    """
    require_plan_right(actor, "draft")
    unknown = sorted(accepted - ACCEPTABLE)
    if unknown:
        raise InvalidInput("redraw.unknown_finding", kinds=unknown, known=sorted(ACCEPTABLE))
    if accepted and not (reason or "").strip():
        raise InvalidInput("redraw.reason_missing", kinds=sorted(accepted))
    with begin(engine, actor, commit=commit) as conn:
        plan = lock_changeable(conn, plan_id)
        findings = find_faults(conn, plan)
        require_accepted(findings, accepted)
        store.write_checked(conn, plan_id, sorted(accepted), reason, request)
        add_audit(
            conn, actor, "redraw.submit", "redraw_plan", str(plan_id), row_count=len(findings),
            detail={"accepted": sorted(accepted)},
        )  # fmt: skip
        return findings


def require_accepted(findings: list[PlanFinding], accepted: frozenset[str]) -> None:
    """Conflict ``redraw.findings`` with the kinds that nobody accepted."""
    refused = sorted({finding.code for finding in findings} - accepted)
    if refused:
        raise Conflict(
            "redraw.findings", kinds=refused, count=sum(f.code in refused for f in findings)
        )


def find_faults(conn: Connection, plan: Mapping[str, Any]) -> list[PlanFinding]:
    """Faults by part, in the order of ``_check_part``."""
    level = store.list_levels(conn, plan["rank"])[0]
    kinds = moving.list_kinds_of_level(conn, plan["rank"], store.get_today(conn))
    used: dict[str, str] = {}
    findings: list[PlanFinding] = []
    for row in store.list_parts(conn, plan["redraw_plan_id"]):
        part = view_part(dict(plan), row, GROUNDS.get(conn, row))
        findings += _check_ground(part)
        findings += _check_homes(conn, plan, row, part)
        findings += _check_codes(conn, level["code_digits"], row, part, used)
        if kinds:
            findings += _check_posts(row, part, kinds)
        if part.is_stale:
            winner = store.find_winner(conn, row["parent_cell_id"])
            findings.append(
                PlanFinding(BASE_CHANGED, part.parent,
                            params={"plan": winner["redraw_plan_id"] if winner else 0})
            )  # fmt: skip
    return findings


def check_coverage(part: PartView) -> bool:
    """Whether the polygons that would be published are the parent, once and without a gap."""
    return covers_once(derive_part(part), part.stored.parent)


def _check_ground(part: PartView) -> list[PlanFinding]:
    found = []
    if not check_coverage(part):
        found.append(PlanFinding(NOT_COVERING, part.parent, bbox=_box(part.stored.parent.bounds)))
    grids = {grid.grid: grid for grid in part.grids}
    geoms = part.stored.ground.geoms
    for fault in part.findings:
        box = shapely.total_bounds(geoms[list(fault.atoms)])
        grid = grids[fault.grid]
        found.append(
            PlanFinding(
                fault.code, part.parent, (fault.grid,), (grid.code,) if grid.code else (),
                _box(box), {"households": fault.households, "beyond": fault.beyond},
                _way_out(part, fault.code, fault.grid, fault.atoms),
            )
        )  # fmt: skip
    return found


def _way_out(part: PartView, code: str, grid: int, atoms: tuple[int, ...]) -> dict[str, Any] | None:
    """A loose piece goes to the grid around it; a grid too small joins the smallest neighbour that
    has room."""
    draft, graph = part.draft, part.stored.ground.graph
    met: dict[int, float] = {}
    for atom in atoms:
        for other, length in graph.near[atom]:
            if draft.grid[other] != grid and draft.grid[other] not in draft.locked:
                met[draft.grid[other]] = met.get(draft.grid[other], 0.0) + length
    if not met or grid in draft.locked:
        return None
    if code == IN_PIECES:
        to = max(met, key=lambda n: (met[n], -n))
        return {"act": "reassign", "grids": [to], "atoms": list(atoms)}
    if code in (TOO_SMALL, NO_HOUSEHOLDS):
        size = {g.grid: g.households for g in part.grids}
        to = min(met, key=lambda n: (size[n], n))
        return {"act": "merge", "grids": [to, grid]}
    return None


def _check_homes(
    conn: Connection, plan: Mapping[str, Any], row: Mapping[str, Any], part: PartView
) -> list[PlanFinding]:
    """Households that came, went or moved since the atoms were made, and those outside."""
    if plan["mode"] == "partition":
        return []
    homes = moving.list_homes_now(conn, row["parent_scope"])
    placed = [home for home in homes if home["lng"] is not None]
    if not placed:
        return []
    xy = np.array([(home["lng"], home["lat"]) for home in placed])
    shapely.prepare(part.stored.parent)
    inside = shapely.intersects_xy(part.stored.parent, xy[:, 0], xy[:, 1])
    found = []
    outside = int((~inside).sum())
    if outside:
        found.append(PlanFinding(HOMES_OUTSIDE, part.parent, params={"count": outside}))
    counted = sum(part.stored.ground.graph.weights)
    if counted != int(inside.sum()):
        found.append(
            PlanFinding(HOMES_CHANGED, part.parent,
                        params={"before": counted, "now": int(inside.sum())})
        )  # fmt: skip
    return found


def _check_codes(
    conn: Connection, digits: int | None, row: Mapping[str, Any], part: PartView,
    used: dict[str, str],
) -> list[PlanFinding]:  # fmt: skip
    found = []
    bare = [grid for grid in part.grids if not grid.code]
    if bare:
        found.append(
            PlanFinding(
                NO_CODE, part.parent, tuple(grid.grid for grid in bare),
                params={"count": len(bare)},
                way_out={"act": "renumber", "grids": [grid.grid for grid in bare]},
            )
        )  # fmt: skip
    own = {number: cell["code"] for number, cell in row["numbers"].items()}
    for grid in part.grids:
        if not grid.code:
            continue
        where: dict[str, Any] = {
            "grids": (grid.grid,), "cells": (grid.code,), "bbox": grid.bbox
        }  # fmt: skip
        if not is_well_formed(grid.code, digits):
            found.append(
                PlanFinding(CODE_MALFORMED, part.parent, params={"digits": digits or 0}, **where)
            )
        taken = used.get(grid.code) is not None
        if own.get(str(grid.grid)) != grid.code:
            taken = taken or grid.code in store.list_codes_like(conn, grid.code)
        if taken:
            way_out = {"act": "renumber", "grids": [grid.grid]}
            found.append(PlanFinding(CODE_USED, part.parent, way_out=way_out, **where))
        used[grid.code] = part.parent
    return found


def _check_posts(
    row: Mapping[str, Any], part: PartView, kinds: list[dict[str, Any]]
) -> list[PlanFinding]:
    """A new grid whose posts nobody filled or left vacant on purpose."""
    found = []
    for grid in part.grids:
        if not grid.is_new:
            continue
        decided = {post["kind"] for post in grid.posts or ()}
        missing = [kind["kind"] for kind in kinds if kind["kind"] not in decided]
        if missing:
            posts = [*(grid.posts or ()), *({"kind": k, "officer_id": None} for k in missing)]
            found.append(
                PlanFinding(
                    POSTS_OPEN, part.parent, (grid.grid,), (name_of(row, part, grid.grid),),
                    grid.bbox, {"kinds": missing},
                    {"act": "set_posts", "grids": [grid.grid], "posts": posts},
                )
            )  # fmt: skip
    return found


def _box(bounds: Any) -> tuple[float, float, float, float]:
    west, south, east, north = (float(v) for v in bounds)
    return (west, south, east, north)
