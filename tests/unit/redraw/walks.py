"""Random walks over a draft: what anybody might do next, and what must hold wherever it leads."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from gis_api.actions.redraw.intents import Intent
from grid_boundaries.redraw.derive import derive_grids
from grid_boundaries.redraw.draft import (
    Change,
    Draft,
    Ground,
    plan_fact,
    plan_lock,
    plan_merge,
    plan_reassign,
    plan_split,
)
from grid_boundaries.redraw.reshape import plan_move_node, plan_reshape

CONSERVED_DEG2 = 1e-12
"""0.01 m² in square degrees, within a third."""


def list_border(ground: Ground, draft: Draft) -> list[tuple[int, int, int]]:
    """(atom, its grid, a grid beside it) of atoms on a border."""
    grid = draft.grid
    return [
        (atom, grid[atom], grid[other])
        for atom, row in enumerate(ground.graph.near)
        for other, length in row
        if grid[atom] != grid[other] and length > 0
    ]


def random_intent(ground: Ground, draft: Draft, dice: random.Random) -> Intent:
    """Any of the intents, near enough to sense that most are not refused."""
    border = list_border(ground, draft)
    if not border:  # all in one grid
        (only,) = draft.grids
        west, south, east, north = shapely.total_bounds(ground.geoms)
        x = dice.uniform(west, east)
        return Intent("split", (only,), line=((x, south - 1), (x, north + 1)))
    atom, own, beside = dice.choice(border)
    geoms, label = ground.geoms, np.asarray(draft.grid)
    west, south, east, north = shapely.total_bounds(geoms[(label == own) | (label == beside)])
    x, y = dice.uniform(west, east), dice.uniform(south, north)
    upright = ((x, south - 1), (x, north + 1))
    line = upright if dice.random() < 0.5 else ((west - 1, y), (east + 1, y))
    match dice.choice(["reassign", "reassign", "merge", "split", "reshape", "move_node", "words"]):
        case "reassign":
            atoms = [a for a, g, b in border if (g, b) == (own, beside)]
            return Intent("reassign", (beside,), tuple(dice.sample(atoms, min(3, len(atoms)))))
        case "merge":
            return Intent("merge", (own, beside))
        case "split":
            return Intent("split", (own,), line=line)
        case "reshape":
            return Intent("reshape", (own, beside), line=line)
        case "move_node":
            shared = shapely.intersection(geoms[atom], shapely.union_all(geoms[label == beside]))
            node = tuple(shapely.get_coordinates(shared)[0].tolist())
            to = ground.sites[dice.randrange(len(label))]
            return Intent("move_node", line=(node, tuple(to.tolist())))
        case _:
            return dice.choice([
                Intent("unlock" if own in draft.locked else "lock", (own,)),
                Intent("rename", (own,), text=f"第{dice.randrange(1000)}格"),
                Intent("set_posts", (own,), posts=({"kind": "grid_leader", "officer_id": None},)),
                Intent("renumber", (own,)),
            ])  # fmt: skip


def change_of(ground: Ground, draft: Draft, intent: Intent) -> Change:
    """What the intent means without a database; a new code is any text here."""
    grids, line = intent.grids, shapely.linestrings(intent.line) if intent.line else None
    match intent.act:
        case "reassign":
            return plan_reassign(draft, intent.atoms, grids[0])
        case "split":
            return plan_split(draft, ground, grids[0], line)
        case "merge":
            return plan_merge(draft, ground, grids)
        case "reshape":
            return plan_reshape(draft, ground, *grids, line)
        case "move_node":
            return plan_move_node(draft, ground, *intent.line)
        case "lock" | "unlock":
            return plan_lock(draft, grids[0], locked=intent.act == "lock")
        case "rename":
            return plan_fact(draft, grids[0], "name", intent.text)
        case "set_posts":
            return plan_fact(draft, grids[0], "posts", list(intent.posts or ()))
        case _:
            return plan_fact(draft, grids[0], "code", f"N{draft.revision}")


def check_whole(shapes: Any, label: Sequence[int], outline: Any, homes: Any) -> None:
    """A valid coverage of all of the outline, with each place in one grid, that of its atom.

    ``shapes`` are the grids in ascending order of their numbers, ``homes`` one point per atom.
    """
    assert shapely.coverage_is_valid(shapes)
    assert abs(shapely.area(shapes).sum() - outline.area) <= CONSERVED_DEG2
    home, row = shapely.STRtree(shapes).query(homes, predicate="within")
    assert sorted(home.tolist()) == list(range(len(homes)))
    numbers = np.unique(label)
    assert numbers[row[np.argsort(home)]].tolist() == list(label)


def derive(ground: Ground, draft: Draft) -> Any:
    """The polygons of the grids of a draft, ascending."""
    numbers, label = np.unique(draft.grid, return_inverse=True)
    return derive_grids(ground.geoms, label.tolist(), len(numbers))
