"""Find cells and named places by what somebody typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from gis_api.db.engine import Actor, begin
from gis_api.db.place_store import search_names as search


def search_names(engine: Engine, actor: Actor, query: str, limit: int = 20) -> list[dict[str, Any]]:
    """At most ``limit`` hits, best first; persons and households are not searched."""
    with begin(engine, actor) as conn:
        return search(conn, query, limit)
