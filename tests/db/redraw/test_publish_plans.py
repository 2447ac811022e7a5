"""From a draft to grids in force: atomic, by two people, with what lies on the ground."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import Engine, create_engine, text

from gis_api.actions.publish_grids import apply_due_grids
from gis_api.actions.redraw.check import ACCEPTABLE, check_draft_plan, submit_plan
from gis_api.actions.redraw.compare import compare_grids
from gis_api.actions.redraw.edit import do_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.moves import read_moves
from gis_api.actions.redraw.pack import make_pack
from gis_api.actions.redraw.publish import approve_plan, publish_plan
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import read_plan
from gis_api.db.engine import SYSTEM, Actor, Scope, begin
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput
from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.store.cells import load_snapshot
from tests.db.redraw.places import OTHER_PLANNER, PLANNER, PUBLISHER
from tests.db.redraw.publishing import WEST, add_case, ready, scalar, split_and_merge

OTHER_PUBLISHER = Actor(904, "publisher", Scope.whole())
WRONG_HOMES = (
    "SELECT count(*) FROM household h WHERE NOT EXISTS (SELECT FROM cell_version v"
    " WHERE v.valid @> today() AND v.scope_key = h.scope_key AND v.rank = 3"
    " AND v.cell_id = h.cell_id AND ST_Covers(v.geom, h.geom))"
)


def test_a_plan_comes_into_force_with_all_that_lies_on_its_ground(fresh: Engine) -> None:
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    split_and_merge(fresh, plan)
    moves = read_moves(fresh, PLANNER, plan)
    moving, staying = moves.household_ids[0], scalar(
        fresh, "SELECT min(household_id) FROM household WHERE household_id <> ALL(:ids)",
        ids=moves.household_ids)  # fmt: skip
    for code, home, closed in (("open", moving, False), ("shut", moving, True),
                               ("other", staying, False)):  # fmt: skip
        add_case(fresh, code, home, closed=closed)
    moves = read_moves(fresh, PLANNER, plan)
    assert [flow.cases for flow in moves.flows if flow.cases] == [["open"]]
    assert moves.ended_grids
    assert any(load.ends for load in moves.officers)
    assert all(group.carried for group in moves.groups)
    before = scalar(fresh, "SELECT cell_id FROM \"case\" WHERE code = 'shut'")
    ready(fresh, plan)
    done = publish_plan(fresh, PUBLISHER, plan)
    assert (done.households, done.cases) == (moves.households, 1)
    assert scalar(fresh, WRONG_HOMES) == 0
    with begin(fresh, SYSTEM) as conn:
        now = load_snapshot(conn, done.valid_from)
    assert check_plan(now) == []
    for rank in (2, 3):
        assert shapely.coverage_is_valid(now.geoms[now.levels == rank])
    assert scalar(fresh, "SELECT state FROM redraw_plan") == "published"
    assert scalar(fresh, "SELECT count(*) FROM cell_code WHERE provisional") == 1
    shares = "SELECT sum(household_share) FROM cell_lineage GROUP BY from_cell_id"
    with begin(fresh, SYSTEM) as conn:
        assert conn.execute(text(shares)).scalars().all() == pytest.approx([1.0, 1.0])
    # the closed case keeps its cell, the open one has a link of its chain
    assert scalar(fresh, "SELECT cell_id FROM \"case\" WHERE code = 'shut'") == before
    assert scalar(fresh, "SELECT cell_id FROM \"case\" WHERE code = 'open'") != before
    assert scalar(fresh, "SELECT count(*) FROM case_history WHERE act = 'moved_with_grid'") == 1
    # the post of the ended grid ends, its cells of the party group went along
    assert scalar(fresh, "SELECT count(*) FROM post_holding WHERE upper(valid) = today()") == 1
    assert (
        scalar(
            fresh,
            "SELECT count(*) FROM cell_version v WHERE rank = 3 AND valid @> today()"
            " AND NOT EXISTS (SELECT FROM party_group_cell c WHERE c.cell_id = v.cell_id)",
        )
        == 0
    )
    assert scalar(fresh, "SELECT count(*) FROM notification WHERE kind = 'grid.redrawn'") >= 2


def test_four_eyes_and_the_order_of_steps(fresh: Engine) -> None:
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    split_and_merge(fresh, plan)
    with pytest.raises(Conflict, match=r"redraw\.findings"):
        submit_plan(fresh, PLANNER, plan, accepted=frozenset(), reason=None, request=None)
    with pytest.raises(InvalidInput, match=r"redraw\.reason_missing"):
        submit_plan(fresh, PLANNER, plan, accepted=ACCEPTABLE, reason=" ", request=None)
    with pytest.raises(InvalidInput, match=r"redraw\.unknown_finding"):
        submit_plan(fresh, PLANNER, plan, accepted=frozenset({"redraw.not_covering"}), reason="x",
                    request=None)  # fmt: skip
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        approve_plan(fresh, PUBLISHER, plan, "1")
    submit_plan(fresh, PLANNER, plan, accepted=ACCEPTABLE, reason="试", request=None)
    with pytest.raises(Forbidden):
        approve_plan(fresh, PLANNER, plan, "1")
    with pytest.raises(Forbidden, match=r"redraw\.own_plan"):
        approve_plan(fresh, Actor(PLANNER.user_id, "publisher", Scope.whole()), plan, "1")
    with pytest.raises(InvalidInput, match=r"redraw\.minutes_missing"):
        approve_plan(fresh, PUBLISHER, plan, " ")
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        publish_plan(fresh, PUBLISHER, plan)
    approve_plan(fresh, PUBLISHER, plan, "1")
    # a change after approval takes the approval back
    part = read_plan(fresh, PLANNER, plan).parts[0]
    do_step(fresh, PLANNER, plan, WEST, Intent("rename", (part.grids[0].grid,), text="新名"),
            part.rev)  # fmt: skip
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        publish_plan(fresh, PUBLISHER, plan)
    ready(fresh, plan)
    today = scalar(fresh, "SELECT today()")
    with pytest.raises(InvalidInput, match=r"redraw\.from_in_past"):
        publish_plan(fresh, PUBLISHER, plan, today - timedelta(days=1))
    publish_plan(fresh, PUBLISHER, plan, commit=False)
    assert scalar(fresh, "SELECT count(*) FROM grid_version") == 1
    for form, head in (("docx", b"PK"), ("pdf", b"%PDF")):
        content, _ = make_pack(fresh, PUBLISHER, plan, form)
        assert content.startswith(head)
    publish_plan(fresh, PUBLISHER, plan)
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        publish_plan(fresh, PUBLISHER, plan)


def test_a_plan_of_a_later_day_waits_for_it_and_the_old_one_is_served(fresh: Engine) -> None:
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    split_and_merge(fresh, plan)
    ready(fresh, plan)
    today = scalar(fresh, "SELECT today()")
    done = publish_plan(fresh, PUBLISHER, plan, today + timedelta(days=3))
    assert done.followed is None
    assert scalar(fresh, WRONG_HOMES) == 0  # still by today's grids
    with begin(fresh, SYSTEM) as conn:
        now, then = (load_snapshot(conn, day) for day in (today, done.valid_from))
    assert len(now) == 17
    assert sorted(now.codes) != sorted(then.codes)
    assert check_plan(then) == []
    assert apply_due_grids(fresh) == 0
    told = compare_grids(fresh, PLANNER, today.isoformat(), f"v{done.grid_version_id}")
    assert {d.kind for d in told.differences} == {"new", "ended", "redrawn"}
    assert told.moved == done.households
    # another plan for the same parent from an earlier day cannot slip in between
    second = start_plan(fresh, PLANNER, NewPlan("二", (WEST,)))
    split_and_merge(fresh, second)
    ready(fresh, second)
    with pytest.raises(Conflict, match=r"grid\.valid_from_too_early"):
        publish_plan(fresh, PUBLISHER, second, today + timedelta(days=1))


def test_the_second_of_two_plans_for_a_parent_is_told_who_was_first(fresh: Engine) -> None:
    one = start_plan(fresh, PLANNER, NewPlan("一", (WEST,)))
    two = start_plan(fresh, OTHER_PLANNER, NewPlan("二", (WEST,)))
    for plan in (one, two):
        split_and_merge(fresh, plan)
        ready(fresh, plan)
    publish_plan(fresh, PUBLISHER, one)
    with pytest.raises(Conflict, match=r"redraw\.base_changed") as told:
        publish_plan(fresh, PUBLISHER, two)
    assert told.value.params["plan"] == one
    assert read_plan(fresh, PLANNER, two).parts[0].is_stale
    assert "redraw.base_moved_on" in {f.code for f in check_draft_plan(fresh, PLANNER, two)}
    # the way on: the two side by side, and a draft from what is in force now
    assert compare_grids(fresh, PLANNER, f"v{1}", f"p{two}").differences
    third = start_plan(fresh, OTHER_PLANNER, NewPlan("三", (WEST,)))
    assert not read_plan(fresh, PLANNER, third).parts[0].is_stale


def test_what_would_not_cover_the_parent_is_undone(
    server: Any, fresh_database_name: str, fresh: Engine
) -> None:
    """Something between the check and the table takes a corner off each grid that is written."""
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    split_and_merge(fresh, plan)
    ready(fresh, plan)
    admin = create_engine(server.admin_url(fresh_database_name))
    with admin.begin() as conn:
        conn.execute(text(
            "CREATE FUNCTION cut_corner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " NEW.geom := ST_Multi(ST_Difference(NEW.geom, ST_Buffer(ST_PointOnSurface(NEW.geom),"
            " 1e-5))); RETURN NEW; END $$;"
            "CREATE TRIGGER cut_corner BEFORE INSERT ON cell_version FOR EACH ROW"
            " WHEN (NEW.rank = 3) EXECUTE FUNCTION cut_corner()"
        ))  # fmt: skip
    with pytest.raises(Conflict, match=r"redraw\.not_whole") as told:
        publish_plan(fresh, PUBLISHER, plan)
    assert told.value.params["cell"] == WEST
    assert scalar(fresh, "SELECT count(*) FROM grid_version") == 1
    with admin.begin() as conn:
        conn.execute(text("DROP TRIGGER cut_corner ON cell_version"))
    admin.dispose()
    assert publish_plan(fresh, PUBLISHER, plan).households


def test_a_grid_that_only_got_a_vertex_is_not_a_difference(fresh: Engine) -> None:
    plan = start_plan(fresh, PLANNER, NewPlan("试", (WEST,)))
    split_and_merge(fresh, plan)
    ready(fresh, plan)
    done = publish_plan(fresh, PUBLISHER, plan)
    assert done.neighbours
    after = f"v{done.grid_version_id}"
    told = compare_grids(fresh, PLANNER, "v1", after).differences
    assert {(d.before or d.after)[:12] for d in told} == {WEST}
    assert all(d.gained_m2 + d.lost_m2 > 1 for d in told)
    for rank in (1, 2):
        assert compare_grids(fresh, PLANNER, "v1", after, rank).differences == []


def test_two_publishers_at_once_thirty_times_never_commit_an_overlap(fresh: Engine) -> None:
    """Both redraw neighbouring grids of one village, drawn on the same state of it."""
    losers = 0
    for turn in range(30):
        plans = [start_plan(fresh, planner, NewPlan(f"第{turn}次", (WEST,)))
                 for planner in (PLANNER, OTHER_PLANNER)]  # fmt: skip
        part = read_plan(fresh, PLANNER, plans[0]).parts[0]
        near, grid = part.stored.ground.graph.near, part.draft.grid
        border = [(a, b) for a, row in enumerate(near) for b, m in row
                  if m > 0 and grid[a] != grid[b]]  # fmt: skip
        a, b = border[turn * 7 % len(border)]
        for plan, atom, to in ((plans[0], a, grid[b]), (plans[1], b, grid[a])):
            do_step(fresh, PLANNER, plan, WEST, Intent("reassign", (to,), (atom,)), part.rev)
            ready(fresh, plan)
        told: list[Any] = []
        start = threading.Barrier(2)
        day = scalar(fresh, "SELECT today()") + timedelta(days=turn)

        def publish(plan: int, who: Actor, told: list[Any] = told, on: date = day,
                    start: threading.Barrier = start) -> None:  # fmt: skip
            start.wait()
            try:
                told.append(publish_plan(fresh, who, plan, on))
            except Conflict as error:
                told.append(error.code)

        threads = [threading.Thread(target=publish, args=pair)
                   for pair in zip(plans, (PUBLISHER, OTHER_PUBLISHER), strict=True)]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        losers += told.count("redraw.base_changed")
        assert sum(not isinstance(one, str) for one in told) == 1, told
        with begin(fresh, SYSTEM) as conn:
            faults = [f for f in check_plan(load_snapshot(conn, day)) if f.rank == 3]
        # a grid in pieces is an exception that the winner's plan declared, the only one
        assert {f.code for f in faults} <= {"grid.not_contiguous"}, (turn, faults)
        winner = next(one for one in told if not isinstance(one, str))
        won = read_plan(fresh, PLANNER, winner.plan_id).parts[0]
        code = {grid.grid: grid.code for grid in won.grids}
        declared = {code[f.grid] for f in won.findings if f.code == "redraw.in_pieces"}
        assert {c for f in faults for c in f.cell_codes} == declared, turn
    assert losers == 30
