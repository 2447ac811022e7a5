"""Ask for proposals: told first whether they can be had, then made, each a scenario of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.access.store import get_actor_of
from gis_api.actions.redraw.edit import write_change
from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.rights import get_plan, lock_changeable, require_plan_right
from gis_api.actions.redraw.start import NewPlan, begin_plan, copy_plan
from gis_api.actions.redraw.units import KeepWhole, find_units
from gis_api.db.engine import SYSTEM, Actor, begin
from gis_api.jobs import store as jobs
from gis_api.jobs.progress import Progress
from gis_api.redraw.drafts import draft_of
from gis_api.redraw.plans import store
from grid_boundaries.errors import InvalidInput
from grid_boundaries.redraw.alternatives import Alternative, plan_alternative
from grid_boundaries.redraw.derive import derive_grids, measure_compactness
from grid_boundaries.redraw.draft import Draft, apply_change
from grid_boundaries.redraw.feasible import SizeRule, check_feasible
from grid_boundaries.redraw.ground_file import StoredGround
from grid_boundaries.redraw.propose import GOALS, Goal

TASK: Final = "redraw_propose"
GOAL_NAMES: Final[Mapping[Goal, str]] = {
    "balance": "均衡", "compactness": "紧凑", "stability": "少变动",
}  # fmt: skip
Say = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class ProposalWish:
    """``size`` None takes that of the plan; ``groups`` asks for exactly so many grids a parent."""

    low: int | None = None
    high: int | None = None
    groups: int | None = None
    from_scratch: bool = False
    goals: tuple[Goal, ...] = GOALS
    keep_whole: KeepWhole | None = None


@dataclass(frozen=True, slots=True)
class Infeasible:
    """A parent that cannot be cut so, with the reason and what is possible."""

    parent: str
    households: int
    reason: str
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """One alternative over all parents; ``plan_id`` None on a dry run.

    ``beyond`` households are out of bounds, ``churn`` are in another grid than today,
    ``compactness`` and ``worst_tenth`` are Polsby–Popper over the grids.
    """

    goal: Goal
    plan_id: int | None
    grids: int
    smallest: int
    largest: int
    beyond: int
    churn: int
    compactness: float
    worst_tenth: float
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """What can be had, and what cannot, parent by parent."""

    scenarios: list[Scenario]
    infeasible: list[Infeasible]


def ask_proposals(engine: Engine, actor: Actor, plan_id: int, wish: ProposalWish) -> int:
    """Queue the work; the id of its job.  Raises what ``propose_for_plan`` raises at once."""
    require_plan_right(actor, "draft")
    with begin(engine, actor) as conn:
        plan = lock_changeable(conn, plan_id)
        rule = rule_of(plan, wish)
        parts = store.list_parts(conn, plan_id)
        _require_some_feasible(conn, parts, rule)
        return jobs.defer(
            conn, TASK, actor.user_id, user_id=actor.user_id, plan_id=plan_id,
            wish={"low": wish.low, "high": wish.high, "groups": wish.groups,
                  "from_scratch": wish.from_scratch, "goals": list(wish.goals),
                  "keep_whole": wish.keep_whole},
        )  # fmt: skip


def run_proposals(engine: Engine, progress: Progress, args: Mapping[str, Any]) -> dict[str, Any]:
    """The job: scenarios of all parents in one transaction, or none when it is cancelled."""
    with begin(engine, SYSTEM) as conn:
        actor = get_actor_of(conn, args["user_id"])
    wish = ProposalWish(**{**args["wish"], "goals": tuple(args["wish"]["goals"])})
    done = propose_for_plan(
        engine, actor, args["plan_id"], wish, commit=True,
        say=lambda n, total: progress.step(n, total),
    )  # fmt: skip
    return {
        "scenarios": [
            {"goal": s.goal, "plan_id": s.plan_id, "grids": s.grids, "beyond": s.beyond,
             "churn": s.churn, "compactness": round(s.compactness, 4),
             "worst_tenth": round(s.worst_tenth, 4), "smallest": s.smallest, "largest": s.largest}
            for s in done.scenarios
        ],
        "infeasible": [
            {"parent": i.parent, "households": i.households, "reason": i.reason} for i in
            done.infeasible
        ],
    }  # fmt: skip


def propose_for_plan(
    engine: Engine,
    actor: Actor,
    plan_id: int,
    wish: ProposalWish,
    *,
    commit: bool,
    say: Say = lambda _done, _total: None,
) -> Proposed:
    """A scenario for each goal, branched from the plan; infeasible parents stay as they are.

    Raises InvalidInput ``redraw.infeasible`` when no parent can be cut so, NotFound
    ``redraw.plan_unknown``, Conflict ``redraw.wrong_state``.
    """
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        return make_scenarios(conn, actor, plan_id, wish, keep=commit, say=say)


def propose_once(
    engine: Engine, actor: Actor, at: int | NewPlan, wish: ProposalWish, *, commit: bool
) -> Proposed:
    """Proposals on a plan, or on a new one that is kept with them; a dry run leaves nothing."""
    require_plan_right(actor, "draft")
    with begin(engine, actor, commit=commit) as conn:
        plan_id = at if isinstance(at, int) else begin_plan(conn, actor, at)
        return make_scenarios(conn, actor, plan_id, wish, keep=commit, say=lambda _n, _t: None)


def make_scenarios(
    conn: Connection, actor: Actor, plan_id: int, wish: ProposalWish, *, keep: bool, say: Say
) -> Proposed:
    """``propose_for_plan`` in the caller's transaction; without ``keep`` no plan is written."""
    plan = get_plan(conn, plan_id)
    rule = rule_of(plan, wish)
    parts = store.list_parts(conn, plan_id)
    refused = {row.parent: row for row in _require_some_feasible(conn, parts, rule)}
    scenarios = []
    total = len(parts) * len(wish.goals)
    for turn, goal in enumerate(wish.goals):
        branch, rows = None, {part["parent_cell_id"]: part for part in parts}
        if keep:
            name = f"{plan['name']} · {GOAL_NAMES[goal]}"[:100]
            branch = copy_plan(conn, actor, plan_id, name)
            rows = {p["parent_cell_id"]: p for p in store.list_parts(conn, branch)}
        measured = _Measured(rule)
        for number, part in enumerate(parts):
            say(turn * len(parts) + number, total)
            stored = GROUNDS.get(conn, part)
            draft = draft_of(part)
            change = None
            if part["parent_code"] not in refused:
                made = _propose_part(conn, part, stored, draft, rule, goal, plan["seed"], wish)
                if isinstance(made, Infeasible):
                    refused[made.parent] = made
                    _require_one_left(parts, list(refused.values()), rule)
                else:
                    change = made.change
            if change is not None:
                draft = apply_change(draft, change)
                if keep:
                    row = rows[part["parent_cell_id"]]
                    after = apply_change(draft_of(row), change)
                    write_change(conn, actor, row, after, "propose", change)
            measured.add(part, stored, draft)
        scenarios.append(measured.tell(goal, branch))
    say(total, total)
    return Proposed(scenarios, list(refused.values()))


def rule_of(plan: Mapping[str, Any], wish: ProposalWish) -> SizeRule:
    """The size asked for, else that of the plan."""
    return SizeRule(wish.low or plan["low"], wish.high or plan["high"], wish.groups)


def _propose_part(
    conn: Connection, part: Mapping[str, Any], stored: StoredGround, draft: Draft, rule: SizeRule,
    goal: Goal, seed: int, wish: ProposalWish,
) -> Alternative | Infeasible:  # fmt: skip
    units = None
    if wish.keep_whole is not None:
        units = find_units(conn, wish.keep_whole, part, stored)
    try:
        return plan_alternative(
            draft, stored.ground, part["today"], rule, goal, seed=seed,
            from_scratch=wish.from_scratch, units=units,
        )  # fmt: skip
    except InvalidInput as refusal:
        if refusal.code != "redraw.infeasible":
            raise
        told = refusal.params
        return Infeasible(
            part["parent_code"], told["total"], told["reason"], told["fewest"], told["most"]
        )


def _require_some_feasible(
    conn: Connection, parts: Sequence[Mapping[str, Any]], rule: SizeRule
) -> list[Infeasible]:
    refused = []
    for part in parts:
        graph = GROUNDS.get(conn, part).ground.graph
        found = check_feasible(graph.total, rule, max(graph.weights, default=0))
        if found.reason is not None:
            refused.append(
                Infeasible(part["parent_code"], graph.total, found.reason, found.fewest, found.most)
            )
    _require_one_left(parts, refused, rule)
    return refused


def _require_one_left(
    parts: Sequence[Mapping[str, Any]], refused: Sequence[Infeasible], rule: SizeRule
) -> None:
    if parts and len(refused) == len(parts):
        first = refused[0]
        raise InvalidInput(
            "redraw.infeasible", total=first.households, low=rule.low, high=rule.high,
            fewest=first.fewest, most=first.most, reason=first.reason,
        )  # fmt: skip


class _Measured:
    """Figures of one scenario, added up part by part."""

    def __init__(self, rule: SizeRule) -> None:
        self._rule = rule
        self._sizes: list[int] = []
        self._compactness: list[float] = []
        self._churn = 0

    def add(self, part: Mapping[str, Any], stored: StoredGround, draft: Draft) -> None:
        weights = np.asarray(stored.ground.graph.weights)
        label, today = np.asarray(draft.grid), np.asarray(part["today"])
        numbers, rows = np.unique(label, return_inverse=True)
        self._sizes += np.bincount(rows, weights=weights).astype(int).tolist()
        shapes = derive_grids(stored.ground.geoms, rows.tolist(), len(numbers))
        self._compactness += measure_compactness(np.asarray(shapely.normalize(shapes))).tolist()
        self._churn += int(weights[(today >= 0) & (today != label)].sum())

    def tell(self, goal: Goal, plan_id: int | None) -> Scenario:
        low, high = self._rule.low, self._rule.high
        return Scenario(
            goal=goal,
            plan_id=plan_id,
            grids=len(self._sizes),
            smallest=min(self._sizes),
            largest=max(self._sizes),
            beyond=sum(max(n - high, 0) + max(low - n, 0) for n in self._sizes),
            churn=self._churn,
            compactness=float(np.mean(self._compactness)),
            worst_tenth=float(np.quantile(self._compactness, 0.1)),
            sizes=tuple(sorted(self._sizes)),
        )
