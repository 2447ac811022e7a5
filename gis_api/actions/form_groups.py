"""Propose party groups, write a plan down, and let it take effect on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, Engine

from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin
from gis_api.members.forming import store
from grid_boundaries.errors import Conflict, InvalidInput
from layers.members.compare_groups import Comparison, compare_groups
from layers.members.forming import NOBODY, GroupPlan, Wish, form_groups
from layers.members.ground import Ground, make_ground


@dataclass(frozen=True, slots=True)
class FormedGroups:
    """A proposal beside today's groups; ``small`` and ``apart`` name the villages concerned.

    ``plan_id`` is None on a dry run; ``moved_members`` is None until the plan takes effect.
    """

    comparison: Comparison
    small: list[str]
    apart: list[str]
    plan_id: int | None
    moved_members: int | None


def propose_groups(
    engine: Engine,
    actor: Actor,
    groups: int,
    *,
    seed: int,
    keep: bool,
    min_members: int,
    from_on: date | None,
    commit: bool,
) -> FormedGroups:
    """Form ``groups`` groups from all micro grids of today; with ``commit`` the plan is kept and
    takes effect on ``from_on`` (today by default).

    Locked groups (``party_group.is_locked``) stay as they are.  Raises InvalidInput
    ``forming.count``, ``forming.no_cells``, ``forming.from_in_past``.
    """
    with begin(engine, actor) as conn:
        today = store.get_today(conn)
        day = from_on or today
        if day < today:
            raise InvalidInput("forming.from_in_past", from_on=day.isoformat())
        if commit:
            store.lock_groups(conn)
        cells = store.list_forming_cells(conn, today)
        if not len(cells.cell_id):
            raise InvalidInput("forming.no_cells")
        ground = make_ground(cells.village_id, cells.members, cells.geoms)
        before = np.where(cells.group_id > 0, cells.group_id, NOBODY)
        wish = Wish(
            groups, min_members=min_members, seed=seed, keep=keep, today=before,
            locked=frozenset(cells.group_id[cells.is_locked].tolist()),
        )  # fmt: skip
        plan = form_groups(ground, wish)
        plan_id, moved = None, None
        if commit:
            continued = [max(0, group) for group in plan.today_of.tolist()]
            plan_id = store.add_plan(
                conn, cells, plan.group, continued, from_on=day, seed=seed, made_by=actor.user_id
            )
            add_audit(
                conn, actor, "groups.plan", "party_group_plan", str(plan_id),
                row_count=groups, detail={"from_on": day.isoformat(), "seed": seed},
            )  # fmt: skip
            if day <= today:
                moved = _apply(conn, actor, plan_id, day)
        return FormedGroups(
            compare_groups(ground, before, plan, min_members),
            _name_villages(cells, ground, plan, plan.small),
            _name_villages(cells, ground, plan, plan.apart),
            plan_id,
            moved,
        )


def apply_due_plans(engine: Engine, actor: Actor, *, commit: bool = True) -> int:
    """Let every plan whose day has come take effect; the number of them.  Safe to repeat.

    Without ``commit`` nothing is written.

    Raises Conflict ``forming.stale`` when groups or grids changed since a plan was made; then
    nothing has been applied.
    """
    with begin(engine, actor, commit=commit) as conn:
        store.lock_groups(conn)
        due = store.list_due_plans(conn)
        for plan in due:
            _apply(conn, actor, plan["party_group_plan_id"], plan["from_on"])
        return len(due)


def _apply(conn: Connection, actor: Actor, plan_id: int, from_on: date) -> int:
    stale = store.count_stale_cells(conn, plan_id)
    if stale:
        raise Conflict("forming.stale", plan=plan_id, cells=stale)
    used: dict[int, set[str]] = {}
    for new in store.list_new_groups(conn, plan_id):
        names = used.setdefault(new["village_cell_id"], set(new["used_names"]))
        name = _find_name(new["village_name"], names)
        names.add(name)
        store.add_group(conn, plan_id, new["number"], new["village_cell_id"], name)
    moved = store.apply_plan(conn, plan_id, from_on)
    add_audit(conn, actor, "groups.apply", "party_group_plan", str(plan_id), row_count=moved)
    return moved


def _find_name(village: str, used: set[str]) -> str:
    number = 1
    while (name := f"{village}第{number}党小组") in used:
        number += 1
    return name


def _name_villages(
    cells: store.FormingCells, ground: Ground, plan: GroupPlan, groups: tuple[int, ...]
) -> list[str]:
    concerned = np.unique(ground.branch[np.isin(plan.group, groups)])
    return [cells.village_names[village] for village in concerned.tolist()]
