"""Half a million parcels with row-level security on: tiles and look-ups by point, in SQL."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine

from gis_api.db.engine import Actor, Scope, set_actor
from tests.bench.league import open_place

PLACE, SEED, PARCELS = "narisong", 20260101, 500_000
ZOOM, TILES, POINTS, PEER_ROUNDS = 14, 40, 200, 40
WORKER_TILE_GOAL_MS, WHOLE_TILE_GOAL_MS, LOOK_UP_GOAL_MS = 5.0, 40.0, 1.0
# Holds every key, and is not the range that lifts the filter.
EVERYTHING_BY_RANGE = Scope("0", "gg")
TILE = "SELECT claim_tile(%(z)s, %(x)s, %(y)s)"
PLAIN_TILE = (
    "SELECT ST_AsMVT(shapes, 'claim', 4096, 'geom', 'id') FROM (SELECT claim_id AS id, kind,"
    " ST_AsMVTGeom(geom_3857, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 256, true) AS geom"
    " FROM claim WHERE geom_3857 && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.0625)"
    ") AS shapes WHERE geom IS NOT NULL"
)
LOOK_UP = "SELECT claim_id, parcel_code, kind FROM find_claims_at(%(lng)s, %(lat)s)"
PLAIN_LOOK_UP = (
    "SELECT claim_id, parcel_code, kind FROM claim WHERE geom && ST_Point(%(lng)s, %(lat)s, 4490)"
    " AND ST_Covers(geom, ST_Point(%(lng)s, %(lat)s, 4490)) ORDER BY claim_id"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the area of who asks and the parameters of the statement."""

    scope: Scope
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    median_ms: float
    answers: list[Any]
    wall_s: float


def run() -> list[dict[str, Any]]:
    """Rows of tiles and look-ups, each beside the plain statement under the range policy."""
    with open_place(PLACE, claims=PARCELS) as engine:
        with engine.begin() as conn:
            worker_tiles, worker_points = _questions(conn)
            count = int(conn.exec_driver_sql("SELECT count(*) FROM claim").scalar_one())
            version = conn.exec_driver_sql("SELECT postgis_lib_version()").scalar_one()
        whole_tiles = _asked_by(Scope.whole(), worker_tiles)
        whole_points = _asked_by(Scope.whole(), worker_points)
        rows = [
            *_pair(engine, "z14 tile, grid worker", worker_tiles, TILE, PLAIN_TILE,
                   WORKER_TILE_GOAL_MS),
            *_pair(engine, "z14 tile, whole place", whole_tiles, TILE, PLAIN_TILE,
                   WHOLE_TILE_GOAL_MS),
            *_pair(engine, "parcel at a point, grid worker", worker_points, LOOK_UP, PLAIN_LOOK_UP,
                   LOOK_UP_GOAL_MS),
            *_pair(engine, "parcel at a point, whole place", whole_points, LOOK_UP, PLAIN_LOOK_UP,
                   LOOK_UP_GOAL_MS),
        ]  # fmt: skip
    rows.insert(0, _row("parcels", "rows", count, goal=PARCELS, ok=count >= PARCELS))
    return [row | {"versions": {"postgis": version}} for row in rows]


def _questions(conn: Connection) -> tuple[list[Asked], list[Asked]]:
    """Tiles and points inside random parcels, each asked by the worker of that base grid."""
    conn.exec_driver_sql("SELECT setseed(0.2026)")
    found = conn.exec_driver_sql(
        "SELECT b.scope_key, ST_X(p.at), ST_Y(p.at), ST_X(m.at), ST_Y(m.at)"
        " FROM (SELECT cell_id, scope_key FROM cell_version WHERE valid @> today() AND rank ="
        " (SELECT max(rank) - 1 FROM grid_level)) b"
        " CROSS JOIN LATERAL (SELECT ST_PointOnSurface(geom) AS at FROM claim WHERE"
        " scope_key >= b.scope_key AND scope_key < b.scope_key || 'g'"
        " ORDER BY claim_id LIMIT 2) p"
        " CROSS JOIN LATERAL (SELECT ST_Transform(ST_SetSRID(p.at, 4326), 3857) AS at) m"
        " ORDER BY b.scope_key"
    ).all()
    half, tiles_across = 20037508.342789244, 2**ZOOM
    points = [Asked(Scope.below(key), {"lng": lng, "lat": lat}) for key, lng, lat, _, _ in found]
    tiles = [
        Asked(
            Scope.below(key),
            {
                "z": ZOOM,
                "x": int((east + half) / (2 * half) * tiles_across),
                "y": int((half - north) / (2 * half) * tiles_across),
            },
        )
        for key, _, _, east, north in found
    ]
    chosen = random.Random(SEED)
    return chosen.sample(tiles, TILES), chosen.sample(points, min(POINTS, len(points)))


def _asked_by(scope: Scope, questions: Iterable[Asked]) -> list[Asked]:
    return [Asked(scope, asked.params) for asked in questions]


def _pair(
    engine: Engine, case: str, questions: Sequence[Asked], ours: str, plain: str, goal_ms: float
) -> list[dict[str, Any]]:
    """Ours against its goal, the plain statement beside it, and whether the answers agree."""
    mine = _measure(engine, questions, ours, by_range=False)
    theirs = _measure(engine, questions[:PEER_ROUNDS], plain, by_range=True)
    peer = "SELECT under the range policy"
    equal = all(map(_agree, mine.answers, theirs.answers))
    filled = sum(1 for answer in mine.answers if answer)
    return [
        _row(case, "median_ms", mine.median_ms, goal=goal_ms, n=filled, wall_s=mine.wall_s,
             ok=mine.median_ms <= goal_ms and filled == len(questions)),
        _row(case, "peer_median_ms", theirs.median_ms, peer=peer, n=len(theirs.answers),
             wall_s=theirs.wall_s),
        _row(case, "times faster", theirs.median_ms / mine.median_ms, peer=peer, ok=equal),
    ]  # fmt: skip


def _measure(
    engine: Engine, questions: Sequence[Asked], statement: str, *, by_range: bool
) -> Measured:
    """Milliseconds of the statement alone, after one round to warm up."""
    started = time.perf_counter()
    with engine.connect() as conn:
        _ask_all(conn, questions, statement, by_range=by_range)
        timed = _ask_all(conn, questions, statement, by_range=by_range)
    return Measured(
        median(ms for ms, _ in timed),
        [answer for _, answer in timed],
        time.perf_counter() - started,
    )


def _ask_all(
    conn: Connection, questions: Sequence[Asked], statement: str, *, by_range: bool
) -> list[tuple[float, Any]]:
    timed = []
    read: Callable[[list[Any]], Any] = _comparable
    for asked in questions:
        whole = asked.scope.is_whole and by_range
        with conn.begin():
            set_actor(conn, Actor(1, "clerk", EVERYTHING_BY_RANGE if whole else asked.scope))
            began = time.perf_counter()
            rows = conn.exec_driver_sql(statement, asked.params).all()
            timed.append(((time.perf_counter() - began) * 1000, read(list(rows))))
    return timed


def _comparable(rows: list[Any]) -> Any:
    """Rows of a look-up as they are; of a tile its length, since features come in any order."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return len(bytes(rows[0][0]))
    return [tuple(row) for row in rows]


def _agree(mine: Any, theirs: Any) -> bool:
    """Equal rows; tiles within 1 % in length, since vertices on the clip may start elsewhere."""
    if isinstance(mine, int):
        return bool(abs(mine - theirs) <= 0.01 * theirs)
    return bool(mine == theirs)


def _row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "case": case, "metric": metric, "value": round(float(value), 4), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED, "versions": {}, "cpu_s": None,
        "wall_s": None,
    }  # fmt: skip
    return row | more
