"""``wangge assign``: every point of a file gets the cell of a grids file, or the reason why none.

The border is the one drawn in the grids file: points are brought to its CRS and
decided there.  A projected file is first brought to the degrees of its own datum (EPSG:4490 for
CGCS2000 zones), vertex by vertex, as an import of the same file would do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from grid_boundaries.errors import InvalidInput
from grid_boundaries.geo.crs import (
    get_crs,
    get_transformer,
    transform_geometries,
)
from grid_boundaries.locate.bulk import BulkIndex
from grid_boundaries.locate.exact_cover import ExactCover
from grid_boundaries.locate.level_index import LevelIndex
from grid_boundaries.locate.many import HOW, ManyLocations, locate_many
from grid_boundaries.locate.persist import load_index, load_or_build
from grid_boundaries.locate.point import DEFAULT_NEAREST_LIMIT_M
from layers.assign.chunk import Chunk, PointSource
from layers.assign.read_grids import GridCells, read_grids
from layers.assign.read_points import open_points
from layers.assign.write_points import open_target

BULK_FROM_POINTS: Final = 200_000
_SHOWN_ROWS: Final = 20
_UNSURE_DATUMS: Final = ("Xian 1980", "Beijing 1954", "New Beijing")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What was done: rows, how many per ``how``, and whether the raster index was used."""

    rows: int
    rows_by_how: dict[str, int]
    cells: int
    used_index: bool


def assign_points(
    points_file: Path,
    grids_file: Path,
    code_field: str,
    out: Path,
    crs: str | None = None,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
) -> AssignReport:
    """Write ``out`` = the points with ``grid_code, how, runner_up, border_distance_m``.

    ``how`` is inside, border (on a shared border: the lowest code leads, ``runner_up`` is the
    next), outside-nearest (``grid_code`` empty, ``runner_up`` the nearest cell within 50 km) or
    none.  ``border_distance_m`` goes to the border of ``grid_code``, in the local plane, to mm.
    ``crs`` serves files that state none (a CSV is EPSG:4490 unless ``crs`` is in degrees too).
    Result columns that the points already have are replaced.  ``progress(rows done, rows in all)``.

    Nothing is written unless every row has a position: raises InvalidInput with row numbers
    (1 = first data row) ``assign.no_points``, ``assign.missing_position``, ``assign.not_points``,
    ``assign.impossible_position``; ``crs.missing``, ``crs.unknown``, ``crs.datum_shift_unknown``;
    and those of the readers and writers.
    """
    if out.resolve() in (points_file.resolve(), grids_file.resolve()):
        raise InvalidInput("assign.would_overwrite_input", file=out.name)
    source = open_points(points_file)
    grids = read_grids(grids_file, code_field)
    source_crs = _choose_crs(source, crs)
    grids, work_crs = _bring_to_degrees(grids, grids_file, crs)
    move = _mover(source_crs, work_crs)
    if not _count_checked(source, move):
        raise InvalidInput("assign.no_points", file=points_file.name)
    finder = _Finder.over(grids, source.total_rows, cache_dir)

    target = open_target(out, source_crs)
    counts = np.zeros(len(HOW), dtype=np.int64)
    done = 0
    try:
        for chunk in source.chunks():
            found = finder.locate(*move(chunk.x, chunk.y))
            target.write(chunk, _columns(found, finder.codes))
            counts += np.bincount(found.how, minlength=len(HOW))
            done += len(chunk)
            if progress:
                progress(done, max(source.total_rows, done))
        target.close()
    finally:
        target.discard()
    by_how = {str(name): int(n) for name, n in zip(HOW, counts, strict=True)}
    return AssignReport(done, by_how, len(grids.codes), finder.used_index)


@dataclass(frozen=True, slots=True, eq=False)
class _Finder:
    """The cells, ready to be asked."""

    codes: npt.NDArray[np.object_]
    level: LevelIndex
    cover: BulkIndex | ExactCover
    used_index: bool

    @classmethod
    def over(cls, grids: GridCells, points: int, cache_dir: Path | None) -> _Finder:
        rows = np.arange(len(grids.codes), dtype=np.int64)
        level = LevelIndex.of(0, rows, grids.codes, grids.geoms)
        index = None
        if points >= BULK_FROM_POINTS:
            index = load_or_build(cache_dir, grids.codes, grids.geoms)
        elif cache_dir:
            index = load_index(cache_dir, grids.codes, grids.geoms)
        cover = index or ExactCover(grids.codes, grids.geoms)
        codes = np.array([*grids.codes, None], dtype=object)  # row −1 = no code
        return cls(codes, level, cover, index is not None)

    def locate(self, lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> ManyLocations:
        return locate_many(self.level, self.cover, lng, lat, DEFAULT_NEAREST_LIMIT_M)


def _columns(found: ManyLocations, codes: npt.NDArray[np.object_]) -> dict[str, Any]:
    return {
        "grid_code": codes[found.lead],
        "how": HOW[found.how],
        "runner_up": codes[found.runner_up],
        "border_distance_m": np.round(found.border_distance_m, 3),
    }


Mover = Callable[
    [npt.NDArray[np.float64], npt.NDArray[np.float64]],
    tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
]


def _choose_crs(source: PointSource, asked: str | None) -> str:
    if asked is not None:
        get_crs(asked)
    if source.path.suffix.lower() == ".csv":
        # Columns called lng and lat hold degrees, whatever plane the grids need --crs for.
        in_degrees = asked is not None and get_crs(asked).is_geographic
        name = asked if in_degrees else source.crs
    else:
        name = source.crs or asked
    if name is None:
        raise InvalidInput("crs.missing", file=source.path.name)
    get_crs(name)
    return name


def _bring_to_degrees(grids: GridCells, path: Path, asked: str | None) -> tuple[GridCells, str]:
    name = grids.crs or asked
    if name is None:
        raise InvalidInput("crs.missing", file=path.name)
    base = get_crs(name).geodetic_crs
    if base is None:
        raise InvalidInput("crs.not_of_the_earth", file=path.name, crs=name[:80])
    if get_crs(name).is_geographic:
        return grids, name
    degrees = base.to_wkt()
    return GridCells(grids.codes, transform_geometries(grids.geoms, name, degrees), name), degrees


def _mover(source: str, target: str) -> Mover:
    """Points from ``source`` to ``target``; equal datums only need the projection undone."""
    _require_known_shift(get_crs(source), get_crs(target))
    if get_crs(source).equals(get_crs(target), ignore_axis_order=True):
        return lambda x, y: (x, y)
    transformer = get_transformer(source, target)

    def move(
        x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        lng, lat = transformer.transform(x, y)
        return np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)

    return move


def _require_known_shift(source: CRS, target: CRS) -> None:
    datums = [_datum_name(crs) for crs in (source, target)]
    if datums[0] != datums[1] and any(name in _UNSURE_DATUMS for name in datums):
        raise InvalidInput("crs.datum_shift_unknown", source=datums[0], target=datums[1])


def _datum_name(crs: CRS) -> str:
    base = crs.geodetic_crs
    return str(base.datum.name) if base is not None and base.datum is not None else ""


def _count_checked(source: PointSource, move: Mover) -> int:
    """How many rows there are; every row has a position on the globe, or all that lack one are
    named."""
    rows_read = 0
    missing: list[int] = []
    wrong: list[int] = []
    off: list[int] = []
    for chunk in source.chunks():
        rows_read += len(chunk)
        nowhere = ~(np.isfinite(chunk.x) & np.isfinite(chunk.y))
        missing += _rows(chunk, nowhere & ~chunk.wrong_type)
        wrong += _rows(chunk, chunk.wrong_type)
        with np.errstate(invalid="ignore"):
            lng, lat = move(chunk.x, chunk.y)
            on_globe = (np.abs(lng) <= 180) & (np.abs(lat) <= 90)
        off += _rows(chunk, ~on_globe & ~nowhere)
    for code, rows in (
        ("assign.missing_position", missing),
        ("assign.not_points", wrong),
        ("assign.impossible_position", off),
    ):
        if rows:
            raise InvalidInput(
                code, file=source.path.name, rows=rows[:_SHOWN_ROWS], count=len(rows)
            )
    return rows_read


def _rows(chunk: Chunk, bad: npt.NDArray[np.bool_]) -> list[int]:
    found: list[int] = (np.flatnonzero(bad) + chunk.first_row).tolist()
    return found
