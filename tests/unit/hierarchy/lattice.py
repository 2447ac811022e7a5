"""A small town of squares near Narisong: one township, 2 × 2 villages, 4 × 4 base grids."""

from __future__ import annotations

import numpy as np
import shapely

from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.snapshot import GridSnapshot

WEST, SOUTH = 110.6, 39.4
CELL_DEG = 0.01
MX, MY = metres_per_degree(SOUTH + 2 * CELL_DEG)


def square(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A box counted in base grids from the south-west corner, with a vertex at every unit."""
    at_x = [column + k for k in range(int(width))] or [column]
    at_y = [row + k for k in range(int(height))] or [row]
    east, north = column + width, row + height
    ring = [
        *((x, row) for x in at_x),
        *((east, y) for y in at_y),
        *((x + 1 if width >= 1 else east, north) for x in reversed(at_x)),
        *((column, y + 1 if height >= 1 else north) for y in reversed(at_y)),
    ]
    return shapely.Polygon([degrees(x, y) for x, y in ring])


def degrees(column: float, row: float) -> tuple[float, float]:
    """Degrees of a lattice position."""
    return WEST + column * CELL_DEG, SOUTH + row * CELL_DEG


def town() -> GridSnapshot:
    """A plan without any fault: codes T, V00…V11, B00…B33 (column, row)."""
    codes, levels, parents, geoms = ["T"], [1], [-1], [square(0, 0, 4, 4)]
    for column in range(2):
        for row in range(2):
            codes.append(f"V{column}{row}")
            levels.append(2)
            parents.append(0)
            geoms.append(square(2 * column, 2 * row, 2, 2))
    for column in range(4):
        for row in range(4):
            codes.append(f"B{column}{row}")
            levels.append(3)
            parents.append(codes.index(f"V{column // 2}{row // 2}"))
            geoms.append(square(column, row))
    return plan(codes, levels, parents, geoms)


def plan(codes: list[str], levels: list[int], parents: list[int], geoms: list) -> GridSnapshot:
    """A snapshot of the given columns; cell ids count from 1."""
    shapes = np.empty(len(geoms), dtype=object)
    shapes[:] = geoms
    return GridSnapshot(
        version_id=1,
        cell_ids=np.arange(1, len(codes) + 1),
        codes=list(codes),
        names=list(codes),
        levels=np.array(levels, dtype=np.int16),
        parents=np.array(parents, dtype=np.int32),
        geoms=shapes,
    )


def with_geoms(base: GridSnapshot, **changed: shapely.Geometry | None) -> GridSnapshot:
    """The plan with other shapes for some codes."""
    geoms = [changed.get(code, geom) for code, geom in zip(base.codes, base.geoms, strict=True)]
    return plan(base.codes, base.levels.tolist(), base.parents.tolist(), geoms)


def without(base: GridSnapshot, *codes: str) -> GridSnapshot:
    """The plan without some cells (none of them a parent of another)."""
    keep = [row for row, code in enumerate(base.codes) if code not in codes]
    row_of = {old: new for new, old in enumerate(keep)} | {-1: -1}
    return plan(
        [base.codes[r] for r in keep],
        [int(base.levels[r]) for r in keep],
        [row_of[int(base.parents[r])] for r in keep],
        [base.geoms[r] for r in keep],
    )
