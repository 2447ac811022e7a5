"""What somebody wants of a draft, and the change that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from sqlalchemy import Connection

from gis_api.redraw.plans import store
from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.hierarchy.codes import is_well_formed
from grid_boundaries.redraw.draft import (
    Change,
    Draft,
    plan_fact,
    plan_lock,
    plan_merge,
    plan_reassign,
    plan_split,
)
from grid_boundaries.redraw.ground_file import StoredGround
from grid_boundaries.redraw.numbering import list_free_codes, order_grids
from grid_boundaries.redraw.reshape import plan_move_node, plan_reshape

Act = Literal[
    "reassign", "split", "merge", "reshape", "move_node", "lock", "unlock", "rename", "recode",
    "renumber", "set_posts",
]  # fmt: skip
LngLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants of one part; which fields an act needs is said by ``plan_intent``.

    ``grids`` are numbers of the draft, ``line`` points (lng, lat) of a sketch in EPSG:4490.
    """

    act: Act
    grids: tuple[int, ...] = ()
    atoms: tuple[int, ...] = ()
    line: tuple[LngLat, ...] = ()
    text: str | None = None
    posts: tuple[dict[str, Any], ...] | None = None


def plan_intent(
    conn: Connection, plan: dict[str, Any], part: dict[str, Any], draft: Draft,
    stored: StoredGround, intent: Intent,
) -> Change:  # fmt: skip
    """The change that an intent means.

    reassign: ``atoms`` to ``grids[0]``; split: ``grids[0]`` along ``line``; merge: ``grids`` into
    the first; reshape: the border of two ``grids`` to ``line``; move_node: ``line[0]`` to
    ``line[1]``; lock, unlock, rename (``text``), recode (``text``), set_posts (``posts``) of
    ``grids[0]``; renumber: new codes for ``grids``, or for all new grids.

    Raises InvalidInput ``redraw.intent`` when a field is missing, ``redraw.code_taken``,
    ``redraw.code_malformed``, and what the act raises.
    """
    ground = stored.ground
    grids = intent.grids
    match intent.act:
        case "reassign" if len(grids) == 1 and intent.atoms:
            return plan_reassign(draft, intent.atoms, grids[0])
        case "split" if len(grids) == 1 and len(intent.line) > 1:
            return plan_split(draft, ground, grids[0], shapely.linestrings(intent.line))
        case "merge" if len(grids) > 1:
            return plan_merge(draft, ground, grids)
        case "reshape" if len(grids) == 2 and len(intent.line) > 1:
            line = shapely.linestrings(intent.line)
            return plan_reshape(draft, ground, grids[0], grids[1], line)
        case "move_node" if len(intent.line) == 2:
            return plan_move_node(draft, ground, intent.line[0], intent.line[1])
        case "renumber":
            return _plan_renumber(conn, plan, part, draft, stored, grids)
        case _ if len(grids) == 1:
            return _plan_words(conn, plan, part, draft, intent)
        case _:
            raise InvalidInput("redraw.intent", act=intent.act)


def _plan_words(
    conn: Connection,
    plan: dict[str, Any],
    part: dict[str, Any],
    draft: Draft,
    intent: Intent,
) -> Change:
    """What is said of one grid and does not change its ground."""
    (grid,) = intent.grids
    match intent.act:
        case "lock" | "unlock":
            return plan_lock(draft, grid, locked=intent.act == "lock")
        case "rename" if intent.text:
            return plan_fact(draft, grid, "name", intent.text)
        case "recode" if intent.text:
            _require_free_code(conn, plan, part, draft, grid, intent.text)
            return plan_fact(draft, grid, "code", intent.text)
        case "set_posts" if intent.posts is not None:
            return plan_fact(draft, grid, "posts", list(intent.posts))
        case _:
            raise InvalidInput("redraw.intent", act=intent.act)


def _require_free_code(
    conn: Connection, plan: dict[str, Any], part: dict[str, Any], draft: Draft, grid: int, code: str
) -> None:
    level = store.list_levels(conn, plan["rank"])[0]
    if not is_well_formed(code, level["code_digits"]):
        raise InvalidInput("redraw.code_malformed", digits=level["code_digits"] or 0)
    own = part["numbers"].get(str(grid), {}).get("code")
    said = {v for (g, name), v in draft.facts.items() if name == "code" and g != grid}
    if code != own and (code in said or store.list_codes_like(conn, code) & {code}):
        raise Conflict("redraw.code_taken", cell=code)


def _plan_renumber(
    conn: Connection, plan: dict[str, Any], part: dict[str, Any], draft: Draft,
    stored: StoredGround, grids: Sequence[int],
) -> Change:  # fmt: skip
    """Unused codes from west to east, then north to south; of new grids when none are named."""
    known = {int(number) for number in part["numbers"]}
    chosen = list(grids) or [number for number in draft.grids if number not in known]
    if not chosen:
        raise InvalidInput("redraw.nothing_to_do")
    if set(chosen) - set(draft.grids):
        raise InvalidInput("redraw.unknown_grid", grid=min(set(chosen) - set(draft.grids)))
    label = np.asarray(draft.grid)
    shapes = {n: shapely.coverage_union_all(stored.ground.geoms[label == n]) for n in chosen}
    level = store.list_levels(conn, plan["rank"])[0]
    prefix = part["parent_code"]
    siblings = [cell["code"] for cell in part["numbers"].values()]
    said = {v for (g, name), v in draft.facts.items() if name == "code" and g not in chosen}
    taken = store.list_codes_like(conn, "") if not siblings else store.list_codes_like(conn, prefix)
    codes = list_free_codes(prefix, taken | said, digits=level["code_digits"], siblings=siblings)
    facts = [
        (number, "code", draft.facts.get((number, "code")), code)
        for number, code in zip(order_grids(shapes), codes, strict=False)
    ]
    changed = tuple(fact for fact in facts if fact[2] != fact[3])
    if not changed:
        raise InvalidInput("redraw.nothing_to_do")
    return Change(facts=changed, touched=tuple(sorted(number for number, *_ in changed)))
