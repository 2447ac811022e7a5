"""COPY into a table from columns: the fast way in for whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from psycopg import sql
from sqlalchemy import Connection

from grid_boundaries.geo.crs import STORAGE_SRID

Columns = Mapping[str, Sequence[Any] | npt.NDArray[Any]]


def copy_columns(conn: Connection, table: str, columns: Columns) -> int:
    """COPY columns of equal length into a table in the caller's transaction; the number of rows.

    Identity columns take the values given.  Raises ValueError when lengths differ.
    """
    plain = [_plain(values) for values in columns.values()]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: Any = conn.connection.driver_connection
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*plain, strict=True):
            copy.write_row(row)
            count += 1
    return count


def restart_identity(conn: Connection, table: str, column: str) -> None:
    """Let the identity of a table go on after the largest value that was copied in."""
    driver: Any = conn.connection.driver_connection
    driver.execute(
        sql.SQL(
            "SELECT setval(pg_get_serial_sequence({name}, {text}),"
            " (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)"
        ).format(
            name=sql.Literal(f'"{table}"'),
            text=sql.Literal(column),
            column=sql.Identifier(column),
            table=sql.Identifier(table),
        )
    )


def ewkb_hex(geoms: npt.NDArray[np.object_], *, multi: bool = False) -> list[str | None]:
    """Hexadecimal EWKB of geometries in EPSG:4490; ``multi`` makes multipolygons of polygons."""
    flat = shapely.force_2d(np.asarray(geoms, dtype=object))
    if multi:
        parts, owner = shapely.get_parts(flat, return_index=True)
        flat = np.asarray(shapely.multipolygons(parts, indices=owner), dtype=object)
    stamped = shapely.set_srid(flat, STORAGE_SRID)
    encoded = shapely.to_wkb(stamped, hex=True, include_srid=True)
    return [str(text) if text is not None else None for text in encoded]


def point_hex(lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[str | None]:
    """Hexadecimal EWKB of points; None where a coordinate is not finite."""
    known = np.isfinite(lng) & np.isfinite(lat)
    points = shapely.points(np.where(known, lng, 0.0), np.where(known, lat, 0.0))
    encoded = ewkb_hex(np.asarray(points, dtype=object))
    return [text if ok else None for text, ok in zip(encoded, known, strict=True)]


def date_ranges(from_on: Iterable[Any], to_on: Iterable[Any]) -> list[str]:
    """PostgreSQL dateranges [from, to); a missing end is open."""
    return [f"[{_day(start)},{_day(end)})" for start, end in zip(from_on, to_on, strict=True)]


def _day(value: Any) -> str:
    """ISO text of a date, '' for None, NaN and NaT."""
    return value.isoformat()[:10] if isinstance(value, date) and value == value else ""


def _plain(values: Sequence[Any] | npt.NDArray[Any]) -> Sequence[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else values
