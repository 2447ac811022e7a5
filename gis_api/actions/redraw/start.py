"""Begin a plan: from today's grids, from a file, from nothing, or from another plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.ground import Laid, Parent, Partition, get_parent, lay_ground
from gis_api.actions.redraw.rights import get_plan, require_plan_right
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.redraw.barriers import Barriers
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.incoming import IncomingPlan, place_incoming


@dataclass(frozen=True, slots=True, eq=False)
class NewPlan:
    """What a planner begins with; ``size`` None takes the tenth to the ninetieth percentile of
    today's grids of the level.

    ``start`` is current (today's grids), empty (one grid a parent) or file (``incoming``).
    """

    name: str
    parents: tuple[str, ...]
    start: str = "current"
    size: SizeRule | None = None
    pastoral: bool = False
    seed: int = 1
    incoming: IncomingPlan | None = None
    partition: Partition | None = None
    barriers: Barriers | None = None

    def __post_init__(self) -> None:
        if not self.parents or len(set(self.parents)) != len(self.parents):
            raise InvalidInput("redraw.parents", count=len(self.parents))
        if (self.start == "file") != (self.incoming is not None):
            raise InvalidInput("redraw.start", start=self.start)


def start_plan(engine: Engine, actor: Actor, wanted: NewPlan, *, commit: bool = True) -> int:
    """A draft over the parents; its id.

    Raises NotFound ``redraw.parent_unknown``, InvalidInput ``redraw.no_level_below``,
    ``redraw.mixed_levels``, ``redraw.nested_parents`` and what making atoms raises.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        return begin_plan(conn, actor, wanted)


def begin_plan(conn: Connection, actor: Actor, wanted: NewPlan) -> int:
    """``start_plan`` in the caller's transaction."""
    today = store.get_today(conn)
    parents = [get_parent(conn, code, today) for code in wanted.parents]
    rank = _require_one_level(parents)
    area_id, area_key = store.find_area(conn, [parent.scope_key for parent in parents])
    size = wanted.size or find_bounds(conn, parents, rank)
    laid, placed, findings = [], [], []
    for parent in parents:
        borders = None
        if wanted.incoming is not None:
            borders = wanted.incoming.borders_within(parent.outline)
        day = store.find_base_day(conn, parent.scope_key)
        ground = lay_ground(
            conn, parent, day, borders=borders, barriers=wanted.barriers,
            partition=wanted.partition, pastoral=wanted.pastoral,
        )  # fmt: skip
        laid.append(ground)
        placed.append(_first_grids(wanted, parent, ground))
        if wanted.incoming is not None:
            told = wanted.incoming.findings_in(parent.outline, parent.code)
            findings += [found.to_json() for found in told]
    plan_id = store.add_plan(
        conn, name=wanted.name, rank=rank, area_cell_id=area_id, scope_key=area_key,
        branched_from=None, start=wanted.start, mode=_mode(wanted), low=size.low, high=size.high,
        seed=wanted.seed, made_by=actor.user_id, import_findings=findings,
    )  # fmt: skip
    version = store.get_version(conn)
    for parent, ground, (grid, facts) in zip(parents, laid, placed, strict=True):
        store.add_part(
            conn, redraw_plan_id=plan_id, parent_cell_id=parent.cell_id, base_rev=parent.rev,
            base_version_id=version, redraw_ground_id=ground.redraw_ground_id,
            today=ground.today, grid=grid, locked=[],
            next_grid=max([*grid, *ground.numbers, -1]) + 1,
            numbers={str(number): cell for number, cell in ground.numbers.items()}, facts=facts,
        )  # fmt: skip
    add_audit(conn, actor, "redraw.start", "redraw_plan", str(plan_id), row_count=len(parents))
    return plan_id


def branch_plan(
    engine: Engine, actor: Actor, redraw_plan_id: int, name: str, *, commit: bool = True
) -> int:
    """A scenario: a draft of its own that begins where another plan stands; its id.

    Raises NotFound ``redraw.plan_unknown``.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        return copy_plan(conn, actor, redraw_plan_id, name)


def copy_plan(conn: Connection, actor: Actor, redraw_plan_id: int, name: str) -> int:
    """``branch_plan`` in the caller's transaction."""
    plan = get_plan(conn, redraw_plan_id)
    if plan["state"] in ("published", "superseded"):
        # what was published is today's grids: begin from those
        raise Conflict("redraw.wrong_state", plan=redraw_plan_id, state=plan["state"])
    branch = store.add_plan(
        conn, name=name, rank=plan["rank"], area_cell_id=plan["area_cell_id"],
        scope_key=plan["scope_key"], branched_from=redraw_plan_id, start="branch",
        mode=plan["mode"], low=plan["low"], high=plan["high"], seed=plan["seed"],
        made_by=actor.user_id, import_findings=plan["import_findings"],
    )  # fmt: skip
    store.copy_parts(conn, redraw_plan_id, branch)
    add_audit(
        conn, actor, "redraw.branch", "redraw_plan", str(branch), detail={"from": redraw_plan_id}
    )
    return branch


def find_bounds(conn: Connection, parents: Sequence[Parent], rank: int) -> SizeRule:
    """The tenth to the ninetieth percentile of today's grids of the level in these parents.

    Where they have none with households: 1 to all of them.
    """
    today = store.get_today(conn)
    sizes = [n for p in parents for n in store.list_sizes(conn, p.scope_key, rank, today) if n]
    if not sizes:
        return SizeRule(1, 1_000_000)
    low, high = np.percentile(sizes, (10, 90))
    return SizeRule(max(1, int(np.floor(low))), max(1, int(np.ceil(high))))


def _require_one_level(parents: Sequence[Parent]) -> int:
    ranks = {parent.rank for parent in parents}
    if len(ranks) > 1:
        raise InvalidInput("redraw.mixed_levels", codes=[parent.code for parent in parents])
    return ranks.pop()


def _mode(wanted: NewPlan) -> str:
    if wanted.partition is not None:
        return "partition"
    return "pastoral" if wanted.pastoral else "settled"


def _first_grids(wanted: NewPlan, parent: Parent, laid: Laid) -> tuple[list[int], list[list[Any]]]:
    """The grid of each atom at the start, and what is known of new grids."""
    fresh = max([*laid.numbers, -1]) + 1
    if wanted.start == "empty":
        return [fresh] * len(laid.today), []
    if wanted.incoming is not None:
        return place_incoming(wanted.incoming, parent.outline, laid.stored.ground, laid.numbers)
    if all(number < 0 for number in laid.today):
        return [fresh] * len(laid.today), []
    return _adopt_lost(laid), []


def _adopt_lost(laid: Laid) -> list[int]:
    """Today's grids; an atom in none goes where it shares most border, wave by wave."""
    grid = list(laid.today)
    near = laid.stored.ground.graph.near
    waiting = [atom for atom, number in enumerate(grid) if number < 0]
    while waiting:
        found = {}
        for atom in waiting:
            met: dict[int, float] = {}
            for other, length in near[atom]:
                if grid[other] >= 0:
                    met[grid[other]] = met.get(grid[other], 0.0) + length
            if met:
                found[atom] = max(met, key=lambda number: (met[number], -number))
        for atom, number in found.items():
            grid[atom] = number
        waiting = [atom for atom in waiting if grid[atom] < 0]
    return grid
