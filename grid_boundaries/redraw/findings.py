"""What is wrong with a draft: local after an edit, whole before publishing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from grid_boundaries.redraw.draft import Draft, Ground
from grid_boundaries.redraw.feasible import SizeRule

TOO_SMALL: Final = "redraw.too_small"
TOO_LARGE: Final = "redraw.too_large"
IN_PIECES: Final = "redraw.in_pieces"
NO_HOUSEHOLDS: Final = "redraw.grid_without_households"


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """One fault of one grid; ``atoms`` are those to zoom to (the smaller pieces of a grid in
    pieces, else all), ``households`` its weight, ``beyond`` by how many it is out of bounds."""

    code: str
    grid: int
    households: int
    beyond: int
    atoms: tuple[int, ...]


def check_draft(
    draft: Draft, ground: Ground, rule: SizeRule, grids: Iterable[int] | None = None
) -> list[DraftFinding]:
    """Findings of some grids (default: all), by grid.

    Every household is in exactly one grid and the ground is covered once by construction: atoms
    are a coverage and each has one grid.
    """
    atoms_of: dict[int, list[int]] = {}
    wanted = None if grids is None else set(grids)
    for atom, grid in enumerate(draft.grid):
        if wanted is None or grid in wanted:
            atoms_of.setdefault(grid, []).append(atom)
    findings = []
    for grid, atoms in sorted(atoms_of.items()):
        households = sum(ground.graph.weights[a] for a in atoms)
        findings.extend(_check_size(grid, households, tuple(atoms), rule))
        parts = sorted(ground.graph.split_parts(atoms), key=lambda part: (-len(part), part[0]))
        if len(parts) > 1:
            loose = tuple(sorted(a for part in parts[1:] for a in part))
            findings.append(DraftFinding(IN_PIECES, grid, households, 0, loose))
    return findings


def _check_size(
    grid: int, households: int, atoms: tuple[int, ...], rule: SizeRule
) -> list[DraftFinding]:
    if households == 0:
        return [DraftFinding(NO_HOUSEHOLDS, grid, 0, rule.low, atoms)]
    if households < rule.low:
        return [DraftFinding(TOO_SMALL, grid, households, rule.low - households, atoms)]
    if households > rule.high:
        return [DraftFinding(TOO_LARGE, grid, households, households - rule.high, atoms)]
    return []
