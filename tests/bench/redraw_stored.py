"""The stored side of redrawing: one edit, validation, and what publishing fifty grids looks at."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Engine, text

from gis_api.actions.redraw.batch import plan_batch
from gis_api.actions.redraw.edit import do_step, preview_step
from gis_api.actions.redraw.intents import Intent
from gis_api.actions.redraw.start import NewPlan, start_plan
from gis_api.actions.redraw.view import read_plan
from gis_api.db import cluster
from gis_api.db.engine import Actor, Scope, begin, make_engine
from gis_api.redraw.plans import store
from tests.bench.league import VAR, open_place

PLANNER = Actor(901, "planner", Scope.whole())
SEED, EDITS, GRIDS = 20260101, 60, 50


def run() -> list[dict[str, Any]]:
    """The stored side alone, on the league."""
    return measure_stored("xilingol")


def make_row(case: str, metric: str, value: float, **more: Any) -> dict[str, Any]:
    """A row as ``tests.bench.run`` wants it."""
    row: dict[str, Any] = {
        "case": f"redraw: {case}", "metric": metric, "value": round(float(value), 4), "peer": None,
        "goal": None, "ok": None, "n": None, "seed": SEED,
        "versions": {"shapely": shapely.__version__}, "cpu_s": None, "wall_s": None,
    }  # fmt: skip
    return row | more


def measure_stored(place: str) -> list[dict[str, Any]]:
    """Rows about a loaded demo place."""
    with open_place(place) as admin:
        address = cluster.open_database(None, f"wangge_{place}", VAR)
        engine = make_engine(address.app_url, pool_size=2)
        try:
            parents = _list_parents(admin)
            return _measure_edits(engine, parents[0]) + _measure_publishing(engine, admin, parents)
        finally:
            engine.dispose()


def _list_parents(admin: Engine) -> list[str]:
    """Cells above the deepest level, those with most grids first."""
    with admin.connect() as conn:
        return list(conn.execute(text(
            "SELECT p.code FROM cell_version p JOIN cell_version v ON v.parent_cell_id = p.cell_id"
            " AND v.valid @> today() WHERE p.valid @> today()"
            " AND v.rank = (SELECT max(rank) FROM cell_version)"
            " GROUP BY p.code ORDER BY count(*) DESC, p.code"
        )).scalars())  # fmt: skip


def _find_borders(engine: Engine, plan: int, parent: str) -> tuple[int, list[tuple[int, int]]]:
    part = next(p for p in read_plan(engine, PLANNER, plan).parts if p.parent == parent)
    near, grid = part.stored.ground.graph.near, part.draft.grid
    return part.rev, [
        (a, grid[b]) for a, row in enumerate(near) for b, m in row if m > 0 and grid[a] != grid[b]
    ]


def _measure_edits(engine: Engine, parent: str) -> list[dict[str, Any]]:
    plan = start_plan(engine, PLANNER, NewPlan("bench", (parent,)))
    previews, edits = [], []
    rev, border = _find_borders(engine, plan, parent)
    for turn in range(EDITS):
        atom, to = border[turn * 13 % len(border)]
        intent = Intent("reassign", (to,), (atom,))
        started = time.perf_counter()
        preview_step(engine, PLANNER, plan, parent, intent)
        seen = time.perf_counter()
        rev = do_step(engine, PLANNER, plan, parent, intent, rev).rev
        done = time.perf_counter()
        previews.append(seen - started)
        edits.append(done - started)
        rev, border = _find_borders(engine, plan, parent)
    p95 = float(np.quantile(edits, 0.95))
    return [
        make_row("one edit", "preview p50 s", float(np.median(previews)), n=EDITS),
        make_row("one edit", "preview and edit p95 s", p95, goal=0.1, ok=p95 < 0.1, n=EDITS),
    ]


def _measure_publishing(engine: Engine, admin: Engine, parents: list[str]) -> list[dict[str, Any]]:
    """One border of each parent moves until fifty grids have changed; rolled back afterwards."""
    chosen: list[str] = parents[: GRIDS // 2]
    plan = start_plan(engine, PLANNER, NewPlan("bench 50", tuple(chosen)))
    for parent in chosen:
        rev, border = _find_borders(engine, plan, parent)
        do_step(engine, PLANNER, plan, parent, Intent("reassign", (border[0][1],),
                                                      (border[0][0],)), rev)  # fmt: skip
    with begin(engine, PLANNER, commit=False) as conn:
        looked_at, cells, neighbours, publish_s = _publish(conn, plan)
    with admin.connect() as conn:
        rows = _count_rows(conn)
    share = looked_at / rows
    return [
        make_row("publishing", "grids with a new version", cells, n=rows),
        make_row("publishing", "of them neighbours with a new vertex only", neighbours),
        make_row(
            "publishing", "rows looked at / all rows", share, goal=0.01, ok=share <= 0.01, n=rows
        ),
        make_row("publishing", "publish s", publish_s, wall_s=publish_s),
    ]


def _publish(conn: Connection, plan: int) -> tuple[int, int, int, float]:
    from gis_api.actions.publish_grids import publish_grids
    from gis_api.db.engine import set_actor

    publisher = Actor(903, "publisher", Scope.whole())
    set_actor(conn, publisher)
    started = time.perf_counter()
    row = store.find_plan(conn, plan)
    assert row is not None
    today = store.get_today(conn)
    batch = plan_batch(conn, row, today)
    done = publish_grids(conn, publisher, batch.to_cells(), valid_from=today, label="bench")
    assert done.followed is not None
    return (
        done.followed.looked_at, done.publication.new_versions, batch.neighbours,
        time.perf_counter() - started,
    )  # fmt: skip


def _count_rows(conn: Connection) -> int:
    """What a full re-assignment would look at: every row that follows the grid."""
    from gis_api.db.following.followers import read_followers

    return sum(
        int(conn.exec_driver_sql(f'SELECT count(*) FROM "{one.table}"').scalar_one())
        for one in read_followers().lying
    )
