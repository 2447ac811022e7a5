"""One paper at save, through the real database: transaction, check, row, audit, commit.

Half a million parcels lie in the place; row-level security is on.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Engine

from gis_api.actions.land_claims import NewClaim, save_claim
from gis_api.db import cluster
from gis_api.db.engine import SYSTEM, Actor, Scope, begin, make_engine
from gis_api.db.grid_cache import GridCache
from tests.bench.league import LOGIN, VAR, open_place

PLACE, PARCELS, SAVES, SEED = "narisong", 500_000, 200, 21
TOLERANCE_M2, MARGIN_M, SAVE_GOAL_MS = 1.0, 50_000.0, 20.0
MOVE_DEG = 2e-5
CODE = "BENCH-"


def measure_saves() -> list[dict[str, Any]]:
    """{case, metric, value, n, found} of saves by a village leader and by the centre."""
    with open_place(PLACE, claims=PARCELS) as admin:
        address = cluster.open_database(None, f"wangge_{PLACE}", VAR)
        engine = make_engine(address.app_url, pool_size=2)
        try:
            return _measure(admin, engine)
        finally:
            engine.dispose()
            with admin.begin() as conn:
                conn.exec_driver_sql(f"DELETE FROM claim WHERE parcel_code LIKE '{CODE}%%'")


def _measure(admin: Engine, engine: Engine) -> list[dict[str, Any]]:
    grids = GridCache(engine)
    grids.refresh()
    with begin(engine, SYSTEM) as conn:
        user = conn.exec_driver_sql(
            "SELECT user_id FROM app_user WHERE login = %(login)s", {"login": LOGIN}
        ).scalar_one()
    with admin.connect() as conn:
        count = int(conn.exec_driver_sql("SELECT count(*) FROM claim").scalar_one())
        size = int(
            conn.exec_driver_sql(
                "SELECT length(v.scope_key) FROM cell_version v"
                " JOIN grid_level l ON l.rank = v.rank"
                " WHERE l.role = 'village' AND v.valid @> today() LIMIT 1"
            ).scalar_one()
        )
        conn.exec_driver_sql("SELECT setseed(0.21)")
        rows = conn.exec_driver_sql(
            "SELECT scope_key, kind, ST_AsBinary(geom) AS wkb FROM claim WHERE geom IS NOT NULL"
            " AND length(scope_key) > %(size)s ORDER BY random() LIMIT %(n)s",
            {"size": size, "n": 2 * SAVES + 20},
        ).all()
    askers = {
        "village leader": lambda key: Actor(user, "village_leader", Scope.below(key[:size])),
        "centre": lambda _key: Actor(user, "centre", Scope.whole()),
    }
    measured = []
    for turn, (name, actor_of) in enumerate(askers.items()):
        took, found = [], 0
        for k, row in enumerate(rows[turn::2]):
            geom = shapely.affinity.translate(shapely.from_wkb(bytes(row.wkb)), MOVE_DEG)
            new = NewClaim(f"{CODE}{turn}-{k}", row.kind, geom, survey_method="surveyed")
            actor = actor_of(row.scope_key)
            begun = time.perf_counter()
            checked = save_claim(
                engine, grids, actor, new, tolerance_m2=TOLERANCE_M2, margin_m=MARGIN_M,
                commit=True,
            )  # fmt: skip
            took.append(1000 * (time.perf_counter() - begun))
            found += len(checked.findings)
        warm = np.array(took[10:])
        measured += [
            {
                "case": f"one claim saved in the database, {name}", "metric": f"p{q}_ms",
                "value": float(np.percentile(warm, q)), "parcels": count, "saves": len(warm),
                "findings": found,
            }
            for q in (50, 95)
        ]  # fmt: skip
    return measured
