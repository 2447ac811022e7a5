"""Plans on a real PostGIS: steps are kept with their inverses, and nothing is lost on the way."""

from __future__ import annotations

import random
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from gis_api.actions.redraw.edit import do_step, preview_step, redo_step, undo_step
from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.propose import ProposalWish, propose_for_plan
from gis_api.actions.redraw.start import NewPlan, branch_plan, start_plan
from gis_api.actions.redraw.view import PartView, derive_part, read_plan
from gis_api.db.engine import SYSTEM, Actor, Scope, begin, make_engine
from grid_boundaries.errors import Conflict, Forbidden, InvalidInput, NotFound
from tests.db.redraw.places import OTHER_PLANNER, PLANNER, PUBLISHER, VILLAGES, Place, build_place
from tests.unit.redraw.walks import check_whole, list_border, random_intent

WEST = VILLAGES[0]


@pytest.fixture(scope="module")
def place(admin_engine: Engine) -> Place:
    with admin_engine.begin() as conn:
        return build_place(conn)


@pytest.fixture
def plan(engine: Engine, place: Place) -> int:
    return start_plan(engine, PLANNER, NewPlan("试", (WEST,)))


def part_of(engine: Engine, plan: int) -> PartView:
    return read_plan(engine, PLANNER, plan).parts[0]


def neighbours(part: PartView) -> list[tuple[int, int, int]]:
    """(atom, its grid, a grid beside it) of atoms on a border."""
    return list_border(part.stored.ground, part.draft)


def across(part: PartView, grid: int) -> tuple[tuple[float, float], ...]:
    """A line from north to south through the middle of a grid, ends outside."""
    box = next(g.bbox for g in part.grids if g.grid == grid)
    x = (box[0] + box[2]) / 2
    return ((x, box[1] - 1), (x, box[3] + 1))


def test_a_draft_from_today_is_today(engine: Engine, plan: int, place: Place) -> None:
    part = part_of(engine, plan)
    assert (part.moved, part.households, part.is_stale) == (0, 180, False)
    assert [g.code for g in part.grids] == place.codes[0]
    assert all(g.households == g.today for g in part.grids)
    shapes = derive_part(part)
    with engine.connect() as conn, conn.begin():
        stored = {
            code: shapely.from_wkb(bytes(wkb))
            for code, wkb in conn.execute(
                text("SELECT code, ST_AsBinary(geom) FROM cell_version WHERE rank = 3")
            )
        }
    for grid, shape in zip(part.grids, shapes, strict=True):
        # 1e-15 square degrees are a hundredth of what counts as conserved
        assert shapely.symmetric_difference(shape, stored[grid.code]).area < 1e-15


def test_the_same_inputs_are_the_same_ground(engine: Engine, plan: int) -> None:
    again = start_plan(engine, OTHER_PLANNER, NewPlan("又", (WEST,)))
    with begin(engine, SYSTEM) as conn:
        ids = conn.execute(
            text("SELECT DISTINCT redraw_ground_id, content_key FROM redraw_part"
                 " JOIN redraw_ground USING (redraw_ground_id) WHERE redraw_plan_id IN (:a, :b)"),
            {"a": plan, "b": again},
        ).mappings().all()  # fmt: skip
        assert len(ids) == 1
        kept = GROUNDS.get(conn, ids[0])
        GROUNDS.forget()
        read = GROUNDS.get(conn, ids[0])
    assert read is not kept
    assert read.ground.graph.near == kept.ground.graph.near
    assert read.ground.graph.weights == kept.ground.graph.weights
    assert shapely.equals_identical(read.ground.geoms, kept.ground.geoms).all()
    assert read.atom_of.tolist() == kept.atom_of.tolist()


@seed(8)
@given(walk=st.integers(0, 2**32 - 1))
@settings(max_examples=3, deadline=None, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))  # fmt: skip
def test_any_walk_of_steps_keeps_the_stored_plan_whole_and_full_undo_gives_it_back(
    engine: Engine, place: Place, walk: int
) -> None:
    """200 intents, undos and redos on the stored plan; the oracle is the village's outline."""
    dice = random.Random(walk)
    plan = start_plan(engine, PLANNER, NewPlan("试", (WEST,)))
    start = part_of(engine, plan)
    village, ground = start.stored.parent, start.stored.ground
    homes = shapely.points(ground.sites)
    draft, done, steps = start.draft, 0, 0
    while steps < 200:
        roll = dice.random()
        try:
            if roll < 0.2:
                step = undo_step(engine, PLANNER, plan)
            elif roll < 0.3:
                step = redo_step(engine, PLANNER, plan)
            else:
                intent = random_intent(ground, draft, dice)
                step = do_step(engine, PLANNER, plan, WEST, intent, draft.revision)
                done += 1
        except (InvalidInput, Conflict):
            continue
        draft = step.draft
        steps += 1
        if steps % 50 == 0:
            check_part(part_of(engine, plan), village, homes)
    assert done > 60
    GROUNDS.forget()
    with pytest.raises(Conflict, match=r"redraw\.nothing_to_undo"):
        undo_all(engine, plan)
    end = part_of(engine, plan)
    assert end.draft.grid == start.draft.grid
    assert (end.draft.locked, end.draft.facts) == (start.draft.locked, start.draft.facts)
    assert shapely.equals_identical(derive_part(end), derive_part(start)).all()


def undo_all(engine: Engine, plan: int) -> None:
    """Until there is nothing left to undo, which is raised."""
    while True:
        undo_step(engine, PLANNER, plan)


def has_done(engine: Engine, plan: int) -> bool:
    with begin(engine, SYSTEM) as conn:
        left = (
            "SELECT EXISTS (SELECT FROM redraw_edit WHERE redraw_plan_id = :p AND state = 'done')"
        )
        return bool(conn.execute(text(left), {"p": plan}).scalar_one())


def check_part(part: PartView, village: Any, homes: Any) -> None:
    check_whole(derive_part(part), part.draft.grid, village, homes)
    assert sum(g.households for g in part.grids) == 180


def test_undo_and_redo_survive_a_restart(engine: Engine, app_url: str, plan: int) -> None:
    part = part_of(engine, plan)
    atom, own, beside = neighbours(part)[0]
    do_step(engine, PLANNER, plan, WEST, Intent("reassign", (beside,), (atom,)), part.rev)
    GROUNDS.forget()
    other = make_engine(app_url)  # what a new process has
    try:
        undone = undo_step(other, OTHER_PLANNER, plan)
        assert undone.draft.grid[atom] == own
        assert redo_step(other, PLANNER, plan).draft.grid[atom] == beside
        undo_step(other, PLANNER, plan)
        do_step(other, PLANNER, plan, WEST, Intent("lock", (own,)), part_of(other, plan).rev)
        with pytest.raises(Conflict, match=r"redraw\.nothing_to_redo"):
            redo_step(other, PLANNER, plan)
    finally:
        other.dispose()


def test_the_second_of_two_planners_on_one_part_is_told(engine: Engine, plan: int) -> None:
    part = part_of(engine, plan)
    atom, _, beside = neighbours(part)[0]
    intent = Intent("reassign", (beside,), (atom,))
    do_step(engine, PLANNER, plan, WEST, intent, part.rev)
    with pytest.raises(Conflict, match=r"redraw\.stale") as told:
        do_step(engine, OTHER_PLANNER, plan, WEST, Intent("lock", (beside,)), part.rev)
    assert told.value.params["revision"] == part.rev + 1


def test_a_preview_says_both_sides_and_writes_nothing(engine: Engine, plan: int) -> None:
    part = part_of(engine, plan)
    atom, own, beside = neighbours(part)[0]
    step = preview_step(engine, PLANNER, plan, WEST, Intent("reassign", (beside,), (atom,)))
    before = {g.grid: g.households for g in step.before}
    after = {g.grid: g.households for g in step.after}
    assert after == {own: before[own] - 1, beside: before[beside] + 1}
    assert step.moved == 1
    assert part_of(engine, plan).draft == part.draft


def test_bad_steps_are_refused_with_a_reason(engine: Engine, plan: int) -> None:
    part = part_of(engine, plan)
    atom, own, _ = neighbours(part)[0]
    (west, south), _ = across(part, own)
    beside = {b for _, g, b in neighbours(part) if g == own}
    far = next(n for n in part.draft.grids if n != own and n not in beside)
    inside = tuple(part.stored.ground.sites[atom].tolist())
    bad = {
        "redraw.line_misses": Intent("split", (own,), line=((0, 0), (1, 1))),
        "redraw.line_ends_inside": Intent("split", (own,), line=((west, south), inside)),
        "redraw.not_neighbours": Intent("merge", (own, far)),
        "redraw.unknown_grid": Intent("lock", (999,)),
        "redraw.unknown_atom": Intent("reassign", (own,), (99_999,)),
        "redraw.intent": Intent("split", (own,)),
        "redraw.no_node": Intent("move_node", line=((0, 0), inside)),
        "redraw.code_malformed": Intent("recode", (own,), text="a b"),
        "redraw.nothing_to_do": Intent("reassign", (own,), (atom,)),
    }
    for code, intent in bad.items():
        with pytest.raises(InvalidInput) as told:
            preview_step(engine, PLANNER, plan, WEST, intent)
        assert told.value.code == code, intent
    with pytest.raises(Conflict, match=r"redraw\.code_taken"):
        preview_step(engine, PLANNER, plan, WEST, Intent("recode", (own,), text=VILLAGES[1]))
    with pytest.raises(NotFound, match=r"redraw\.part_unknown"):
        preview_step(engine, PLANNER, plan, VILLAGES[1], Intent("lock", (own,)))


def test_proposals_are_scenarios_in_bounds_and_the_same_again(engine: Engine, plan: int) -> None:
    wish = ProposalWish(20, 30)
    done = propose_for_plan(engine, PLANNER, plan, wish, commit=True)
    assert [s.goal for s in done.scenarios] == ["balance", "compactness", "stability"]
    for scenario in done.scenarios:
        assert scenario.beyond == 0
        assert scenario.plan_id is not None
        part = part_of(engine, scenario.plan_id)
        assert all(20 <= g.households <= 30 for g in part.grids)
        assert shapely.coverage_is_valid(derive_part(part))
        assert not any(f.code == "redraw.in_pieces" for f in part.findings)
        if has_done(engine, scenario.plan_id):  # nothing had to change for the stable one
            undo_step(engine, PLANNER, scenario.plan_id)
        assert part_of(engine, scenario.plan_id).draft.grid == part_of(engine, plan).draft.grid
    stable = done.scenarios[2]
    assert stable.churn == min(s.churn for s in done.scenarios) == 0
    again = propose_for_plan(engine, PLANNER, plan, wish, commit=False)
    assert [s.sizes for s in again.scenarios] == [s.sizes for s in done.scenarios]


def test_locked_grids_and_exact_numbers_are_kept_and_the_impossible_is_told_first(
    engine: Engine, plan: int
) -> None:
    part = part_of(engine, plan)
    kept = part.grids[0].grid
    do_step(engine, PLANNER, plan, WEST, Intent("lock", (kept,)), part.rev)
    wish = ProposalWish(15, 40, groups=5, goals=("compactness",))
    done = propose_for_plan(engine, PLANNER, plan, wish, commit=True)
    assert done.scenarios[0].plan_id is not None
    after = part_of(engine, done.scenarios[0].plan_id)
    assert len(after.grids) == 6
    own = [a for a, g in enumerate(part.draft.grid) if g == kept]
    assert [a for a, g in enumerate(after.draft.grid) if g == kept] == own
    with pytest.raises(InvalidInput, match=r"redraw\.infeasible") as told:
        propose_for_plan(engine, PLANNER, plan, ProposalWish(170, 175), commit=True)
    assert (told.value.params["fewest"], told.value.params["most"]) == (2, 1)


def test_scenarios_branch_and_do_not_touch_each_other(engine: Engine, plan: int) -> None:
    part = part_of(engine, plan)
    branch = branch_plan(engine, PLANNER, plan, "另一个想法")
    atom, _, beside = neighbours(part)[0]
    do_step(engine, PLANNER, branch, WEST, Intent("reassign", (beside,), (atom,)), 1)
    assert part_of(engine, plan).draft.grid == part.draft.grid
    assert part_of(engine, branch).draft.grid != part.draft.grid


def test_an_empty_start_is_one_grid_a_parent(engine: Engine, place: Place) -> None:
    plan = start_plan(engine, PLANNER, NewPlan("空", VILLAGES, "empty"))
    for part in read_plan(engine, PLANNER, plan).parts:
        assert [(g.households, g.is_new) for g in part.grids] == [(180, True)]


def test_who_may_not_plan_or_is_of_elsewhere_sees_nothing(engine: Engine, plan: int) -> None:
    with pytest.raises(Forbidden):
        start_plan(engine, PUBLISHER, NewPlan("不", (WEST,)))
    with begin(engine, SYSTEM) as conn:
        east = conn.execute(
            text("SELECT scope_key FROM cell_version WHERE code = :c"), {"c": VILLAGES[1]}
        ).scalar_one()
    stranger = Actor(955, "planner", Scope.below(east))
    with pytest.raises(NotFound, match=r"redraw\.plan_unknown"):
        read_plan(engine, stranger, plan)
    with pytest.raises(NotFound, match=r"redraw\.plan_unknown"):
        do_step(engine, stranger, plan, WEST, Intent("lock", (0,)), 1)
    own = start_plan(engine, stranger, NewPlan("东", (VILLAGES[1],)))
    assert read_plan(engine, stranger, own).parts[0].parent == VILLAGES[1]


def test_a_published_plan_cannot_be_changed_by_any_statement(admin_engine: Engine, engine: Engine,
                                                             plan: int) -> None:  # fmt: skip
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE redraw_plan SET state = 'published', grid_version_id ="
                 " (SELECT max(grid_version_id) FROM grid_version) WHERE redraw_plan_id = :p"),
            {"p": plan},
        )  # fmt: skip
    for statement in (
        "UPDATE redraw_part SET next_grid = 99 WHERE redraw_plan_id = :p",
        "UPDATE redraw_plan SET low = 1, high = 2 WHERE redraw_plan_id = :p",
        "UPDATE redraw_plan SET state = 'draft' WHERE redraw_plan_id = :p",
        "DELETE FROM redraw_plan WHERE redraw_plan_id = :p",
        "INSERT INTO redraw_edit (redraw_plan_id, seq, redraw_part_id, act, change, actor_id)"
        " SELECT :p, 99, min(redraw_part_id), 'lock', '{}', 0 FROM redraw_part",
    ):
        with pytest.raises(DBAPIError, match="immutable"), admin_engine.begin() as conn:
            conn.execute(text(statement), {"p": plan})
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        do_step(engine, PLANNER, plan, WEST, Intent("lock", (0,)), 1)
