"""Begin again from the grids in force now, with the steps of an older draft done once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.edit import write_change
from gis_api.actions.redraw.ground import GROUNDS, Partition
from gis_api.actions.redraw.rights import get_plan, require_plan_right
from gis_api.actions.redraw.start import NewPlan, begin_plan
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.redraw.drafts import change_from_json, columns_of, draft_of
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict
from grid_boundaries.redraw.draft import Change, Draft, apply_change
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.replay import (
    ALREADY_SO,
    DONE,
    Carrier,
    change_between,
    find_same_ground,
    match_cells,
)

START: Final = "start"
"""The act of what the old draft differed in from its grids of the day before its first step."""


@dataclass(frozen=True, slots=True)
class ReplayedStep:
    """``why`` is done, or why the step was left out: grid_gone, moved_by_others, locked."""

    parent: str
    seq: int
    act: str
    why: str
    households: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """The new draft and each step of the old one that means something on it."""

    plan_id: int
    steps: list[ReplayedStep]

    @property
    def left_out(self) -> int:
        return sum(step.why != DONE for step in self.steps)


def replay_plan(
    engine: Engine, actor: Actor, plan_id: int, name: str, *, commit: bool = True
) -> Replayed:
    """A draft of its own over the same parents, from the grids in force now, with each step of the
    old draft done again as one step, or left out with the reason; the old draft stays.

    Raises NotFound ``redraw.plan_unknown``, Conflict ``redraw.wrong_state`` for a published plan.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        plan = get_plan(conn, plan_id)
        if plan["state"] in ("published", "superseded"):
            raise Conflict("redraw.wrong_state", plan=plan_id, state=plan["state"])
        old = store.list_parts(conn, plan_id)
        made = begin_plan(conn, actor, _like(conn, plan, old, name))
        edits = store.list_done_edits(conn, plan_id)
        new = {part["parent_cell_id"]: part for part in store.list_parts(conn, made)}
        steps = [
            step
            for part in old
            for step in _replay_part(
                conn, actor, part, new[part["parent_cell_id"]],
                [e for e in edits if e["redraw_part_id"] == part["redraw_part_id"]],
            )
        ]  # fmt: skip
        add_audit(
            conn, actor, "redraw.replay", "redraw_plan", str(made), row_count=len(steps),
            detail={"from": plan_id},
        )  # fmt: skip
        return Replayed(made, steps)


def _like(
    conn: Connection, plan: Mapping[str, Any], parts: list[dict[str, Any]], name: str
) -> NewPlan:
    partition = None
    if plan["mode"] == "partition":
        # the pieces of the file are the atoms of the old ground
        grounds = [GROUNDS.get(conn, part).ground for part in parts]
        partition = Partition.join([(g.geoms, g.graph.weights) for g in grounds])
    return NewPlan(
        name, tuple(part["parent_code"] for part in parts),
        size=SizeRule(plan["low"], plan["high"]), pastoral=plan["mode"] == "pastoral",
        seed=plan["seed"], partition=partition,
    )  # fmt: skip


def _replay_part(
    conn: Connection, actor: Actor, old: dict[str, Any], new: dict[str, Any],
    edits: list[dict[str, Any]],
) -> list[ReplayedStep]:  # fmt: skip
    changes = [(e["seq"], e["act"], change_from_json(e["change"])) for e in edits]
    first = _undo_all(draft_of(old), [change for *_, change in changes])
    said = tuple((grid, name, None, value) for (grid, name), value in sorted(first.facts.items()))
    begun = replace(change_between(old["today"], first.grid), facts=said)
    changes.insert(0, (0, START, begun))
    ground = GROUNDS.get(conn, new).ground
    before = GROUNDS.get(conn, old).ground
    carrier = Carrier(
        find_same_ground(before.geoms, ground.sites), match_cells(old["numbers"], new["numbers"])
    )
    of_today = frozenset(int(number) for number in old["numbers"])
    steps, row = [], dict(new)
    for seq, act, change in changes:
        draft = draft_of(row)
        carried, why = carrier.carry(change, draft, of_today)
        if carried is not None:
            draft = apply_change(draft, carried)
            write_change(conn, actor, row, draft, act, carried)
            row |= columns_of(draft) | {"rev": draft.revision}
        if seq or why not in (DONE, ALREADY_SO):
            moved = sum(before.graph.weights[atom] for atom, _, _ in change.moves)
            steps.append(ReplayedStep(old["parent_code"], seq, act, why, moved))
    return steps


def _undo_all(draft: Draft, changes: list[Change]) -> Draft:
    for change in reversed(changes):
        draft = apply_change(draft, change.invert())
    return draft
