"""Steps on a draft: preview what an intent would do, do it, take it back, do it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.intents import Intent, plan_intent
from gis_api.actions.redraw.rights import get_part, get_plan, lock_changeable, require_plan_right
from gis_api.actions.redraw.view import GridTotals, describe_grids
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.redraw.drafts import change_from_json, change_to_json, columns_of, draft_of
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict
from grid_boundaries.redraw.draft import (
    Change,
    Draft,
    apply_change,
)
from grid_boundaries.redraw.feasible import SizeRule
from grid_boundaries.redraw.findings import DraftFinding, check_draft
from grid_boundaries.redraw.ground_file import StoredGround


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What a step does or did: the grids concerned, before and after, and what is wrong with them.

    ``moved`` (households) change grid in the draft; ``rev`` is the part's revision afterwards.
    """

    plan_id: int
    parent: str
    act: str
    rev: int
    moved: int
    touched: tuple[int, ...]
    before: list[GridTotals]
    after: list[GridTotals]
    findings: list[DraftFinding]
    ground: StoredGround
    draft: Draft


def preview_step(
    engine: Engine, actor: Actor, plan_id: int, parent: str | None, intent: Intent
) -> Step:
    """What the intent would do now; nothing is written.

    Raises NotFound ``redraw.plan_unknown`` / ``redraw.part_unknown`` and what the intent raises.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=False) as conn:
        plan = get_plan(conn, plan_id)
        part = get_part(conn, plan_id, parent)
        return _work_out(conn, plan, part, intent)[0]


def do_step(
    engine: Engine, actor: Actor, plan_id: int, parent: str | None, intent: Intent, rev: int
) -> Step:
    """Do it in one transaction and keep its inverse.

    Raises Conflict ``redraw.stale`` when the part is no longer of revision ``rev``,
    ``redraw.wrong_state`` when the plan can no longer be changed, and what the intent raises.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor) as conn:
        plan = lock_changeable(conn, plan_id)
        part = get_part(conn, plan_id, parent)
        if part["rev"] != rev:
            raise Conflict("redraw.stale", revision=part["rev"])
        step, change = _work_out(conn, plan, part, intent)
        write_change(conn, actor, part, step.draft, intent.act, change)
        return step


def write_change(
    conn: Connection, actor: Actor, part: dict[str, Any], draft: Draft, act: str, change: Change
) -> None:
    """The part after a change, the step with its inverse, and the plan a draft again."""
    plan_id = part["redraw_plan_id"]
    if not store.write_part(conn, part["redraw_part_id"], part["rev"], columns_of(draft)):
        raise Conflict("redraw.stale", revision=part["rev"])
    store.touch_plan(conn, plan_id)
    store.add_edit(
        conn, plan_id, part["redraw_part_id"], act, change_to_json(change), actor.user_id
    )
    add_audit(
        conn, actor, f"redraw.{act}", "redraw_plan", str(plan_id), row_count=len(change.moves)
    )


def undo_step(engine: Engine, actor: Actor, plan_id: int, *, commit: bool = True) -> Step:
    """Take back the last step, whoever made it and whenever.

    Raises Conflict ``redraw.nothing_to_undo``, ``redraw.wrong_state``.
    """
    return _walk(engine, actor, plan_id, back=True, commit=commit)


def redo_step(engine: Engine, actor: Actor, plan_id: int, *, commit: bool = True) -> Step:
    """Do again what was taken back; Conflict ``redraw.nothing_to_redo`` after another step."""
    return _walk(engine, actor, plan_id, back=False, commit=commit)


def _walk(engine: Engine, actor: Actor, plan_id: int, *, back: bool, commit: bool) -> Step:
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        plan = lock_changeable(conn, plan_id)
        find = store.find_edit_to_undo if back else store.find_edit_to_redo
        edit = find(conn, plan_id)
        if edit is None and back:
            raise Conflict("redraw.nothing_to_undo", plan=plan_id)
        if edit is None:
            raise Conflict("redraw.nothing_to_redo", plan=plan_id)
        part = next(
            p for p in store.list_parts(conn, plan_id)
            if p["redraw_part_id"] == edit["redraw_part_id"]
        )  # fmt: skip
        change = change_from_json(edit["change"])
        if back:
            change = change.invert()
        before = draft_of(part)
        after = apply_change(before, change)
        if not store.write_part(conn, part["redraw_part_id"], part["rev"], columns_of(after)):
            raise Conflict("redraw.stale", revision=part["rev"])
        store.touch_plan(conn, plan_id)
        store.write_edit_state(conn, plan_id, edit["seq"], "undone" if back else "done")
        add_audit(
            conn, actor, "redraw.undo" if back else "redraw.redo", "redraw_plan", str(plan_id)
        )
        ground = GROUNDS.get(conn, part)
        return _describe(plan, part, edit["act"], before, after, change, ground)


def _work_out(
    conn: Connection, plan: dict[str, Any], part: dict[str, Any], intent: Intent
) -> tuple[Step, Change]:
    ground = GROUNDS.get(conn, part)
    before = draft_of(part)
    change = plan_intent(conn, plan, part, before, ground, intent)
    after = apply_change(before, change)
    return _describe(plan, part, intent.act, before, after, change, ground), change


def _describe(
    plan: dict[str, Any], part: dict[str, Any], act: str, before: Draft, after: Draft,
    change: Change, ground: StoredGround,
) -> Step:  # fmt: skip
    weights = ground.ground.graph.weights
    rule = SizeRule(plan["low"], plan["high"])
    return Step(
        plan_id=part["redraw_plan_id"],
        parent=part["parent_code"],
        act=act,
        rev=after.revision,
        moved=sum(weights[atom] for atom, _, _ in change.moves),
        touched=change.touched,
        before=describe_grids(part, before, ground, change.touched),
        after=describe_grids(part, after, ground, change.touched),
        findings=check_draft(after, ground.ground, rule, change.touched),
        ground=ground,
        draft=after,
    )
