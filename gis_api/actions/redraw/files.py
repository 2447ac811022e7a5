"""Files that a plan begins with: grids drawn elsewhere, fine pieces with weights, barriers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import shapely

from gis_api.actions.redraw.ground import Partition
from grid_boundaries.errors import InvalidInput, TooLarge
from grid_boundaries.geo.crs import STORAGE_SRID, transform_geometries
from grid_boundaries.redraw.incoming import IncomingPlan
from layers.importers.grid_rows import choose_crs
from layers.importers.problems import ImportRefused
from layers.importers.read import SourceTable, read_table, text_of

_CHUNK: Final = 1 << 20
_SUFFIXES: Final = frozenset((".zip", ".gpkg", ".geojson", ".json"))


def read_incoming(
    path: Path, *, code_field: str | None = None, name_field: str | None = None,
    crs: str | None = None,
) -> IncomingPlan:  # fmt: skip
    """Grids of a file in EPSG:4490; faults of the plan are told later, not refused here.

    Raises what ``read_table`` raises, ImportRefused for the CRS, InvalidInput
    ``redraw.field_unknown`` and ``redraw.no_polygons``.
    """
    table = read_table(path)
    geoms = _place(table, crs)
    usable = np.isin(shapely.get_type_id(geoms), (3, 6)) & (shapely.area(geoms) > 0)
    if not usable.any():
        raise InvalidInput("redraw.no_polygons", file=table.name)
    kept = np.flatnonzero(usable)
    codes, names = _texts(table, code_field), _texts(table, name_field)
    return IncomingPlan(
        [codes[k] for k in kept.tolist()], [names[k][:100] for k in kept.tolist()], geoms[kept]
    )


def read_partition(
    path: Path, *, weight_field: str | None, crs: str | None = None, weight: int = 1
) -> Partition:
    """Pieces of a file with what each holds: a column of whole numbers, or the same for all.

    Raises what ``read_incoming`` raises and InvalidInput ``redraw.weights`` with the row.
    """
    table = read_table(path)
    geoms = _place(table, crs)
    usable = np.isin(shapely.get_type_id(geoms), (3, 6)) & (shapely.area(geoms) > 0)
    if not usable.any():
        raise InvalidInput("redraw.no_polygons", file=table.name)
    weights = np.full(len(table), weight, np.int64)
    if weight_field is not None:
        for row, text in enumerate(_texts(table, weight_field)):
            if text and not (text.isascii() and text.isdigit() and len(text) < 10):
                raise InvalidInput("redraw.weights", row=row + 1)
            weights[row] = int(text or 0)
    return Partition(_sound(geoms[usable]), weights[usable])


def read_barriers(path: Path, *, crs: str | None = None) -> npt.NDArray[np.object_]:
    """Lines of a file, and the outlines of its polygons, in EPSG:4490."""
    table = read_table(path)
    geoms = _place(table, crs)
    kinds = shapely.get_type_id(geoms)
    lines = [shapely.boundary(g) if k in (3, 6) else g for g, k in zip(geoms, kinds, strict=True)]
    found = [line for line in lines if line is not None and line.length > 0]
    if not found:
        raise InvalidInput("redraw.no_polygons", file=table.name)
    return np.array(found, dtype=object)


@contextmanager
def kept_upload(file: BinaryIO, name: str, folder: Path, max_bytes: int) -> Iterator[Path]:
    """An uploaded file for as long as it is read; TooLarge ``file.too_many_bytes``."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    suffix = suffix if suffix in _SUFFIXES else ".bin"
    with tempfile.TemporaryDirectory(dir=folder) as hidden:
        kept, size = Path(hidden) / f"file{suffix}", 0
        with kept.open("wb") as target:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise TooLarge("file.too_many_bytes", file="…", limit_mb=max_bytes >> 20)
                target.write(chunk)
        yield kept


def _place(table: SourceTable, crs: str | None) -> npt.NDArray[np.object_]:
    source, problems = choose_crs(table, crs)
    if source is None or problems:
        raise ImportRefused(table.name, problems)
    return transform_geometries(table.geoms, source, STORAGE_SRID)


def _texts(table: SourceTable, field: str | None) -> list[str]:
    if field is None:
        return [""] * len(table)
    if field not in table.columns:
        raise InvalidInput("redraw.field_unknown", field=field, known=list(table.columns))
    return [text_of(value) for value in table.columns[field]]


def _sound(geoms: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    valid = shapely.is_valid(geoms)
    if valid.all():
        return geoms
    mended = geoms.copy()
    mended[~valid] = shapely.make_valid(geoms[~valid])
    return mended
