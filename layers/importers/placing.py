"""Rows of a file as rows of the grid: by their place, else by the cell that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from grid_boundaries.geo.envelope import Envelope
from grid_boundaries.geo.local_plane import metres_per_degree
from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.locate.persist import load_or_build
from grid_boundaries.locate.snapshot import GridSnapshot
from layers.importers.findings import Finding

Ids = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NOWHERE: Final = -1
WHOLE_PLACE_KEY: Final = "0"
"""``scope_key`` of a row that lies in no cell: seen by whoever sees the whole place."""

_BULK_FROM_ROWS: Final = 50_000
_VILLAGE_KINDS: Final = ("villager_group", "party_group")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Per row: the snapshot row of its cell (−1 for none) and whether the place is a stand-in."""

    cell_rows: Ids
    geometry: npt.NDArray[np.object_] | None
    approximate: Bools
    findings: tuple[Finding, ...]
    outside: Bools


@dataclass(slots=True, eq=False)
class Placer:
    """One plan, ready to be asked for many batches; ``rows_expected`` chooses the index."""

    plan: GridSnapshot
    village_rank: int | None = None
    envelope: Envelope | None = None
    margin_m: float = 50_000.0
    index_dir: Path | None = None
    rows_expected: int = 0
    _covers: list[tuple[Ids, BulkIndex | ExactCover]] = field(default_factory=list)
    _code_rows: dict[str, int] = field(default_factory=dict)
    _name_rows: dict[str, list[int]] = field(default_factory=dict)
    _inner: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._code_rows = {code: row for row, code in enumerate(self.plan.codes)}
        for row, name in enumerate(self.plan.names):
            self._name_rows.setdefault(name, []).append(row)
        self.envelope = self.envelope or self.plan.envelope

    def scope_keys(self) -> list[str]:
        """The scope key of every snapshot row: ancestors first, eight hex digits each."""
        keys: list[str] = []
        for row, parent in enumerate(self.plan.parents.tolist()):
            # rows are ordered by rank, so a parent stands before its children
            above = keys[parent] if parent >= 0 else ""
            keys.append(f"{above}{int(self.plan.cell_ids[row]):08x}")
        return keys

    def locate(self, lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Ids:
        """Row of the deepest cell that covers each point, lowest code first; −1 for none."""
        found = np.full(len(lng), NOWHERE, dtype=np.int64)
        for rows, cover in self._levels():
            open_rows = np.flatnonzero((found == NOWHERE) & np.isfinite(lng) & np.isfinite(lat))
            if not len(open_rows):
                break
            lead = cover.locate_with_next(lng[open_rows], lat[open_rows])[0].astype(np.int64)
            found[open_rows] = np.where(lead >= 0, rows[lead], NOWHERE)
        return found

    def _levels(self) -> list[tuple[Ids, BulkIndex | ExactCover]]:
        """Covers of the levels, deepest first; made once."""
        if not self._covers:
            for rank in sorted(set(self.plan.levels.tolist()), reverse=True):
                rows = np.flatnonzero(self.plan.levels == rank).astype(np.int64)
                codes = [self.plan.codes[row] for row in rows.tolist()]
                geoms = self.plan.geoms[rows]
                deepest = not self._covers
                if deepest and self.rows_expected >= _BULK_FROM_ROWS:
                    self._covers.append((rows, load_or_build(self.index_dir, codes, geoms)))
                else:
                    self._covers.append((rows, ExactCover(codes, geoms)))
        return self._covers

    def inner_point(self, row: int) -> Any:
        """A point inside a cell; the same for the same plan."""
        if row not in self._inner:
            self._inner[row] = shapely.point_on_surface(self.plan.geoms[row])
        return self._inner[row]

    def place(
        self,
        kind: str,
        columns: Mapping[str, pa.Array],
        geometry: npt.NDArray[np.object_] | None,
        row_numbers: Ids,
    ) -> Placed:
        """The cell of every row.

        A shape decides by its inner point, a border point goes to the lowest code.  Without a
        shape the cell that the row names is taken; a household then stands at an inner point of
        it, marked approximate.  Findings: ``import.far_away`` (error), ``import.unknown_cell``
        (error), ``import.outside_grid``, ``import.other_cell`` (warnings).
        """
        count = len(row_numbers)
        findings: list[Finding] = []
        stated, unknown = self._stated(kind, columns, count)
        cell_rows = stated.copy()
        outside = np.zeros(count, dtype=bool)
        shaped = np.zeros(count, dtype=bool)
        if geometry is not None:
            shaped = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
        if geometry is not None and shaped.any():
            lng, lat = _inner_points(geometry)
            far = shaped & self._is_far(lng, lat)
            located = self.locate(lng, lat)
            outside = shaped & (located == NOWHERE) & ~far
            differs = shaped & (located != NOWHERE) & (stated != NOWHERE)
            differs &= ~self._related(located, stated)
            if kind in _VILLAGE_KINDS:
                located = self.lift(located)
                cell_rows = np.where(stated != NOWHERE, stated, located)
            else:
                cell_rows = np.where(shaped, located, stated)
            findings += _finding("import.far_away", "error", far, row_numbers)
            findings += _finding("import.outside_grid", "warning", outside, row_numbers)
            findings += _finding("import.other_cell", "warning", differs, row_numbers)
        approximate = np.zeros(count, dtype=bool)
        if kind == "household":
            approximate = ~shaped & (stated != NOWHERE)
            geometry = np.full(count, None, dtype=object) if geometry is None else geometry.copy()
            for at in np.flatnonzero(approximate).tolist():
                geometry[at] = self.inner_point(int(stated[at]))
            lost = ~shaped & (stated == NOWHERE) & ~unknown
            findings += _finding("import.no_place", "warning", lost, row_numbers)
            findings += _finding("import.approximate", "note", approximate, row_numbers)
        findings += _finding("import.unknown_cell", "error", unknown, row_numbers)
        return Placed(cell_rows, geometry, approximate, tuple(findings), outside)

    def _stated(self, kind: str, columns: Mapping[str, pa.Array], count: int) -> tuple[Ids, Bools]:
        """Rows of the cells that the columns name, and where a stated one does not exist."""
        stated = np.full(count, NOWHERE, dtype=np.int64)
        unknown = np.zeros(count, dtype=bool)
        codes = ("village_code",) if kind in _VILLAGE_KINDS else ("cell_code", "village_code")
        for name in codes:
            if name not in columns:
                continue
            values, given = _texts(columns[name])
            found = np.fromiter(
                (self._code_rows.get(v, NOWHERE) if v else NOWHERE for v in values), np.int64, count
            )
            unknown |= given & (found == NOWHERE) & (stated == NOWHERE)
            stated = np.where(stated == NOWHERE, found, stated)
        if (stated == NOWHERE).any():
            by_name = self._by_names(kind, columns, count)
            stated = np.where(stated == NOWHERE, by_name[0], stated)
            unknown |= by_name[1] & (stated == NOWHERE)
        return stated, unknown & (stated == NOWHERE)

    def _by_names(
        self, kind: str, columns: Mapping[str, pa.Array], count: int
    ) -> tuple[Ids, Bools]:
        empty = np.full(count, None, dtype=object)
        villages = _texts(columns["village_name"])[0] if "village_name" in columns else empty
        has_cells = "cell_name" in columns and kind not in _VILLAGE_KINDS
        cells = _texts(columns["cell_name"])[0] if has_cells else empty
        answers: dict[tuple[Any, Any], int] = {}
        found = np.full(count, NOWHERE, dtype=np.int64)
        for at, pair in enumerate(zip(villages, cells, strict=True)):
            if pair not in answers:
                answers[pair] = self._find_named(*pair)
            found[at] = answers[pair]
        given = np.array([bool(v or c) for v, c in zip(villages, cells, strict=True)], dtype=bool)
        return found, given & (found == NOWHERE)

    def _find_named(self, village: str | None, cell: str | None) -> int:
        """The one cell of that name, in that village where it is named; −1 for none or several."""
        above = self._named(village, self.village_rank) if village else []
        if not cell:
            return above[0] if len(above) == 1 else NOWHERE
        within = self._name_rows.get(cell.strip(), [])
        if len(above) == 1:
            within = [row for row in within if above[0] in self._path(row)]
        return within[0] if len(within) == 1 else NOWHERE

    def _named(self, name: str, rank: int | None) -> list[int]:
        """Cells of a rank with this name, or with it but for 村, 嘎查, 社区 at the end."""
        bare = _bare(name)
        rows = [r for key, found in self._name_rows.items() if _bare(key) == bare for r in found]
        return [r for r in rows if rank is None or int(self.plan.levels[r]) == rank]

    def _path(self, row: int) -> list[int]:
        path = []
        while row >= 0:
            path.append(row)
            row = int(self.plan.parents[row])
        return path

    def _related(self, first: Ids, second: Ids) -> Bools:
        """Whether one of two cells lies in the other, or they are the same."""
        same: Bools = np.equal(first, second)
        for pair in {
            (a, b)
            for a, b in zip(first[~same].tolist(), second[~same].tolist(), strict=True)
            if a >= 0 and b >= 0
        }:
            if pair[1] in self._path(pair[0]) or pair[0] in self._path(pair[1]):
                same |= (first == pair[0]) & (second == pair[1])
        return same

    def lift(self, rows: Ids) -> Ids:
        """The village of each cell; −1 where there is none."""
        lifted = np.full(len(self.plan) + 1, NOWHERE, dtype=np.int64)
        for row in range(len(self.plan)):
            village = [r for r in self._path(row) if self.plan.levels[r] == self.village_rank]
            lifted[row] = village[0] if village else NOWHERE
        return lifted[rows]

    def _is_far(self, lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Bools:
        """Further than the margin from the envelope of the place, or no position at all."""
        if self.envelope is None:
            return ~(np.abs(lng) <= 180) | ~(np.abs(lat) <= 90)
        west, south, east, north = self.envelope
        mx, my = metres_per_degree((south + north) / 2)
        dx, dy = self.margin_m / mx, self.margin_m / my
        inside = (lng >= west - dx) & (lng <= east + dx) & (lat >= south - dy) & (lat <= north + dy)
        return np.asarray(~inside, dtype=bool)


def _inner_points(
    geometry: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude of a point on each shape; NaN for none."""
    flat = shapely.get_type_id(geometry) != shapely.GeometryType.POINT
    points = geometry
    if flat.any():
        points = geometry.copy()
        # of several parts the first: GEOS asks every part otherwise, and one place is wanted
        points[flat] = shapely.point_on_surface(geometry[flat])
    return shapely.get_x(points), shapely.get_y(points)


def _texts(column: pa.Array) -> tuple[npt.NDArray[np.object_], Bools]:
    values = column.to_numpy(zero_copy_only=False)
    return values, np.array([bool(v) for v in values], dtype=bool)


def _bare(name: str) -> str:
    """A village's name without what kind of village it is."""
    text = name.strip()
    for ending in ("村民委员会", "居民委员会", "村委会", "居委会", "嘎查", "社区", "村"):
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending)
    return text


def _finding(code: str, severity: Any, rows: Bools, row_numbers: Ids) -> list[Finding]:
    hit = row_numbers[rows]
    return [Finding(code, severity, hit)] if len(hit) else []
