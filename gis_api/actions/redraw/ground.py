"""The ground of a parent: its atoms, made from what lies there, made once and kept by content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from gis_api.redraw.plans import store
from grid_boundaries.errors import InvalidInput, NotFound
from grid_boundaries.redraw.atoms import make_atoms
from grid_boundaries.redraw.barriers import Barriers
from grid_boundaries.redraw.graph import AtomGraph
from grid_boundaries.redraw.ground_file import (
    StoredGround,
    hash_inputs,
    make_ground,
    read_ground,
    write_ground,
)
from grid_boundaries.redraw.nodes import (
    clean_coverage,
    insert_vertices,
    list_ends,
    list_inner_lines,
)
from grid_boundaries.redraw.partition import atoms_of_partition
from grid_boundaries.redraw.pastures import find_pasture_neighbours

Geometries = npt.NDArray[np.object_]
_KEPT: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Parent:
    """A cell whose grids are drawn; ``rank`` is the level of those grids."""

    cell_id: int
    code: str
    name: str
    scope_key: str
    rev: int
    rank: int
    outline: BaseGeometry


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Fine pieces from a file with what each holds (n,)."""

    pieces: Geometries
    weights: npt.NDArray[np.int64]

    @classmethod
    def join(cls, parts: Sequence[tuple[Geometries, Sequence[int]]]) -> Partition:
        """One partition of several."""
        return cls(
            np.concatenate([pieces for pieces, _ in parts]),
            np.concatenate([np.asarray(weights, np.int64) for _, weights in parts]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The ground of a parent with today's grids on it.

    ``today`` is the number of today's grid of each atom, −1 for none; ``numbers`` the cell of each
    number: ``cell_id``, ``code``, ``name``.
    """

    redraw_ground_id: int
    stored: StoredGround
    today: list[int]
    numbers: dict[int, dict[str, Any]]


class GroundMemory:
    """Grounds that were read lately, by content; safe between threads.  Grounds never change."""

    def __init__(self) -> None:
        self._held: OrderedDict[bytes, StoredGround] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, conn: Connection, row: Mapping[str, Any]) -> StoredGround:
        """The ground of a row with ``redraw_ground_id`` and ``content_key``, which the actor sees;
        read through the actor's own rights when it is not in memory."""
        key = bytes(row["content_key"])
        with self._lock:
            held = self._held.get(key)
        if held is None:
            held = read_ground(store.get_ground(conn, row["redraw_ground_id"]))
            with self._lock:
                self._held[key] = held
                while len(self._held) > _KEPT:
                    self._held.popitem(last=False)
        return held

    def forget(self) -> None:
        """As after a restart."""
        with self._lock:
            self._held.clear()


GROUNDS: Final = GroundMemory()


def get_parent(conn: Connection, code: str, on: date) -> Parent:
    """The cell of a code and the level below it.

    Raises NotFound ``redraw.parent_unknown`` and InvalidInput ``redraw.no_level_below``.
    """
    row = store.find_parent(conn, code, on)
    if row is None:
        raise NotFound("redraw.parent_unknown", cell=code)
    if row["child_rank"] is None:
        raise InvalidInput("redraw.no_level_below", cell=code)
    return Parent(
        row["cell_id"], row["code"], row["name"], row["scope_key"], row["rev"],
        row["child_rank"], _simplest(row["wkb"]),
    )  # fmt: skip


def lay_ground(
    conn: Connection,
    parent: Parent,
    on: date,
    *,
    borders: Geometries | None = None,
    barriers: Barriers | None = None,
    partition: Partition | None = None,
    pastoral: bool = False,
) -> Laid:
    """Make the ground of a parent, or find the one made from the same inputs.

    Where the level below the drawn one has cells, these are the atoms, so that they stay whole;
    otherwise atoms are cut around households, along today's borders, ``borders`` of a plan that
    came in a file, and ``barriers``.  ``partition`` brings pieces with weights instead.
    ``pastoral`` joins the seasonal places of a household, and households whose contracted pastures
    lie side by side.

    Raises what ``make_atoms`` and ``atoms_of_partition`` raise.
    """
    children = store.list_children(conn, parent.cell_id, parent.rank, on)
    shapes = np.array([_simplest(row["wkb"]) for row in children], dtype=object)
    below = store.list_grandchildren(conn, parent.cell_id, parent.rank, on)
    lines = [list_inner_lines(clean_coverage(shapes), parent.outline)]
    barriers = (barriers or Barriers()).within(parent.outline)
    lines += [part for part in (borders, barriers.lines) if part is not None]
    cuts = np.concatenate(lines).astype(object)
    # where today's borders end there must be a vertex, or they would miss the outline by a rounding
    parent = replace(parent, outline=insert_vertices(parent.outline, list_ends(cuts)))
    if partition is not None:
        content_key, made = _from_partition(parent, partition)
    elif below:
        content_key, made = _from_cells(parent, below)
    else:
        content_key, made = _from_homes(conn, parent, cuts, barriers, pastoral=pastoral)
    ground_id = store.find_ground(conn, content_key)
    if ground_id is None:
        stored = made()
        ground_id = store.add_ground(
            conn, content_key=content_key, parent_cell_id=parent.cell_id,
            scope_key=parent.scope_key, atoms=len(stored.ground.geoms),
            content=write_ground(stored),
        )  # fmt: skip
    else:
        stored = GROUNDS.get(conn, {"redraw_ground_id": ground_id, "content_key": content_key})
    return Laid(
        ground_id,
        stored,
        _find_today(stored, shapes, weighed=partition is not None),
        {
            number: {"cell_id": row["cell_id"], "code": row["code"], "name": row["name"]}
            for number, row in enumerate(children)
        },
    )


def _from_homes(
    conn: Connection, parent: Parent, cuts: Geometries, barriers: Barriers, *, pastoral: bool
) -> Any:
    homes = store.list_homes(conn, parent.scope_key)
    ids = np.array([row["household_id"] for row in homes], dtype=np.int64)
    lnglat = np.array([(row["lng"], row["lat"]) for row in homes], dtype=np.float64).reshape(-1, 2)
    shapely.prepare(parent.outline)
    inside = shapely.intersects_xy(parent.outline, lnglat[:, 0], lnglat[:, 1])
    ids, lnglat = ids[inside], lnglat[inside]
    extra_of, extra = np.empty(0, np.int64), np.empty((0, 2))
    beside: list[tuple[int, int, float]] = []
    if pastoral:
        known = {int(home): row for row, home in enumerate(ids.tolist())}
        beside = _list_pasture_neighbours(conn, parent, known)
        places = [
            row for row in store.list_seasonal_places(conn, parent.scope_key)
            if row["household_id"] in known
            and shapely.intersects_xy(parent.outline, row["lng"], row["lat"])
        ]  # fmt: skip
        extra_of = np.array([known[row["household_id"]] for row in places], dtype=np.int64)
        extra = np.array([(r["lng"], r["lat"]) for r in places], dtype=np.float64).reshape(-1, 2)
    key = hash_inputs(
        "pastoral" if pastoral else "homes",
        parent.outline,
        [ids.tobytes(), lnglat.tobytes(), extra_of.tobytes(), extra.tobytes(),
         repr(beside).encode(), *(shapely.to_wkb(cut) for cut in cuts),
         b"hard", *(shapely.to_wkb(line) for line in barriers.hard)],
    )  # fmt: skip

    def make() -> StoredGround:
        atoms = make_atoms(
            parent.outline, np.concatenate([lnglat, extra]), cuts, keep_empty_faces=True
        )
        if not len(extra) and not beside:
            return make_ground(parent.outline, atoms, ids, barriers)
        # a household weighs once, where its home is; its other place goes with it
        weights = np.bincount(atoms.atom_of[: len(ids)], minlength=len(atoms.geoms))
        atoms = replace(atoms, weights=weights.astype(np.int64), atom_of=atoms.atom_of)
        stored = make_ground(parent.outline, atoms, ids, barriers)
        at = atoms.atom_of.tolist()
        longest = max((m for row in stored.ground.graph.near for _, m in row), default=1.0)
        pairs = [(at[one], at[other], m) for one, other, m in beside]
        elsewhere = zip(extra_of.tolist(), at[len(ids) :], strict=True)
        pairs += [(at[home], there, longest) for home, there in elsewhere]
        graph = _tie(stored.ground.graph, pairs)
        return replace(
            stored,
            ground=replace(stored.ground, graph=graph),
            atom_of=atoms.atom_of[: len(ids)],
        )

    return key, make


def _list_pasture_neighbours(
    conn: Connection, parent: Parent, known: Mapping[int, int]
) -> list[tuple[int, int, float]]:
    """Rows of households whose pastures lie side by side, with the metres in common."""
    held = [row for row in store.list_pastures(conn, parent.scope_key)
            if row["household_id"] in known]  # fmt: skip
    pastures = np.array([shapely.from_wkb(bytes(row["wkb"])) for row in held], dtype=object)
    holder = np.array([known[row["household_id"]] for row in held], dtype=np.int64)
    return find_pasture_neighbours(pastures, holder)


def _tie(graph: AtomGraph, pairs: list[tuple[int, int, float]]) -> AtomGraph:
    """Make pairs of atoms neighbours, over so many metres at least."""
    near = [dict(row) for row in graph.near]
    for a, b, metres in pairs:
        if a != b:
            near[a][b] = near[b][a] = max(metres, near[a].get(b, 0.0))
    return AtomGraph(graph.weights, [sorted(row.items()) for row in near])


def _from_cells(parent: Parent, below: list[dict[str, Any]]) -> Any:
    ids = np.array([row["cell_id"] for row in below], dtype=np.int64)
    weights = np.array([row["households"] for row in below], dtype=np.int64)
    shapes = np.array([_simplest(row["wkb"]) for row in below], dtype=object)
    key = hash_inputs(
        "cells", parent.outline,
        [ids.tobytes(), weights.tobytes(), *(shapely.to_wkb(shape) for shape in shapes)],
    )  # fmt: skip
    return key, lambda: make_ground(
        parent.outline, atoms_of_partition(parent.outline, shapes, weights), ids
    )


def _from_partition(parent: Parent, partition: Partition) -> Any:
    touching = shapely.intersects(partition.pieces, parent.outline)
    ids = np.flatnonzero(touching).astype(np.int64)
    pieces, weights = partition.pieces[ids], partition.weights[ids]
    key = hash_inputs(
        "partition", parent.outline,
        [ids.tobytes(), weights.tobytes(), *(shapely.to_wkb(piece) for piece in pieces)],
    )  # fmt: skip
    return key, lambda: make_ground(
        parent.outline, atoms_of_partition(parent.outline, pieces, weights), ids
    )


def _find_today(stored: StoredGround, shapes: Geometries, *, weighed: bool) -> list[int]:
    """The grid that each atom lies in: by its site, or by most of its ground for rough pieces."""
    found = np.full(len(stored.ground.geoms), -1, np.int64)
    if not len(shapes):
        return [int(n) for n in found]
    tree = shapely.STRtree(shapes)
    if weighed:
        atom, child = tree.query(stored.ground.geoms, predicate="intersects")
        shared = shapely.area(shapely.intersection(stored.ground.geoms[atom], shapes[child]))
        order = np.lexsort((-child, shared, atom))
        found[atom[order]] = child[order]
    else:
        atom, child = tree.query(
            shapely.point_on_surface(stored.ground.geoms), predicate="intersects"
        )
        order = np.lexsort((-child, atom))
        found[atom[order]] = child[order]
    return [int(n) for n in found]


def _simplest(wkb: bytes) -> BaseGeometry:
    """A multipolygon of one part as that part."""
    shape = shapely.from_wkb(bytes(wkb))
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
