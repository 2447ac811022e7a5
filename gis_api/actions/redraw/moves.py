"""What moves when a plan takes effect: households, open cases, posts, members, party groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.rights import get_plan, require_plan_right
from gis_api.actions.redraw.view import PartView, derive_part, view_part
from gis_api.db.engine import SYSTEM, Actor, begin, read_actor_settings, restore_actor, set_actor
from gis_api.redraw.moves import store as moving
from gis_api.redraw.plans import store
from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.redraw.lineage import trace_lineage

_SEGMENT: Final = 8


@dataclass(slots=True)
class Flow:
    """What goes from one grid to another; codes, '' for ground that has no grid today."""

    before: str
    after: str
    households: int = 0
    cases: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OfficerLoad:
    """What a holder of posts in drawn grids has before and after; duty name is work data."""

    officer_id: int
    duty_name: str
    post: str
    code: str
    households_before: int
    households_after: int
    cases_before: int
    cases_after: int
    ends: bool


@dataclass(frozen=True, slots=True)
class GroupMove:
    """A party group of drawn grids: ``carried`` goes on by lineage, otherwise somebody decides."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    carried: bool


@dataclass(slots=True)
class Moves:
    """Everything that changes grid; ``members`` is a number and nothing else.

    ``household_ids`` and ``case_ids`` are for the service itself.
    """

    flows: list[Flow] = field(default_factory=list)
    officers: list[OfficerLoad] = field(default_factory=list)
    groups: list[GroupMove] = field(default_factory=list)
    new_grids: list[str] = field(default_factory=list)
    ended_grids: list[str] = field(default_factory=list)
    members: int = 0
    household_ids: list[int] = field(default_factory=list)
    case_ids: list[int] = field(default_factory=list)
    without_place: int = 0

    @property
    def households(self) -> int:
        return sum(flow.households for flow in self.flows)

    @property
    def cases(self) -> int:
        return sum(len(flow.cases) for flow in self.flows)


def read_moves(engine: Engine, actor: Actor, plan_id: int) -> Moves:
    """What would move if the plan took effect now; NotFound ``redraw.plan_unknown``."""
    require_plan_right(actor, "read")
    with begin(engine, actor) as conn:
        plan = get_plan(conn, plan_id)
        return find_moves(conn, plan)


def find_moves(conn: Connection, plan: Mapping[str, Any]) -> Moves:
    """Households and cases are located on the polygons that would be published.

    Cases are those that the actor may see; members are counted whoever asks, as one number.
    """
    today = store.get_today(conn)
    moves = Moves()
    for row in store.list_parts(conn, plan["redraw_plan_id"]):
        part = view_part(dict(plan), row, GROUNDS.get(conn, row))
        _add_part(conn, moves, row, part, today)
    before = read_actor_settings(conn)
    set_actor(conn, SYSTEM)
    moves.members = moving.count_members(conn, moves.household_ids)
    restore_actor(conn, before)
    return moves


def name_of(row: Mapping[str, Any], part: PartView, number: int) -> str:
    """The code of a grid, or "+number" for a new one without."""
    code = part.draft.facts.get((number, "code"))
    cell = row["numbers"].get(str(number))
    return str(code or (cell["code"] if cell else f"+{number}"))


def _add_part(
    conn: Connection, moves: Moves, row: Mapping[str, Any], part: PartView, today: Any
) -> None:
    numbers = part.draft.grids
    number_of_cell = {cell["cell_id"]: int(n) for n, cell in row["numbers"].items()}
    now_code = {int(n): cell["code"] for n, cell in row["numbers"].items()}
    # a point on a border goes to the lowest code; codes that are still to be given come last
    codes = [name_of(row, part, n).replace("+", "~") for n in numbers]
    cover = ExactCover(codes, derive_part(part))
    flows: dict[tuple[int, int], Flow] = {}
    homes_before: Counter[int] = Counter()
    homes_after: Counter[int] = Counter()
    cases_before: Counter[int] = Counter()
    cases_after: Counter[int] = Counter()

    def flow(before: int, after: int) -> Flow:
        key = (before, after)
        if key not in flows:
            flows[key] = Flow(now_code.get(before, ""), name_of(row, part, after))
        return flows[key]

    def then(scope_key: str) -> int:
        start = len(row["parent_scope"])
        segment = scope_key[start : start + _SEGMENT]
        return number_of_cell.get(int(segment, 16), -1) if segment else -1

    homes = moving.list_homes_now(conn, row["parent_scope"])
    placed = [home for home in homes if home["lng"] is not None]
    moves.without_place += len(homes) - len(placed)
    after = _locate(cover, [(h["lng"], h["lat"]) for h in placed])
    for home, at in zip(placed, after, strict=True):
        old, new = then(home["scope_key"]), numbers[at] if at >= 0 else -1
        homes_before[old] += 1
        homes_after[new] += 1
        if new >= 0 and old != new:
            flow(old, new).households += 1
            moves.household_ids.append(home["household_id"])
    cases = moving.list_open_cases(conn, row["parent_scope"])
    shaped = [case for case in cases if case["wkb"] is not None]
    spots = [shapely.point_on_surface(shapely.from_wkb(bytes(case["wkb"]))) for case in shaped]
    for case, at in zip(shaped, _locate(cover, [(p.x, p.y) for p in spots]), strict=True):
        old, new = then(case["scope_key"]), numbers[at] if at >= 0 else -1
        cases_before[old] += 1
        cases_after[new] += 1
        if new >= 0 and old != new:
            flow(old, new).cases.append(case["code"])
            moves.case_ids.append(case["case_id"])
    moves.flows += [flows[key] for key in sorted(flows)]
    gone = [n for n in now_code if n not in set(numbers)]
    moves.ended_grids += [now_code[n] for n in gone]
    moves.new_grids += [name_of(row, part, n) for n in numbers if n not in now_code]
    touched = {n for key in flows for n in key} | set(gone)
    cell_of = {n: cell_id for cell_id, n in number_of_cell.items()}
    for post in moving.list_posts(
        conn, [cell_of[n] for n in sorted(touched) if n in cell_of], today
    ):
        if post["officer_id"] is None:
            continue
        n = number_of_cell[post["cell_id"]]
        moves.officers.append(
            OfficerLoad(
                post["officer_id"], post["duty_name"], post["kind"], now_code[n], homes_before[n],
                homes_after[n], cases_before[n], cases_after[n], n in gone,
            )
        )  # fmt: skip
    _add_groups(conn, moves, row, part, cell_of)


def _locate(cover: ExactCover, places: list[tuple[float, float]]) -> list[int]:
    if not places:
        return []
    xy = np.array(places, dtype=np.float64)
    lead, _ = cover.locate_with_next(xy[:, 0], xy[:, 1])
    return [int(at) for at in lead]


def _add_groups(
    conn: Connection, moves: Moves, row: Mapping[str, Any], part: PartView, cell_of: dict[int, int]
) -> None:
    """Groups whose grids give or take ground, or end; carried when their ground stays together."""
    heritage = trace_lineage(row["today"], part.draft.grid, part.stored.ground.graph.weights)
    group_of = {g["cell_id"]: g for g in moving.list_group_cells(conn, list(cell_of.values()))}
    group_of_number = {
        n: group_of[c]["party_group_id"] for n, c in cell_of.items() if c in group_of
    }
    names = {g["party_group_id"]: g["name"] for g in group_of.values()}
    into: dict[int, set[int]] = {}
    for link in heritage:
        into.setdefault(link.after, set()).add(group_of_number.get(link.before, 0))
    for group_id, name in sorted(names.items()):
        own = [n for n, g in group_of_number.items() if g == group_id]
        links = [h for h in heritage if h.before in own]
        if all(h.share == 1.0 and h.before == h.after for h in links) and not any(
            into.get(n, {group_id}) != {group_id} for n in own
        ):
            continue
        after = sorted({h.after for h in links})
        moves.groups.append(
            GroupMove(
                name,
                tuple(name_of(row, part, n) for n in sorted(own)),
                tuple(name_of(row, part, n) for n in after),
                all(into[n] == {group_id} for n in after),
            )
        )
