"""Rows of parts as drafts, and steps as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from grid_boundaries.redraw.draft import Change, Draft


def draft_of(row: Mapping[str, Any]) -> Draft:
    """The draft that a row of ``redraw_part`` holds."""
    return Draft(
        grid=tuple(row["grid"]),
        next_grid=row["next_grid"],
        revision=row["rev"],
        locked=frozenset(row["locked"]),
        facts={(grid, name): value for grid, name, value in row["facts"]},
    )


def columns_of(draft: Draft) -> dict[str, Any]:
    """The columns of a row that a step can change."""
    return {
        "grid": list(draft.grid),
        "next_grid": draft.next_grid,
        "locked": sorted(draft.locked),
        "facts": [[grid, name, value] for (grid, name), value in sorted(draft.facts.items())],
    }


def change_to_json(change: Change) -> dict[str, Any]:
    """A step as JSON: moves by (from, to) with their atoms."""
    ordered = sorted(change.moves, key=lambda move: (move[1], move[2], move[0]))
    return {
        "moves": [
            [back, to, [atom for atom, _, _ in group]]
            for (back, to), group in groupby(ordered, key=lambda move: (move[1], move[2]))
        ],
        "locks": [list(lock) for lock in change.locks],
        "facts": [list(fact) for fact in change.facts],
    }


def change_from_json(held: Mapping[str, Any]) -> Change:
    """What ``change_to_json`` was given; ``touched`` is worked out again."""
    moves = tuple(sorted((atom, back, to) for back, to, atoms in held["moves"] for atom in atoms))
    locks = tuple((grid, locked) for grid, locked in held["locks"])
    facts = tuple((grid, name, before, after) for grid, name, before, after in held["facts"])
    touched = {grid for _, back, to in moves for grid in (back, to)}
    touched |= {grid for grid, _ in locks} | {grid for grid, *_ in facts}
    return Change(moves, locks, tuple(sorted(touched)), facts)
