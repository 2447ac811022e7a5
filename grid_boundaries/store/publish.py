"""Publishing: new versions of cells take effect from a day, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from grid_boundaries.errors import Conflict, InvalidInput
from grid_boundaries.geo.crs import STORAGE_SRID
from grid_boundaries.store.shapes import fill_shapes
from grid_boundaries.store.sql_files import rows, sql_runner

PLAN_LOCK: Final = 0x7767_0001
"""Advisory lock: intakes hold it shared while they read the plan, publishing holds it alone."""

NEW_CELL: Final = -1
_CODES_SHOWN: Final = 20

_run = sql_runner(__file__)
_COPY: Final = Path(__file__).with_name("copy_publication.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True, eq=False)
class CellBatch:
    """Cells to publish; row i of every field is one cell.

    ``cell_ids`` is the identity that goes on, or ``NEW_CELL``; ``parent_codes`` name a cell of the
    batch or of the plan in force, None at the top; ``geoms`` are valid polygons or multipolygons
    in EPSG:4490.
    """

    cell_ids: npt.NDArray[np.int64]
    codes: Sequence[str]
    names: Sequence[str]
    ranks: npt.NDArray[np.int16]
    parent_codes: Sequence[str | None]
    geoms: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did; ``new_versions`` counts cells moved along with their parent too."""

    grid_version_id: int
    new_cells: int
    new_versions: int


def lock_plan(conn: Connection) -> None:
    """Wait until nobody reads or publishes the plan; held until the transaction ends."""
    _run(conn, "lock_publication", key=PLAN_LOCK)


def publish_cells(
    conn: Connection,
    cells: CellBatch,
    *,
    valid_from: date,
    published_by: int,
    label: str = "",
    accepted_findings: Sequence[dict[str, Any]] = (),
) -> Publication:
    """Write one grid version in the caller's transaction: open versions end the day it begins.

    New cells get an identity, codes are bound to their cell for ever, and every cell whose parent
    changes takes all cells below it along, since their ``scope_key`` begins with the ancestors'.
    The copies of borders that tiles of small zooms are cut from are written too.
    The plan is not judged here: run the checks of ``grid_boundaries.hierarchy`` before.
    Rows of the service that lie on the grid are not rewritten here: ``find_touched`` says which
    ones may lie elsewhere, and the service lets them follow in the same transaction.

    Raises Conflict ``grid.code_reused`` (a code that another cell has or had) and
    ``grid.valid_from_too_early`` (a cell already has a version from that day or later);
    InvalidInput ``parent.not_found`` and ``grid.code_duplicate``.
    """
    _require_distinct(cells.codes)
    lock_plan(conn)
    _run(conn, "begin_publication")
    _copy_batch(conn, cells)
    _run(conn, "analyze_publication")

    reused = [row["code"] for row in rows(_run(conn, "list_reused_codes"))]
    if reused:
        raise Conflict("grid.code_reused", codes=reused[:_CODES_SHOWN], count=len(reused))
    _run(conn, "create_cells")
    _run(conn, "add_codes")
    _run(conn, "find_parents", valid_from=valid_from)
    orphans = rows(_run(conn, "list_missing_parents"))
    if orphans:
        raise InvalidInput(
            "parent.not_found",
            codes=[row["parent_code"] for row in orphans[:_CODES_SHOWN]],
            count=len(orphans),
        )
    _run(conn, "add_moved_descendants", valid_from=valid_from)
    early = rows(_run(conn, "list_too_early", valid_from=valid_from))
    if early:
        raise Conflict(
            "grid.valid_from_too_early",
            codes=[row["code"] for row in early],
            valid_from=valid_from.isoformat(),
            newest=early[0]["from_on"].isoformat(),
        )
    _run(conn, "set_scope_keys", valid_from=valid_from)

    grid_version_id = _run(
        conn,
        "add_grid_version",
        valid_from=valid_from,
        label=label,
        published_by=published_by,
        accepted_findings=Jsonb(list(accepted_findings)),
    ).scalar_one()
    _run(conn, "close_versions", valid_from=valid_from)
    _run(conn, "open_versions", valid_from=valid_from, grid_version_id=grid_version_id)
    counts = _run(conn, "count_publication").mappings().one()
    _run(conn, "end_publication")
    fill_shapes(conn, valid_from)
    return Publication(grid_version_id, counts["new_cells"], counts["new_versions"])


def _require_distinct(codes: Sequence[str]) -> None:
    repeated = sorted(code for code, times in Counter(codes).items() if times > 1)
    if repeated:
        raise InvalidInput(
            "grid.code_duplicate", codes=repeated[:_CODES_SHOWN], count=len(repeated)
        )


def _copy_batch(conn: Connection, cells: CellBatch) -> None:
    hexes = _multipolygon_hex(cells.geoms)
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row, code in enumerate(cells.codes):
            cell_id = int(cells.cell_ids[row])
            copy.write_row(
                (
                    row,
                    None if cell_id == NEW_CELL else cell_id,
                    int(cells.ranks[row]),
                    cells.parent_codes[row],
                    code,
                    cells.names[row],
                    hexes[row],
                )
            )


def _multipolygon_hex(geoms: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Hexadecimal EWKB of the geometries as two-dimensional multipolygons."""
    flat = shapely.force_2d(geoms)
    parts, owner = shapely.get_parts(flat, return_index=True)
    multi = shapely.multipolygons(parts, indices=owner)
    return np.asarray(
        shapely.to_wkb(shapely.set_srid(multi, STORAGE_SRID), hex=True, include_srid=True),
        dtype=object,
    )
