"""Settings of the place and the search over its names."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import row_or_none, rows

_PLACE = "SELECT place, name_zh, name_en, synthetic FROM place_setting"
_VERSION = """
SELECT grid_version_id, valid_from, label FROM grid_version
WHERE valid_from <= %(on)s ORDER BY valid_from DESC, grid_version_id DESC LIMIT 1
"""
# Parcels of the actor's area, for whoever may read them; whose they are is not told.
_PARCELS = """
SELECT 'parcel' AS kind, parcel_code AS code, parcel_code AS name, NULL::integer AS rank,
       ST_X(p.at) AS lng, ST_Y(p.at) AS lat, CASE WHEN parcel_code = %(q)s THEN 0 ELSE 2 END AS fit
FROM claim, ST_PointOnSurface(geom) AS p(at)
WHERE starts_with(parcel_code, %(q)s) AND geom IS NOT NULL
ORDER BY fit, parcel_code, claim_id LIMIT %(limit)s
"""
# Exact code first, then names that begin so, then names that contain it.
_SEARCH = """
SELECT * FROM (
  SELECT 'cell' AS kind, v.code, v.name, v.rank, ST_X(p.at) AS lng, ST_Y(p.at) AS lat,
         CASE WHEN v.code = %(q)s THEN 0 WHEN starts_with(v.name, %(q)s) THEN 1
              WHEN starts_with(v.code, %(q)s) THEN 2 ELSE 3 END AS fit
  FROM cell_version v, ST_PointOnSurface(v.geom) AS p(at)
  WHERE v.valid @> today() AND (starts_with(v.code, %(q)s) OR v.name LIKE %(pattern)s)
  UNION ALL
  SELECT 'place', NULL, n.name, NULL, ST_X(n.geom), ST_Y(n.geom),
         CASE WHEN n.name = %(q)s THEN 0 WHEN starts_with(n.name, %(q)s) THEN 1
              WHEN starts_with(n.pinyin_initials, lower(%(q)s)) THEN 2 ELSE 3 END
  FROM place_name n
  WHERE n.name LIKE %(pattern)s OR n.aliases @> ARRAY[%(q)s::text]
     OR starts_with(n.pinyin_initials, lower(%(q)s))
) found
ORDER BY fit, rank NULLS LAST, name, code LIMIT %(limit)s
"""


def find_place_setting(conn: Connection) -> dict[str, Any] | None:
    """Name of the place and whether its data is synthetic; None before it is set."""
    row = row_or_none(conn.exec_driver_sql(_PLACE))
    return None if row is None else dict(row)


def find_grid_version(conn: Connection, on: date) -> dict[str, Any] | None:
    """The publication in force on a day."""
    row = row_or_none(conn.exec_driver_sql(_VERSION, {"on": on}))
    return None if row is None else dict(row)


def search_names(conn: Connection, query: str, limit: int) -> list[dict[str, Any]]:
    """Cells and named places whose code, name, alias or pinyin initials fit; best first."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return rows(
        conn.exec_driver_sql(_SEARCH, {"q": query, "pattern": f"%{escaped}%", "limit": limit})
    )


def search_parcels(conn: Connection, query: str, limit: int) -> list[dict[str, Any]]:
    """Parcels whose number begins so, as hits of the same shape; each paper is one."""
    return rows(conn.exec_driver_sql(_PARCELS, {"q": query, "limit": limit}))
