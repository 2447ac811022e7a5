"""From a plan to what is published: new versions, cells that end, codes, vertices of neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection

from gis_api.actions.redraw.ground import GROUNDS
from gis_api.actions.redraw.view import PartView, view_part
from gis_api.redraw.moves import store as moving
from gis_api.redraw.plans import store
from grid_boundaries.redraw.derive import derive_grids
from grid_boundaries.redraw.lineage import trace_lineage
from grid_boundaries.redraw.nodes import insert_vertices, is_same_ground, thin_vertices
from grid_boundaries.redraw.numbering import list_free_codes, order_grids
from grid_boundaries.store.publish import NEW_CELL, CellBatch

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class NewPosts:
    """What a new grid gets: kinds with their holder, None for vacant on purpose."""

    code: str
    posts: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class PlannedBatch:
    """Everything that one plan publishes.

    ``rows`` are (cell_id, rank, code, name, parent_code, polygon); ``ended`` are cells that go.
    ``lineage`` are (code before, code after, share of households).  ``neighbours`` counts cells
    that only get a vertex where a new border meets theirs.
    """

    rows: list[tuple[int, int, str, str, str | None, Any]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    lineage: list[tuple[str, str, float]] = field(default_factory=list)
    provisional: list[str] = field(default_factory=list)
    posts: list[NewPosts] = field(default_factory=list)
    neighbours: int = 0

    def to_cells(self) -> CellBatch:
        """As ``publish_grids`` takes it."""
        ids, ranks, codes, names, parents, geoms = zip(*self.rows, strict=True)
        shapes = np.empty(len(geoms), dtype=object)
        shapes[:] = geoms
        return CellBatch(
            cell_ids=np.array(ids, dtype=np.int64), codes=list(codes), names=list(names),
            ranks=np.array(ranks, dtype=np.int16), parent_codes=list(parents), geoms=shapes,
        )  # fmt: skip


def plan_batch(conn: Connection, plan: Mapping[str, Any], on: date) -> PlannedBatch:
    """What the plan changes, grid by grid; grids whose ground and words stay are left alone.

    New grids without a code get unused ones, which are provisional.  Where a new border meets the
    border of somebody else (the parent, its ancestors, grids next door) that one gets the vertex
    too (contracts: coordinates).
    """
    batch = PlannedBatch()
    level = store.list_levels(conn, plan["rank"])[0]
    corners = []
    for row in store.list_parts(conn, plan["redraw_plan_id"]):
        part = view_part(dict(plan), row, GROUNDS.get(conn, row))
        corners.append(_add_part(conn, batch, plan, row, part, level["code_digits"], on))
    if batch.rows:
        _add_neighbours(conn, batch, np.concatenate(corners), on)
    return batch


def _add_part(
    conn: Connection, batch: PlannedBatch, plan: Mapping[str, Any], row: Mapping[str, Any],
    part: PartView, digits: int | None, on: date,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """The grids of one part; the corners of those that changed."""
    numbers = part.draft.grids
    today, label = np.asarray(row["today"]), np.asarray(part.draft.grid)
    base = store.list_children(conn, row["parent_cell_id"], plan["rank"], on)
    keep = shapely.get_coordinates(
        np.array([shapely.from_wkb(bytes(cell["wkb"])) for cell in base] + [part.stored.parent],
                 dtype=object)
    )  # fmt: skip
    position = {n: k for k, n in enumerate(numbers)}
    shapes = thin_vertices(
        derive_grids(part.stored.ground.geoms, [position[n] for n in label.tolist()], len(numbers)),
        keep,
    )
    codes = _give_codes(conn, batch, row, part, dict(zip(numbers, shapes, strict=True)), digits)
    changed = []
    for number, shape in zip(numbers, shapes, strict=True):
        cell = row["numbers"].get(str(number))
        name = part.draft.facts.get((number, "name")) or (cell["name"] if cell else "")
        held = None if cell is None else _geometry_of(base, cell["cell_id"])
        # a plan drawn on ground with faults mends it: a grid next to it is another then, too
        moved = (
            held is None
            or not np.array_equal(label == number, today == number)
            or not is_same_ground(shape, held)
        )
        if moved or codes[number] != cell["code"] or name != cell["name"]:
            ground = shape if moved else held
            batch.rows.append(
                (cell["cell_id"] if cell else NEW_CELL, plan["rank"], codes[number],
                 name or codes[number], row["parent_code"], ground)
            )  # fmt: skip
        if moved:
            changed.append(shape)
        if cell is None:
            batch.posts.append(
                NewPosts(codes[number], tuple(part.draft.facts.get((number, "posts")) or ()))
            )
    left = {int(n): cell for n, cell in row["numbers"].items() if int(n) not in position}
    batch.ended += [cell["cell_id"] for cell in left.values()]
    _add_lineage(batch, row, part, codes)
    _add_below(conn, batch, plan, row, part, codes, on)
    return shapely.get_coordinates(np.array(changed, dtype=object))


def _geometry_of(base: list[dict[str, Any]], cell_id: int) -> Any:
    return next(shapely.from_wkb(bytes(c["wkb"])) for c in base if c["cell_id"] == cell_id)


def _give_codes(
    conn: Connection, batch: PlannedBatch, row: Mapping[str, Any], part: PartView,
    shapes: dict[int, Any], digits: int | None,
) -> dict[int, str]:  # fmt: skip
    codes = {grid.grid: grid.code for grid in part.grids}
    bare = {number: shapes[number] for number, code in codes.items() if not code}
    if bare:
        siblings = [cell["code"] for cell in row["numbers"].values()]
        prefix = row["parent_code"]
        taken = store.list_codes_like(conn, prefix) if siblings else store.list_codes_like(conn, "")
        taken |= {code for code in codes.values() if code} | {r[2] for r in batch.rows}
        fresh = list_free_codes(prefix, taken, digits=digits, siblings=siblings)
        codes |= dict(zip(order_grids(bare), fresh, strict=False))
    batch.provisional += [
        codes[grid.grid] for grid in part.grids
        if grid.is_new and (grid.grid, "code") not in part.draft.facts
    ]  # fmt: skip
    return codes


def _add_lineage(
    batch: PlannedBatch, row: Mapping[str, Any], part: PartView, codes: Mapping[int, str]
) -> None:
    weights = part.stored.ground.graph.weights
    for link in trace_lineage(row["today"], part.draft.grid, weights):
        if link.before != link.after or link.share < 1.0:
            before = row["numbers"][str(link.before)]["code"]
            batch.lineage.append((before, codes[link.after], link.share))


def _add_below(
    conn: Connection, batch: PlannedBatch, plan: Mapping[str, Any], row: Mapping[str, Any],
    part: PartView, codes: Mapping[int, str], on: date,
) -> None:  # fmt: skip
    """Cells of the level below go along whole: those that come into another grid."""
    below = store.list_grandchildren(conn, row["parent_cell_id"], plan["rank"], on)
    if not below:
        return
    atom_of = dict(zip(part.stored.unit_ids.tolist(), part.stored.atom_of.tolist(), strict=True))
    cell_of = {int(n): cell["cell_id"] for n, cell in row["numbers"].items()}
    rank = store.list_levels(conn, plan["rank"])[1]["rank"]
    for cell in below:
        atom = atom_of.get(cell["cell_id"], -1)
        if atom < 0:
            continue
        number = part.draft.grid[atom]
        if cell_of.get(number) != cell["parent_cell_id"]:
            batch.rows.append(
                (cell["cell_id"], rank, cell["code"], cell["name"], codes[number],
                 shapely.from_wkb(bytes(cell["wkb"])))
            )  # fmt: skip


def _add_neighbours(
    conn: Connection, batch: PlannedBatch, corners: npt.NDArray[np.float64], on: date
) -> None:
    if not len(corners):
        return
    corners = np.unique(corners, axis=0)
    points = shapely.MultiPoint(corners)
    known = [row[0] for row in batch.rows if row[0] != NEW_CELL] + batch.ended
    for cell in moving.list_touching(conn, points, known, on):
        shape = shapely.from_wkb(bytes(cell["wkb"]))
        west, south, east, north = shapely.buffer(shape.envelope, 1e-9).bounds
        lng, lat = corners.T
        own = corners[(lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)]
        wider = insert_vertices(shape, own)
        if wider is not shape:
            batch.neighbours += 1
            batch.rows.append(
                (cell["cell_id"], cell["rank"], cell["code"], cell["name"], cell["parent_code"],
                 wider)
            )  # fmt: skip
