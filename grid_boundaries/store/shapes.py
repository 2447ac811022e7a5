"""Copies of borders for small scales, kept in step with the plan by publishing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import sql_runner
from grid_boundaries.versions.simplify import COPY_ZOOMS, find_labels, simplify_level

_SRID: Final = 3857
_run = sql_runner(__file__)
_COPY: Final = Path(__file__).with_name("copy_shapes.sql").read_text("utf-8")


def has_shapes(conn: Connection) -> bool:
    """Whether the plan has its copies, or there is no plan to copy."""
    return bool(_run(conn, "has_shapes").scalar_one())


def fill_shapes(conn: Connection, from_on: date) -> int:
    """Write the copies of every level that changes on a day or later; how many were worked out.

    In the caller's transaction.  Only what differs is written, so that a redraw of a few cells
    leaves the others' rows alone.
    """
    worked_out = 0
    for row in _run(conn, "list_change_days", from_on=from_on).all():
        worked_out += _fill_level(conn, row.rank, row.day)
    return worked_out


def _fill_level(conn: Connection, rank: int, day: date) -> int:
    found = _run(conn, "list_level_shapes", rank=rank, on=day).all()
    _run(conn, "begin_shapes")
    if found:
        _copy_level(conn, found)
    _run(conn, "close_shapes", rank=rank, on=day)
    _run(conn, "open_shapes", rank=rank, on=day)
    return len(found)


def _copy_level(conn: Connection, found: Sequence[Any]) -> None:
    """Simplify all of them together and stage those whose look may have changed."""
    geoms = shapely.from_wkb(np.array([row.wkb for row in found], dtype=object))
    near = [k for k, row in enumerate(found) if row.is_near]
    copies = {zoom: shapes[near] for zoom, shapes in simplify_level(geoms).items()}
    labels = find_labels(copies[max(COPY_ZOOMS)]) if near else None
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for zoom, shapes in copies.items():
            is_finest = labels is not None and zoom == max(COPY_ZOOMS)
            centres = _hex(labels.centres) if is_finest and labels else [None] * len(near)
            radii = labels.radii.tolist() if is_finest and labels else [None] * len(near)
            rows = zip(near, _hex(shapes), centres, radii, strict=True)
            for k, shape, centre, radius in rows:
                key = (found[k].cell_id, zoom, found[k].scope_key)
                copy.write_row((*key, shape, centre, radius))


def _hex(geoms: Any) -> list[str]:
    with_srid = shapely.set_srid(geoms, _SRID)
    return [str(text) for text in shapely.to_wkb(with_srid, hex=True, include_srid=True)]
