"""A draft of one parent: which grid each atom belongs to, changed by intents, undone by inverses.

Grids are numbered; a number that was given once is never given to another grid of the draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.redraw.graph import AtomGraph

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What does not change while a draft is edited: atoms, their sites (n, 2) and borders."""

    geoms: Geometries
    sites: npt.NDArray[np.float64]
    graph: AtomGraph


@dataclass(frozen=True, slots=True)
class Draft:
    """``grid[a]`` is the grid of atom a; ``revision`` grows with every change, undo included.

    ``locked`` grids neither give nor take atoms.  ``next_grid`` is the number a new grid gets.
    ``facts`` are what a planner said of grids beside their ground: ``name``, ``code``, ``posts``.
    """

    grid: tuple[int, ...]
    next_grid: int
    revision: int = 0
    locked: frozenset[int] = frozenset()
    facts: Mapping[tuple[int, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, label: Sequence[int]) -> Draft:
        """The draft that a proposal, or today's plan, starts."""
        return cls(tuple(label), max(label, default=-1) + 1)

    def list_atoms(self, grid: int) -> list[int]:
        """The atoms of a grid, ascending."""
        return [atom for atom, own in enumerate(self.grid) if own == grid]

    @property
    def grids(self) -> list[int]:
        """Grids with at least one atom, ascending."""
        return sorted(set(self.grid))


@dataclass(frozen=True, slots=True)
class Change:
    """What an intent did: (atom, from, to) for each atom, grids locked or unlocked, and facts as
    (grid, name of the fact, before, after), None for unsaid.

    Applied backwards it is its own inverse, so storing it is all that undo needs.
    """

    moves: tuple[tuple[int, int, int], ...] = ()
    locks: tuple[tuple[int, bool], ...] = ()
    touched: tuple[int, ...] = field(default=())
    facts: tuple[tuple[int, str, Any, Any], ...] = ()

    def invert(self) -> Change:
        """The change that takes this one back."""
        return Change(
            tuple((atom, to, back) for atom, back, to in self.moves),
            tuple((grid, not locked) for grid, locked in self.locks),
            self.touched,
            tuple((grid, name, after, before) for grid, name, before, after in self.facts),
        )


def apply_change(draft: Draft, change: Change) -> Draft:
    """The draft after a change; Conflict ``redraw.stale`` where an atom is no longer there."""
    grid = list(draft.grid)
    for atom, back, to in change.moves:
        if grid[atom] != back:
            raise Conflict("redraw.stale", revision=draft.revision)
        grid[atom] = to
    locked = set(draft.locked)
    for number, lock in change.locks:
        (locked.add if lock else locked.discard)(number)
    facts = dict(draft.facts)
    for number, name, before, after in change.facts:
        if facts.get((number, name)) != before:
            raise Conflict("redraw.stale", revision=draft.revision)
        if after is None:
            facts.pop((number, name), None)
        else:
            facts[number, name] = after
    most = max((to for _, _, to in change.moves), default=-1)
    return replace(
        draft,
        grid=tuple(grid),
        next_grid=max(draft.next_grid, most + 1),
        revision=draft.revision + 1,
        locked=frozenset(locked),
        facts=facts,
    )


def plan_reassign(draft: Draft, atoms: Iterable[int], to: int) -> Change:
    """Give atoms to an existing grid (brush, lasso, a dragged border).

    Raises InvalidInput ``redraw.unknown_grid``, ``redraw.unknown_atom``, ``redraw.nothing_to_do``
    and Conflict ``redraw.locked``.
    """
    require_grids(draft, [to])
    moves = []
    for atom in sorted(set(atoms)):
        if not 0 <= atom < len(draft.grid):
            raise InvalidInput("redraw.unknown_atom", atom=atom)
        if draft.grid[atom] != to:
            moves.append((atom, draft.grid[atom], to))
    return require_allowed(draft, moves)


def plan_merge(draft: Draft, ground: Ground, grids: Sequence[int]) -> Change:
    """Join grids into the first of them; each must border one of the others by an edge.

    Raises InvalidInput ``redraw.unknown_grid``, ``redraw.not_neighbours`` and Conflict
    ``redraw.locked``.
    """
    wanted = list(dict.fromkeys(grids))
    require_grids(draft, wanted)
    into = wanted[0]
    chosen = set(wanted)
    atoms = [atom for atom, own in enumerate(draft.grid) if own in chosen]
    if len(wanted) < 2:
        raise InvalidInput("redraw.nothing_to_do")
    if len(ground.graph.split_parts(atoms)) > 1:
        raise InvalidInput("redraw.not_neighbours", grids=wanted)
    moves = [(a, draft.grid[a], into) for a in atoms if draft.grid[a] != into]
    return require_allowed(draft, moves)


def plan_split(draft: Draft, ground: Ground, grid: int, line: BaseGeometry) -> Change:
    """Cut a grid in two along a line in EPSG:4490; buildings go where they stand.

    The part with more households keeps the number, the other gets a new one (ties: the part with
    the lowest atom keeps it).  The border follows the atoms, not the line.

    Raises InvalidInput ``redraw.line_misses``, ``redraw.line_ends_inside``,
    ``redraw.line_cuts_often`` (params ``parts``), ``redraw.empty_part`` and Conflict
    ``redraw.locked``.
    """
    require_grids(draft, [grid])
    atoms = draft.list_atoms(grid)
    whole = shapely.coverage_union_all(ground.geoms[atoms])
    side = find_sides(whole, line, ground.sites[atoms])
    parts = [[a for a, s in zip(atoms, side, strict=True) if s == part] for part in (0, 1)]
    weights = [sum(ground.graph.weights[a] for a in part) for part in parts]
    if 0 in weights:
        raise InvalidInput("redraw.empty_part", grid=grid)
    leaving = min((0, 1), key=lambda part: (weights[part], -min(parts[part])))
    return require_allowed(draft, [(a, grid, draft.next_grid) for a in parts[leaving]])


def find_sides(
    whole: BaseGeometry, line: BaseGeometry, sites: npt.NDArray[np.float64]
) -> list[int]:
    """0 or 1 for each place: on which side of the line it stands.

    Raises InvalidInput ``redraw.line_misses``, ``redraw.line_ends_inside`` and
    ``redraw.line_cuts_often`` unless the line cuts ``whole`` into two.
    """
    inside = shapely.intersection(line, whole)
    if inside.is_empty or shapely.length(inside) == 0:
        raise InvalidInput("redraw.line_misses")
    ends = shapely.get_point(line, np.array((0, -1)))
    if shapely.contains_properly(whole, ends).any():
        raise InvalidInput("redraw.line_ends_inside")
    noded = shapely.union_all(np.array([shapely.boundary(whole), line], dtype=object))
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(np.array([noded]))))
    pieces = pieces[shapely.intersects(whole, shapely.point_on_surface(pieces))]
    if len(pieces) == 1:
        raise InvalidInput("redraw.line_misses")
    if len(pieces) > 2:
        raise InvalidInput("redraw.line_cuts_often", parts=len(pieces))
    second = shapely.intersects_xy(pieces[1], sites[:, 0], sites[:, 1])
    first = shapely.intersects_xy(pieces[0], sites[:, 0], sites[:, 1])
    sides: list[int] = np.where(second & ~first, 1, 0).tolist()
    return sides


def plan_lock(draft: Draft, grid: int, *, locked: bool) -> Change:
    """Lock a grid, or unlock it; InvalidInput ``redraw.unknown_grid``, ``redraw.nothing_to_do``."""
    require_grids(draft, [grid])
    if (grid in draft.locked) == locked:
        raise InvalidInput("redraw.nothing_to_do")
    return Change(locks=((grid, locked),), touched=(grid,))


def plan_adopt(
    draft: Draft, label: Sequence[int], numbers: Mapping[int, int] | None = None
) -> Change:
    """Take over a proposal: its groups become new grids, or those that ``numbers`` say they go on
    as; locked grids stay."""
    number_of = dict(numbers or {})
    for group in sorted(set(label) - number_of.keys()):
        number_of[group] = draft.next_grid + group
    moves = [
        (atom, own, number_of[group])
        for atom, (own, group) in enumerate(zip(draft.grid, label, strict=True))
        if own not in draft.locked and own != number_of[group]
    ]
    return require_allowed(draft, moves)


def plan_fact(draft: Draft, grid: int, name: str, value: Any) -> Change:
    """Say something of a grid; InvalidInput ``redraw.unknown_grid``, ``redraw.nothing_to_do``."""
    require_grids(draft, [grid])
    before = draft.facts.get((grid, name))
    if before == value:
        raise InvalidInput("redraw.nothing_to_do")
    return Change(facts=((grid, name, before, value),), touched=(grid,))


def require_grids(draft: Draft, grids: Iterable[int]) -> None:
    """InvalidInput ``redraw.unknown_grid`` for one that has no atom."""
    known = set(draft.grid)
    for grid in grids:
        if grid not in known:
            raise InvalidInput("redraw.unknown_grid", grid=grid)


def require_allowed(draft: Draft, moves: list[tuple[int, int, int]]) -> Change:
    """The change of these moves; refused when there are none or a grid of theirs is locked."""
    if not moves:
        raise InvalidInput("redraw.nothing_to_do")
    touched = {grid for _, back, to in moves for grid in (back, to)}
    if touched & draft.locked:
        raise Conflict("redraw.locked", grids=sorted(touched & draft.locked))
    return Change(tuple(moves), touched=tuple(sorted(touched)))
