"""A plan that comes in a file: told what is wrong with it, then laid over the atoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from grid_boundaries.hierarchy.checks import check_plan
from grid_boundaries.hierarchy.findings import Finding
from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.redraw.draft import Ground
from grid_boundaries.redraw.nodes import clean_coverage, list_inner_lines

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class IncomingPlan:
    """Grids of a file: codes and names ('' for none) and polygons in EPSG:4490, as they came."""

    codes: Sequence[str]
    names: Sequence[str]
    geoms: Geometries

    def borders_within(self, parent: BaseGeometry) -> Geometries:
        """The cleaned borders that atoms are cut along: shared lines once, slivers closed."""
        return list_inner_lines(clean_coverage(_cut_to(self.geoms, parent)), parent)

    def findings_in(self, parent: BaseGeometry, code: str) -> list[Finding]:
        """Overlaps, gaps, holes, pieces and ground outside, as the file has them.

        ``code`` is what the parent is called in them.

        Grids that do not touch the parent are not looked at: a missing grid is a gap.
        """
        near = np.flatnonzero(shapely.intersects(self.geoms, parent))
        rows = len(near)
        plan = GridSnapshot(
            version_id=0,
            cell_ids=np.arange(-1 - rows, 0),
            codes=[code, *(self.codes[k] or f"#{k + 1}" for k in near.tolist())],
            names=[""] * (rows + 1),
            levels=np.array([1] + [2] * rows, dtype=np.int16),
            parents=np.array([-1] + [0] * rows, dtype=np.int32),
            geoms=np.array([parent, *self.geoms[near]], dtype=object),
        )
        return [found for found in check_plan(plan) if found.rank == 2]


def place_incoming(
    incoming: IncomingPlan,
    parent: BaseGeometry,
    ground: Ground,
    numbers: Mapping[int, Mapping[str, Any]],
) -> tuple[list[int], list[list[Any]]]:
    """The grid of each atom, and facts (number, name, value) of new grids.

    A grid of the file goes on as today's grid of the same code, otherwise it is a new number.  An
    atom belongs to the grid of the file that holds its middle (ties: the first), or the nearest.
    """
    known = {cell["code"]: number for number, cell in numbers.items()}
    fresh = max([*numbers, -1]) + 1
    near = np.flatnonzero(shapely.intersects(incoming.geoms, parent))
    number_of: dict[int, int] = {}
    facts: list[list[Any]] = []
    for k in near.tolist():
        code, name = incoming.codes[k], incoming.names[k]
        number = known.get(code)
        if number is None or number in number_of.values():
            number, fresh = fresh, fresh + 1
            if code:
                facts.append([number, "code", code])
        if name and name != numbers.get(number, {}).get("name"):
            facts.append([number, "name", name])
        number_of[k] = number
    if not len(near):
        return [fresh] * len(ground.geoms), []
    tree = shapely.STRtree(incoming.geoms[near])
    middle = shapely.point_on_surface(ground.geoms)
    owner = np.full(len(middle), -1, np.int64)
    atom, held = tree.query(middle, predicate="intersects")
    order = np.lexsort((-held, atom))
    owner[atom[order]] = held[order]
    lost = np.flatnonzero(owner < 0)
    if len(lost):
        owner[lost] = tree.nearest(middle[lost])
    return [number_of[int(near[k])] for k in owner.tolist()], sorted(facts, key=lambda f: f[:2])


def _cut_to(geoms: Geometries, parent: BaseGeometry) -> Geometries:
    near = geoms[shapely.intersects(geoms, parent)]
    sound = np.where(shapely.is_valid(near), near, shapely.make_valid(near)).astype(object)
    cut = shapely.intersection(sound, parent)
    areas = [
        shapely.union_all([p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"])
        for shape in cut
    ]
    return np.array([shape for shape in areas if shape.area > 0], dtype=object)
