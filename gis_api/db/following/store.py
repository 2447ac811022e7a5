"""The SQL of following the grid; in the caller's transaction, seeing the whole place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection

from gis_api.db.following.followers import Lying
from grid_boundaries.store.sql_files import sql_runner
from grid_boundaries.store.touched import Touched

_run = sql_runner(__file__)
_HERE: Final = Path(__file__).parent
_LIST: Final = (_HERE / "list_lying.sql").read_text("utf-8")
_WRITE: Final = (_HERE / "write_lying.sql").read_text("utf-8")
_COPY: Final = (_HERE / "copy_settled.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Rows of one table that lie elsewhere now: ids and rows of the plan (−1: in no cell).

    ``looked_at`` counts all rows that were read to find them.
    """

    row_ids: npt.NDArray[np.int64]
    plan_rows: npt.NDArray[np.int64]
    looked_at: int

    def __len__(self) -> int:
        return len(self.row_ids)


def settle_rows(conn: Connection, lying: Lying, touched: Touched) -> Settled:
    """Find the rows of a table on the touched ground whose key is another now."""
    found = conn.exec_driver_sql(
        _list_statement(lying), {"old_keys": touched.old_keys, **touched.boxes}
    ).all()
    row_ids = np.fromiter((row.row_id for row in found), dtype=np.int64, count=len(found))
    shapes = shapely.from_wkb(np.array([row.wkb for row in found], dtype=object))
    old_keys = [row.scope_key for row in found]
    plan_rows = touched.settle(np.asarray(shapes, dtype=object), old_keys)
    moved = np.array(
        [new != old for new, old in zip(touched.keys_of(plan_rows), old_keys, strict=True)],
        dtype=bool,
    )
    return Settled(row_ids[moved], plan_rows[moved], len(found))


def stage_settled(conn: Connection, settled: Settled, touched: Touched) -> None:
    """Put them into the temporary table ``settled``, for one set-based update."""
    _run(conn, "begin_settled")
    keys = touched.keys_of(settled.plan_rows)
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row_id, at, key in zip(
            settled.row_ids.tolist(), settled.plan_rows.tolist(), keys, strict=True
        ):
            cell_id = int(touched.plan.cell_ids[at]) if at >= 0 else None
            version_id = int(touched.cell_version_ids[at]) if at >= 0 else None
            copy.write_row((row_id, key, cell_id, version_id))


def write_lying(conn: Connection, lying: Lying) -> int:
    """Give the staged rows of a table their key and cell; the number of them."""
    statement = _WRITE.format(
        table=lying.table,
        id=lying.id,
        key=lying.key,
        cell=f", {lying.cell} = s.cell_id" if lying.cell else "",
    )
    return int(conn.exec_driver_sql(statement).rowcount)


def get_today(conn: Connection) -> date:
    """The day in Shanghai."""
    found: date = _run(conn, "get_today").scalar_one()
    return found


def await_day(conn: Connection, grid_version_id: int) -> bool:
    """Note that rows follow on the day the plan takes effect; False when that has come."""
    return _run(conn, "await_day", grid_version_id=grid_version_id).rowcount == 1


def list_due_versions(conn: Connection) -> list[int]:
    """Publications whose day has come and whose rows have not followed yet, locked."""
    return list(_run(conn, "list_due_versions").scalars())


def end_waiting(conn: Connection, grid_version_ids: Sequence[int]) -> None:
    _run(conn, "end_waiting", grid_version_ids=list(grid_version_ids))


def add_grid_events(conn: Connection, keys: Iterable[str]) -> None:
    """Tell whoever sees these places that the grid there is another one."""
    _run(conn, "add_grid_events", keys=sorted(set(keys)))


def _list_statement(lying: Lying) -> str:
    shape, join = "NULL::geometry", ""
    if lying.shape is not None:
        shape = f"t.{lying.shape}"
    elif lying.home is not None:
        shape = f"home.{lying.home.shape}"
        join = f'\nLEFT JOIN "{lying.home.table}" home USING ({lying.home.by})'
    return _LIST.format(table=lying.table, id=lying.id, key=lying.key, shape=shape, join=join)
