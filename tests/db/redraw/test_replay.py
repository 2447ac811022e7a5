"""The loser of a race begins again: his steps are done on the new grids, or left out and told."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import Engine

from gis_api.actions.redraw.check import check_draft_plan
from gis_api.actions.redraw.edit import do_step, undo_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.publish import publish_plan
from gis_api.actions.redraw.replay import replay_plan
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import PartView, derive_part, read_plan
from grid_boundaries.errors import Conflict
from tests.db.redraw.places import OTHER_PLANNER, PLANNER, PUBLISHER
from tests.db.redraw.publishing import WEST, ready, scalar


def part_of(engine: Engine, plan: int) -> PartView:
    return read_plan(engine, PLANNER, plan).parts[0]


def homes_by_code(part: PartView) -> dict[str, set[int]]:
    """The households of each grid by its code, '' for new ones."""
    code = {grid.grid: grid.code for grid in part.grids}
    held: dict[str, set[int]] = {}
    ids, atoms = part.stored.unit_ids.tolist(), part.stored.atom_of.tolist()
    for home, atom in zip(ids, atoms, strict=True):
        held.setdefault(code[part.draft.grid[atom]], set()).add(home)
    return held


def border_of(part: PartView) -> list[tuple[int, int, int]]:
    """Atoms on a border with their grid and the one beside."""
    grid = part.draft.grid
    return [(a, grid[a], grid[b]) for a, row in enumerate(part.stored.ground.graph.near)
            for b, m in row if m > 0 and grid[a] != grid[b]]  # fmt: skip


def test_steps_are_done_again_on_what_was_published_meanwhile(fresh: Engine) -> None:
    winner = start_plan(fresh, PLANNER, NewPlan("先", (WEST,)))
    loser = start_plan(fresh, OTHER_PLANNER, NewPlan("后", (WEST,)))
    part = part_of(fresh, winner)
    code = {grid.grid: grid.code for grid in part.grids}
    one, own, beside = border_of(part)[0]
    do_step(fresh, PLANNER, winner, WEST, Intent("reassign", (beside,), (one,)), part.rev)
    # the loser: a split elsewhere, a step on what the winner took, and one that he takes back
    mine = next(to for _, grid, to in border_of(part) if grid == own and to != beside)
    other = next(g for g in part.grids if g.grid not in (own, beside, mine))
    west, south, east, north = other.bbox
    line = (((west + east) / 2, south - 1), ((west + east) / 2, north + 1))
    step = do_step(fresh, OTHER_PLANNER, loser, WEST, Intent("split", (other.grid,), line=line),
                   part.rev)  # fmt: skip
    step = do_step(fresh, OTHER_PLANNER, loser, WEST, Intent("reassign", (mine,), (one,)), step.rev)
    step = do_step(fresh, OTHER_PLANNER, loser, WEST, Intent("rename", (own,), text="新名"),
                   step.rev)  # fmt: skip
    step = do_step(fresh, OTHER_PLANNER, loser, WEST, Intent("lock", (own,)), step.rev)
    undo_step(fresh, OTHER_PLANNER, loser)
    for plan in (winner, loser):
        ready(fresh, plan)
    publish_plan(fresh, PUBLISHER, winner)
    with pytest.raises(Conflict, match=r"redraw\.base_changed"):
        publish_plan(fresh, PUBLISHER, loser)

    done = replay_plan(fresh, OTHER_PLANNER, loser, "再来")
    assert [(s.act, s.why) for s in done.steps] == [
        ("split", "done"), ("reassign", "moved_by_others"), ("rename", "done"),
    ]  # fmt: skip
    assert done.left_out == 1
    again, before = part_of(fresh, done.plan_id), part_of(fresh, loser)
    now, then = homes_by_code(again), homes_by_code(before)
    assert now[""] == then[""]
    assert now[other.code] == then[other.code]
    # the winner's change stands
    home = int(part.stored.unit_ids[part.stored.atom_of.tolist().index(one)])
    assert home in now[code[beside]]
    assert next(g.name for g in again.grids if g.code == code[own]) == "新名"
    assert not again.is_stale
    assert shapely.coverage_is_valid(derive_part(again))
    assert "redraw.base_moved_on" not in {
        f.code for f in check_draft_plan(fresh, PLANNER, done.plan_id)
    }
    # each step is one to take back
    assert undo_step(fresh, OTHER_PLANNER, done.plan_id).act == "rename"
    undo_step(fresh, OTHER_PLANNER, done.plan_id)
    with pytest.raises(Conflict, match=r"redraw\.nothing_to_undo"):
        undo_step(fresh, OTHER_PLANNER, done.plan_id)
    third = replay_plan(fresh, OTHER_PLANNER, loser, "三").plan_id
    ready(fresh, third)
    tomorrow = scalar(fresh, "SELECT today() + 1")
    assert publish_plan(fresh, PUBLISHER, third, tomorrow).households
    with pytest.raises(Conflict, match=r"redraw\.wrong_state"):
        replay_plan(fresh, OTHER_PLANNER, winner, "不")


def test_what_a_proposal_made_is_done_again_as_one_step(fresh: Engine) -> None:
    """A scenario begins where another plan stood: that is its first step here."""
    plan = start_plan(fresh, PLANNER, NewPlan("空", (WEST,), "empty"))
    done = replay_plan(fresh, PLANNER, plan, "再来", commit=True)
    assert done.steps == []
    part = part_of(fresh, done.plan_id)
    assert [(g.households, g.is_new) for g in part.grids] == [(180, True)]
