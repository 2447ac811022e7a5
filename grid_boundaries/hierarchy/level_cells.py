"""The usable cells of one level, as every check of that level takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Geometries = npt.NDArray[np.object_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LevelCells:
    """Row i of ``codes`` and ``geoms`` is one cell; geometries are valid, in EPSG:4490.

    ``is_coverage``: edges of neighbours match vertex by vertex and nothing overlaps, so that unions
    need no noding and no pair can overlap.
    """

    rank: int
    codes: list[str]
    geoms: Geometries
    is_coverage: bool

    @classmethod
    def of(cls, rank: int, codes: list[str], geoms: Geometries) -> LevelCells:
        """The cells of a level, looked at once for whether they are a coverage."""
        return cls(rank, codes, geoms, bool(shapely.coverage_is_valid(geoms)))

    def unite(self, rows: Rows | slice = slice(None)) -> BaseGeometry:
        """The union of some of the cells."""
        unite = shapely.coverage_union_all if self.is_coverage else shapely.union_all
        return unite(self.geoms[rows])


@dataclass(frozen=True, slots=True, eq=False)
class ParentCells:
    """The cells of the level above; ``row_of`` is the parent's row of each child (−1: none).

    ``unions`` is the union of the children of each parent (empty without children) and
    ``is_filled`` tells that it is the parent, vertex by vertex: then nothing is missing and nothing
    juts out, and no overlay is needed to know it.
    """

    codes: list[str]
    geoms: Geometries
    row_of: Rows
    unions: Geometries
    is_filled: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls, codes: list[str], geoms: Geometries, row_of: Rows, children: LevelCells
    ) -> ParentCells:
        """Parents with the unions of their children."""
        unions = _unions(children, row_of, len(geoms))
        filled = shapely.equals_identical(shapely.normalize(unions), shapely.normalize(geoms))
        return cls(codes, geoms, row_of, unions, np.atleast_1d(filled))

    @property
    def is_childless(self) -> npt.NDArray[np.bool_]:
        """Parents without any child."""
        return ~np.isin(np.arange(len(self.codes)), self.row_of)


def _unions(children: LevelCells, row_of: Rows, parents: int) -> Geometries:
    unions = np.full(parents, shapely.Polygon(), dtype=object)
    order = np.argsort(row_of, kind="stable")
    order = order[row_of[order] >= 0]
    rows, starts = np.unique(row_of[order], return_index=True)
    for row, members in zip(rows, np.split(order, starts[1:]), strict=True):
        unions[row] = children.unite(members)
    return unions
