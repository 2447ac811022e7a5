"""``script/bench sweep``: the sweeper over 200,000 open cases (合成数据), first run and steady.

The cases lie in the small hand-made town: the sweeper asks about days, states and officers, never
about shapes.  WANGGE_BENCH_ROWS asks for fewer cases while developing.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from gis_api.actions.sweep_cases import sweep_cases
from gis_api.db import cluster
from gis_api.db.cluster_databases import drop_database
from gis_api.db.engine import make_engine
from gis_api.db.migrate import upgrade
from tests.bench import league
from tests.builders import build_town

NAME, CASES, SEED, GOAL_S = "sweep_run", 200_000, 15, 5.0
ADD_CASES = """
INSERT INTO "case" (code, kind, source, state, happened_on, registered_at, registered_by,
  place_kind, how, grid_version_id, cell_id, scope_key, access_key, lead_post_id,
  lead_officer_id, queue_reason, why, moved_at)
SELECT 'B-' || n, 'land', 'hotline',
  (ARRAY['registered', 'accepted', 'assigned', 'signed_for', 'in_hand', 'agreement'])[1 + n %% 6],
  today() - (n %% 90), now() - make_interval(days => n %% 90), 0, 'cell', 'inside', 1, p.cell_id,
  '00000001', '00000001', CASE WHEN n %% 50 > 0 THEN p.post_id END,
  CASE WHEN n %% 50 > 0 THEN p.officer_id END, CASE WHEN n %% 50 = 0 THEN 'nobody_available' END,
  '{}', now() - make_interval(days => n %% 30)
FROM generate_series(1, %(cases)s) n
JOIN (SELECT p.*, h.officer_id, row_number() OVER (ORDER BY post_id) - 1 AS at,
             count(*) OVER () AS all_posts
      FROM post p JOIN post_holding h USING (post_id)) p ON p.at = n %% p.all_posts
"""
ADD_CLOCKS = """
INSERT INTO case_clock (case_id, rule, started_on, length, due_on, warn_on)
SELECT case_id, r.rule, today() - 20, 10, today() - 5 + (case_id %% 40)::integer,
       today() - 8 + (case_id %% 40)::integer
FROM "case", (VALUES ('result_due'), ('hotline_answer')) r (rule)
"""
ADD_PAPERS = """
INSERT INTO case_document (case_id, kind, number, issued_on, issued_by, due_on)
SELECT case_id, 'supervision_order', 1, today() - 9, 0, today() - 2 FROM "case"
WHERE case_id %% 20 = 0
"""
Row = dict[str, Any]


def run() -> list[Row]:
    """Rows of a first sweep, a second that finds nothing new, and one after a thousand steps."""
    count = int(os.environ.get("WANGGE_BENCH_ROWS", CASES))
    with _cases(count) as (engine, admin):
        with admin.connect() as conn:
            version = conn.exec_driver_sql("SHOW server_version").scalar_one()
        first, swept = _timed(engine)
        rows = [_row("first sweep", swept.found, first, count)]
        steady, swept = _timed(engine)
        rows.append(_row("steady sweep", swept.found, steady, count, most=0))
        with admin.begin() as conn:
            conn.execute(text('UPDATE "case" SET moved_at = now() WHERE case_id <= 1000'))
        later, swept = _timed(engine)
        rows.append(_row("after 1,000 steps", swept.found, later, count, most=0))
    return [row | {"versions": {"postgresql": version}} for row in rows]


@contextmanager
def _cases(count: int) -> Iterator[tuple[Engine, Engine]]:
    address = cluster.open_database(None, f"wangge_{NAME}", league.VAR)
    upgrade(address.admin_url)
    admin = create_engine(address.admin_url, connect_args={"prepare_threshold": None})
    engine = make_engine(address.app_url, statement_timeout_s=120.0)
    try:
        with admin.begin() as conn:
            build_town(conn)
            _fill(conn, count)
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")
        yield engine, admin
    finally:
        engine.dispose()
        admin.dispose()
        drop_database(address.server, f"wangge_{NAME}")


def _fill(conn: Connection, count: int) -> None:
    conn.exec_driver_sql(ADD_CASES, {"cases": count})
    conn.exec_driver_sql(ADD_CLOCKS, {})
    conn.exec_driver_sql(ADD_PAPERS, {})


def _timed(engine: Engine) -> tuple[float, Any]:
    began = time.perf_counter()
    swept = sweep_cases(engine)
    return time.perf_counter() - began, swept


def _row(case: str, found: int, wall_s: float, count: int, *, most: int | None = None) -> Row:
    fits = most is None or found <= most
    return {
        "case": case, "metric": "seconds", "value": round(wall_s, 3), "peer": None,
        "goal": GOAL_S, "ok": wall_s <= GOAL_S and fits, "n": count, "seed": SEED,
        "cpu_s": resource.getrusage(resource.RUSAGE_SELF).ru_utime, "wall_s": round(wall_s, 3),
        "versions": {},
    }  # fmt: skip
