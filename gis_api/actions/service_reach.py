"""Service points with their opening days, and how many households are out of their reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Engine

from gis_api.db.engine import Actor, begin
from layers.reach import store
from layers.reach.beyond import are_beyond

_MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class Reach:
    """Points of the whole place; villages and households of the asker's area."""

    points: list[dict[str, Any]]
    villages: list[dict[str, Any]]


def read_reach(engine: Engine, actor: Actor, beyond_m: float, kinds: Sequence[str] | None) -> Reach:
    """Counts by village; no household is named or placed."""
    with begin(engine, actor) as conn:
        points = store.list_points(conn, kinds, _MOST_POINTS)
        homes = store.list_households(conn, actor.scope.lo, actor.scope.hi)
    centres = np.array([(p["lng"], p["lat"]) for p in points], dtype=float).reshape(-1, 2)
    villages = []
    for (code, name), found in groupby(homes, key=lambda home: (home["code"], home["name"])):
        places = [(home["lng"], home["lat"]) for home in found if home["lng"] is not None]
        far = are_beyond(np.array(places, dtype=float).reshape(-1, 2), centres, beyond_m)
        villages.append(
            {"code": code, "name": name, "households": len(places), "beyond": int(far.sum())}
        )
    return Reach(points, villages)
