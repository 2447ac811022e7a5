"""Cells traced over a scan: laid on the ground, noded here, checked and published like a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Engine

from gis_api.access.permissions import require_permission
from gis_api.actions.import_grids import GridImport, ImportReport, NewLevel, import_table
from gis_api.actions.redraw.rights import require_plan_right
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.db.engine import Actor, begin, whole_scope
from gis_api.db.imports.store import find_today
from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.redraw.incoming import IncomingPlan
from grid_boundaries.store.cells import load_snapshot
from grid_boundaries.versions.trace import node_traced
from layers.importers.grid_rows import GridFields
from layers.importers.read import SourceTable

_NAME: Final = "tracing.geojson"
# neighbours that a ring could be snapped to
_REACH_DEG: Final = 0.002
_CODE, _LABEL, _PARENT = "code", "name", "parent"


@dataclass(frozen=True, slots=True)
class TracedCell:
    """One ring as it was clicked, (lng, lat) in EPSG:4490; ``parent`` a code, '' at the top."""

    code: str
    name: str
    parent: str
    ring: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Tracing:
    """Cells of one level; corners within ``tolerance_m`` of a border are put on it.

    ``level_zh`` and ``level_en`` name a level that the place does not have yet.
    """

    rank: int
    cells: Sequence[TracedCell]
    tolerance_m: float = 10.0
    level_zh: str = ""
    level_en: str = ""
    level_role: str = "other"
    accepted: frozenset[str] = frozenset()
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TracedPlan:
    """What would be or was published: noded shapes, row by row, and the report of the checks."""

    shapes: npt.NDArray[np.object_]
    moved_m: list[float]
    overlap_m2: float
    report: ImportReport


def trace_grids(engine: Engine, actor: Actor, wanted: Tracing, *, commit: bool) -> TracedPlan:
    """Node the rings with their parents and neighbours, check the plan that would hold and, with
    ``commit``, publish it as a version: what was clicked is stored nowhere.

    Rights: ``plan read`` to look, ``plan publish`` to publish.  Raises InvalidInput
    ``trace.bad_ring`` and ``trace.nothing_left`` with the codes; what ``import_grids`` raises.
    """
    if not actor.is_system:
        require_permission(actor.role, "plan", "publish" if commit else "read")
    rings = _read_rings(wanted)
    shapes, moved, overlap = _node(_load_plan(engine, actor), wanted, rings)
    grid_import = GridImport(
        file=Path(_NAME),
        level=str(wanted.rank),
        fields=GridFields(_CODE, _LABEL, _PARENT if any(c.parent for c in wanted.cells) else None),
        accepted=wanted.accepted,
        reason=wanted.reason,
        new_level=NewLevel(wanted.level_zh, wanted.level_en, wanted.level_role),
    )
    table = _as_table(wanted, shapes)
    report = import_table(engine, actor, grid_import, table, commit=commit)
    return TracedPlan(shapes, moved, overlap, report)


def draft_traced(engine: Engine, actor: Actor, wanted: Tracing, name: str) -> int:
    """Keep the noded rings as a plan of redrawing; its id.  Somebody else approves and publishes.

    Grids of the parents that were not traced stay where no ring lies on them.  Raises InvalidInput
    ``trace.draft_parent`` for a ring without a parent in force, ``trace.bad_ring``,
    ``trace.nothing_left``, and what ``start_plan`` raises.
    """
    require_plan_right(actor, "draft")
    rings = _read_rings(wanted)
    plan = _load_plan(engine, actor)
    parents = tuple(sorted({cell.parent for cell in wanted.cells}))
    row_of = {code: row for row, code in enumerate(plan.codes)}
    unknown = [code for code in parents if code not in row_of]
    if unknown:
        raise InvalidInput("trace.draft_parent", codes=unknown[:20])
    shapes, _, _ = _node(plan, wanted, rings)
    stay = _list_untraced(plan, wanted, {row_of[code] for code in parents}, shapes)
    geoms = np.full(len(shapes) + len(stay), None, dtype=object)
    geoms[: len(shapes)] = shapes
    geoms[len(shapes) :] = [shape for _, shape in stay]
    incoming = IncomingPlan(
        [cell.code for cell in wanted.cells] + [plan.codes[row] for row, _ in stay],
        [cell.name for cell in wanted.cells] + [plan.names[row] for row, _ in stay],
        geoms,
    )
    return start_plan(engine, actor, NewPlan(name, parents, "file", incoming=incoming))


def _list_untraced(
    plan: GridSnapshot, wanted: Tracing, parents: set[int], shapes: npt.NDArray[np.object_]
) -> list[tuple[int, Any]]:
    """(row, ground) of grids below these parents that nobody traced, where anything is left."""
    traced, codes = shapely.union_all(shapes), {cell.code for cell in wanted.cells}
    below = [
        row for row in range(len(plan))
        if int(plan.parents[row]) in parents and plan.codes[row] not in codes
    ]  # fmt: skip
    left = [(row, shapely.difference(plan.geoms[row], traced)) for row in below]
    return [(row, shape) for row, shape in left if shape.area > 0]


def _load_plan(engine: Engine, actor: Actor) -> GridSnapshot:
    with begin(engine, actor) as conn, whole_scope(conn, actor):
        return load_snapshot(conn, find_today(conn))


def _read_rings(wanted: Tracing) -> list[npt.NDArray[np.float64]]:
    rings, bad = [], []
    for cell in wanted.cells:
        ring = np.array(cell.ring, dtype=np.float64).reshape(-1, 2)
        if len(ring) > 1 and (ring[0] == ring[-1]).all():
            ring = ring[:-1]
        if len(np.unique(ring, axis=0)) < 3 or not np.isfinite(ring).all():
            bad.append(cell.code)
        rings.append(ring)
    if bad or not rings:
        raise InvalidInput("trace.bad_ring", codes=bad[:20])
    return rings


def _node(
    plan: GridSnapshot, wanted: Tracing, rings: list[npt.NDArray[np.float64]]
) -> tuple[npt.NDArray[np.object_], list[float], float]:
    """Noded cell by cell of one parent; cells of the level that are not traced stay as they are.

    Raises InvalidInput ``trace.nothing_left``.
    """
    traced_codes = {cell.code for cell in wanted.cells}
    same_level = [
        row for row in range(len(plan))
        if int(plan.levels[row]) == wanted.rank and plan.codes[row] not in traced_codes
    ]  # fmt: skip
    row_of = {code: row for row, code in enumerate(plan.codes)}
    shapes = np.full(len(rings), None, dtype=object)
    moved, overlap = [0.0] * len(rings), 0.0
    for parent in sorted({cell.parent for cell in wanted.cells}):
        mine = [at for at, cell in enumerate(wanted.cells) if cell.parent == parent]
        ground = plan.geoms[row_of[parent]] if parent in row_of else None
        reach = shapely.buffer(shapely.box(*_bounds([rings[at] for at in mine])), _REACH_DEG)
        near = [plan.geoms[row] for row in same_level if shapely.intersects(plan.geoms[row], reach)]
        around = np.full(len(near), None, dtype=object)
        around[:] = near
        traced = node_traced(
            [rings[at] for at in mine], around=around, parent=ground,
            tolerance_m=wanted.tolerance_m,
        )  # fmt: skip
        overlap += traced.overlap_m2
        for number, at in enumerate(mine):
            shapes[at], moved[at] = traced.cells[number], float(traced.moved_m[number])
    lost = [cell.code for cell, shape in zip(wanted.cells, shapes, strict=True) if shape is None]
    if lost:
        raise InvalidInput("trace.nothing_left", codes=lost[:20])
    return shapes, moved, overlap


def _bounds(
    rings: Sequence[npt.NDArray[np.float64]],
) -> tuple[float, float, float, float]:
    every = np.vstack(rings)
    west, south = every.min(axis=0)
    east, north = every.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _as_table(wanted: Tracing, shapes: npt.NDArray[np.object_]) -> SourceTable:
    columns: dict[str, Any] = {
        _CODE: np.array([cell.code for cell in wanted.cells], dtype=object),
        _LABEL: np.array([cell.name for cell in wanted.cells], dtype=object),
        _PARENT: np.array([cell.parent for cell in wanted.cells], dtype=object),
    }
    stated = json.dumps(
        [[cell.code, cell.name, cell.parent] for cell in wanted.cells], ensure_ascii=False
    )
    digest = hashlib.sha256(stated.encode() + b"".join(shapely.to_wkb(shapes))).digest()
    return SourceTable(
        name=_NAME, sha256=digest, columns=columns, geoms=shapes,
        unreadable=np.zeros(len(shapes), dtype=bool), crs=f"EPSG:{STORAGE_SRID}", encoding=None,
    )  # fmt: skip
