"""Find cells, named places, parcels and places by their metres, by what somebody typed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy import Engine

from gis_api.access.permissions import read_permissions
from gis_api.db.engine import Actor, begin
from gis_api.db.grid_cache import LoadedGrid
from gis_api.db.place_store import search_names as search
from gis_api.db.place_store import search_parcels
from grid_boundaries.geo.plane_point import find_plane_point

_MOST_BY_INITIALS = 20
_INITIALS = re.compile(r"[a-z]{2,12}")


def search_names(
    engine: Engine, actor: Actor, query: str, limit: int = 20, grid: LoadedGrid | None = None
) -> list[dict[str, Any]]:
    """At most ``limit`` hits, best first; persons and households are not searched.

    With ``grid`` cells are found by the initials of their pinyin too, and a pair of metres of a
    Gauss-Krüger plane is a hit of its own (``kind`` point).  Parcels are for whoever may read them.
    """
    first = _by_metres(query, grid)
    with begin(engine, actor) as conn:
        hits = search(conn, query, limit)
        if read_permissions().allows(actor.role, "parcel", "read"):
            hits += search_parcels(conn, query, limit)
    known = {hit["code"] for hit in hits}
    more = [hit for hit in _by_initials(query, grid) if hit["code"] not in known]
    return [*first, *sorted([*hits, *more], key=lambda hit: hit["fit"])][:limit]


def _by_metres(query: str, grid: LoadedGrid | None) -> list[dict[str, Any]]:
    if grid is None or grid.envelope is None:
        return []
    found = find_plane_point(query, (grid.envelope[0] + grid.envelope[2]) / 2)
    if found is None:
        return []
    lng, lat = found
    name = f"{lng:.6f}, {lat:.6f}"
    return [{"kind": "point", "code": None, "name": name, "rank": None, "lng": lng, "lat": lat,
             "fit": 0}]  # fmt: skip


def _by_initials(query: str, grid: LoadedGrid | None) -> list[dict[str, Any]]:
    typed = query.lower()
    if grid is None or not _INITIALS.fullmatch(typed):
        return []
    plan = grid.index.snapshot
    rows = [row for row, name in enumerate(plan.names) if _initials(name).startswith(typed)]
    first = sorted(rows, key=lambda row: (plan.levels[row], plan.codes[row]))[:_MOST_BY_INITIALS]
    hits = []
    for row in first:
        inside = plan.geoms[row].representative_point()
        hits.append({"kind": "cell", "code": plan.codes[row], "name": plan.names[row],
                     "rank": int(plan.levels[row]), "lng": inside.x, "lat": inside.y,
                     "fit": 2})  # fmt: skip
    return hits


@lru_cache(maxsize=100_000)
def _initials(name: str) -> str:
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))
