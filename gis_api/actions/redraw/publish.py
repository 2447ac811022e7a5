"""Approve and publish a plan: two people, one transaction, from a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.publish_grids import publish_grids
from gis_api.actions.redraw.batch import PlannedBatch, plan_batch
from gis_api.actions.redraw.check import find_faults, require_accepted
from gis_api.actions.redraw.moves import Moves, find_moves
from gis_api.actions.redraw.rights import get_plan, require_plan_right
from gis_api.db.audit_trail import add_audit
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.redraw.moves import store as moving
from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound
from grid_boundaries.redraw.derive import is_conserved
from grid_boundaries.store.publish import lock_plan
from grid_boundaries.store.retire import retire_cells


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """What came into force, or will on ``valid_from``.

    ``followed`` are the rows that lie elsewhere now, None for a plan of a later day.
    """

    plan_id: int
    grid_version_id: int
    valid_from: date
    versions: int
    ended: int
    neighbours: int
    households: int
    cases: int
    followed: int | None


def approve_plan(
    engine: Engine, actor: Actor, plan_id: int, minutes_number: str, *, commit: bool = True
) -> None:
    """The second pair of eyes: somebody who neither made nor changed the plan.

    Raises Conflict ``redraw.wrong_state`` unless it was submitted as it stands, Forbidden
    ``redraw.own_plan``, InvalidInput ``redraw.minutes_missing``.
    """
    require_plan_right(actor, "publish")
    if not minutes_number.strip():
        raise InvalidInput("redraw.minutes_missing")
    with begin(engine, actor, commit=commit) as conn:
        plan = _lock(conn, plan_id, ("checked",))
        _require_other(conn, actor, plan_id)
        if plan["checked_rev"] != plan["rev"]:
            raise Conflict("redraw.wrong_state", plan=plan_id, state="draft")
        store.write_approved(conn, plan_id, actor.user_id, minutes_number.strip())
        add_audit(conn, actor, "redraw.approve", "redraw_plan", str(plan_id))


def publish_plan(
    engine: Engine, actor: Actor, plan_id: int, valid_from: date | None = None, *,
    commit: bool = True,
) -> PublishedPlan:  # fmt: skip
    """All of the plan from a day (default: today), and every row that lies on it, or nothing.

    The first statement claims each parent at the revision that the draft began with: of two plans
    for one parent the second is told who was first (Conflict ``redraw.base_changed``).  Everything
    is checked again.  Posts of grids that end do so on that day; officers concerned are told.

    Raises Forbidden ``redraw.own_plan``, InvalidInput ``redraw.from_in_past``, Conflict
    ``redraw.wrong_state``, ``redraw.findings``, ``redraw.nothing_changed`` and what
    ``publish_grids`` raises.
    """
    require_plan_right(actor, "publish")
    with begin(engine, actor, commit=commit) as conn:
        plan = _lock(conn, plan_id, ("approved",))
        _require_other(conn, actor, plan_id)
        today = store.get_today(conn)
        day = valid_from or today
        if day < today:
            raise InvalidInput("redraw.from_in_past", valid_from=day.isoformat())
        with whole_scope(conn, actor):
            _take_parents(conn, plan_id)
            lock_plan(conn)
            faults = [f for f in find_faults(conn, plan) if f.code != "redraw.base_moved_on"]
            require_accepted(faults, frozenset(plan["accepted"]))
            moves = find_moves(conn, plan)
            batch = plan_batch(conn, plan, day)
            if not batch.rows and not batch.ended:
                raise Conflict("redraw.nothing_changed", plan=plan_id)
            retire_cells(conn, batch.ended, day)
            published = publish_grids(
                conn,
                actor,
                batch.to_cells(),
                valid_from=day,
                label=f"plan {plan_id}",
                accepted_findings=[
                    {"code": f.code, "parent": f.parent, "cell_codes": list(f.cells),
                     "reason": plan["reason"]} for f in faults
                ],
                # before rows follow: grids of party groups go along with the lineage
                written=lambda version: _write_rest(conn, batch, moves, version, day),
            )  # fmt: skip
            version = published.publication.grid_version_id
            _require_whole(conn, plan, day)
            store.write_published(conn, plan_id, actor.user_id, version, day)
            add_audit(
                conn, actor, "redraw.publish", "redraw_plan", str(plan_id),
                row_count=published.publication.new_versions,
                detail={"grid_version_id": version, "valid_from": day.isoformat(),
                        "ended": len(batch.ended), "households": moves.households,
                        "cases": moves.cases},
            )  # fmt: skip
        return PublishedPlan(
            plan_id,
            version,
            day,
            published.publication.new_versions,
            len(batch.ended),
            batch.neighbours,
            moves.households,
            moves.cases,
            None if published.followed is None else published.followed.moved_count,
        )


def _lock(conn: Connection, plan_id: int, states: tuple[str, ...]) -> dict[str, Any]:
    if not store.lock_plan_row(conn, plan_id):
        raise NotFound("redraw.plan_unknown", plan=plan_id)
    plan = get_plan(conn, plan_id)
    if plan["state"] not in states:
        raise Conflict("redraw.wrong_state", plan=plan_id, state=plan["state"])
    return plan


def _require_other(conn: Connection, actor: Actor, plan_id: int) -> None:
    if actor.user_id in store.list_editors(conn, plan_id):
        raise Forbidden("redraw.own_plan", plan=plan_id)


def _take_parents(conn: Connection, plan_id: int) -> None:
    """In the order of ids, so that two publications never wait for each other in a ring."""
    for part in sorted(store.list_parts(conn, plan_id), key=lambda p: p["parent_cell_id"]):
        if not store.take_parent(conn, part["parent_cell_id"], part["base_rev"]):
            winner = store.find_winner(conn, part["parent_cell_id"]) or {}
            at = winner.get("published_at")
            raise Conflict(
                "redraw.base_changed", cell=part["parent_code"],
                by=winner.get("published_by") or "?", at=at.isoformat() if at else "?",
                plan=winner.get("redraw_plan_id", 0),
                grid_version_id=winner.get("grid_version_id", 0),
            )  # fmt: skip


def _require_whole(conn: Connection, plan: dict[str, Any], day: date) -> None:
    """What was written covers each parent once, to what counts as conserved; else all is undone.

    Raises Conflict ``redraw.not_whole``.
    """
    for part in store.list_parts(conn, plan["redraw_plan_id"]):
        parent = store.find_parent(conn, part["parent_code"], day)
        assert parent is not None
        grids = store.list_children(conn, part["parent_cell_id"], plan["rank"], day)
        shapes = shapely.from_wkb(np.array([bytes(one["wkb"]) for one in grids], dtype=object))
        outline = shapely.from_wkb(bytes(parent["wkb"]))
        if not is_conserved(shapes, outline) or not shapely.is_valid(shapes).all():
            raise Conflict("redraw.not_whole", cell=part["parent_code"])


def _write_rest(
    conn: Connection, batch: PlannedBatch, moves: Moves, version: int, day: date
) -> None:
    moving.add_lineage(conn, version, batch.lineage)
    moving.mark_provisional(conn, batch.provisional)
    moving.end_posts(conn, batch.ended, day)
    wanted = {post["officer_id"] for new in batch.posts for post in new.posts} - {None}
    known = moving.list_known_officers(conn, sorted(wanted))
    if wanted - known:
        raise InvalidInput("redraw.officer_unknown", officers=sorted(wanted - known))
    for new in batch.posts:
        for post in new.posts:
            moving.add_post(conn, new.code, post["kind"], post["officer_id"], day)
    moving.tell_officers(conn, [load.officer_id for load in moves.officers] + sorted(known))
    moving.tell_leads(conn, moves.case_ids)
