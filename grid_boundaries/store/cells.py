"""Reading the grid: a whole plan on a day, cells for the map, levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection

from grid_boundaries.locate.snapshot import GridSnapshot
from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)

BBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the grid; ``rank`` 1 is the top, ``cells`` how many it has on the day asked."""

    rank: int
    name_zh: str
    name_en: str
    role: str = "other"
    code_digits: int | None = None
    cells: int = 0


@dataclass(frozen=True, slots=True)
class CellShape:
    """One cell as the map needs it; ``geometry`` is GeoJSON text with 7 decimals (1 cm)."""

    code: str
    name: str
    rank: int
    parent_code: str | None
    geometry: str


def load_snapshot(conn: Connection, on: date) -> GridSnapshot:
    """The plan in force on a day, ordered by rank and code; without rows when there is none.

    ``version_id`` is the newest publication in force that day (0: none).  A cell in one piece
    comes as a Polygon.
    """
    version_id = _run(conn, "find_version_on", on=on).scalar_one() or 0
    return snapshot_of(rows(_run(conn, "list_snapshot", on=on)), version_id=version_id)


def snapshot_of(found: Sequence[Mapping[str, Any]], *, version_id: int) -> GridSnapshot:
    """Rows of cells as arrays; a parent that is not among them counts as none."""
    cell_ids = np.fromiter((row["cell_id"] for row in found), dtype=np.int64, count=len(found))
    row_of = {int(cell_id): row for row, cell_id in enumerate(cell_ids)}
    return GridSnapshot(
        version_id=version_id,
        cell_ids=cell_ids,
        codes=[row["code"] for row in found],
        names=[row["name"] for row in found],
        levels=np.fromiter((row["rank"] for row in found), dtype=np.int16, count=len(found)),
        parents=np.fromiter(
            (row_of.get(row["parent_cell_id"], -1) for row in found), np.int32, count=len(found)
        ),
        geoms=_simplest(shapely.from_wkb(np.array([row["wkb"] for row in found], dtype=object))),
    )


def _simplest(geoms: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Multipolygons of one part as that part."""
    single = shapely.get_num_geometries(geoms) == 1
    return np.where(single, shapely.get_geometry(geoms, 0), geoms).astype(object)


def list_cell_shapes(
    conn: Connection,
    rank: int,
    on: date,
    *,
    parent_code: str | None = None,
    code: str | None = None,
    bbox: BBox | None = None,
) -> list[CellShape]:
    """Cells of one level in force on a day, ordered by code.

    ``code`` keeps that cell alone, ``parent_code`` those inside that cell, however far below; an
    unknown code keeps none.
    ``bbox`` (min_lng, min_lat, max_lng, max_lat) keeps those whose own box touches it.
    """
    west, south, east, north = bbox or (None, None, None, None)
    found = _run(
        conn,
        "list_cells_geojson",
        rank=rank,
        on=on,
        parent_code=parent_code,
        code=code,
        west=west,
        south=south,
        east=east,
        north=north,
    )
    return [CellShape(**row) for row in rows(found)]


def list_cell_labels(
    conn: Connection, rank: int, on: date, *, bbox: BBox | None, limit: int
) -> list[dict[str, Any]]:
    """Where the names of a level stand, largest cells first, at most ``limit``.

    ``lng``, ``lat`` lie inside the cell, ``radius_m`` (metres of EPSG:3857) says how far they are
    from its border, ``unit`` is the village's cell id, or the own one above villages.
    """
    west, south, east, north = bbox or (None, None, None, None)
    found = _run(
        conn, "list_cell_labels", rank=rank, on=on, limit=limit,
        west=west, south=south, east=east, north=north,
    )  # fmt: skip
    return rows(found)


def list_levels(conn: Connection, on: date) -> list[Level]:
    """All levels, top first, with the number of their cells on a day."""
    return [Level(**row) for row in rows(_run(conn, "list_levels", on=on))]


def add_levels(conn: Connection, levels: Iterable[Level]) -> None:
    """Add levels; a rank that exists already is the caller's error."""
    for level in levels:
        _run(
            conn,
            "add_level",
            rank=level.rank,
            name_zh=level.name_zh,
            name_en=level.name_en,
            role=level.role,
            code_digits=level.code_digits,
        )


def list_owners_of_codes(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """``cell_id`` by code for those of the codes that were ever given, retired ones too."""
    found = rows(_run(conn, "list_owned_codes", codes=list(codes)))
    return {row["code"]: row["cell_id"] for row in found}
