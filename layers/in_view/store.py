"""The SQL of layers in a box."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)
Box = tuple[float, float, float, float]
LAYERS: Final = ("claims", "zones", "villager-groups", "land-findings", "service-points")


def list_in_view(
    conn: Connection, layer: str, box: Box, on: date, limit: int
) -> list[dict[str, Any]]:
    """{kind, name, wkb} of a layer's things whose own box touches ``box``, at most ``limit``.

    Service points tell when they are open (``opening``); claims and findings have no name.
    """
    west, south, east, north = box
    given: dict[str, Any] = {
        "west": west, "south": south, "east": east, "north": north, "limit": limit,
    }  # fmt: skip
    if layer == "zones":
        given["on"] = on
    return rows(_run(conn, f"list_{layer.replace('-', '_')}", **given))
