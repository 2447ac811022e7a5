"""The nightly looks at narisong (合成数据) from the tables to the kept maps, score, trends, alarms.

The first night keeps everything anew; of the second nothing has changed, so it only reads.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine

from gis_api.actions.load_demo import load_demo
from gis_api.actions.risk_look import look_nightly
from gis_api.db import cluster
from gis_api.db.cluster_databases import drop_database
from gis_api.db.engine import make_engine
from gis_api.db.migrate import upgrade
from layers.demo.generate import generate
from layers.demo.places import get_place
from tests.bench import league
from tests.bench.risk import Row, row, stopwatch

NAME, PLACE, GOAL_S = "risk_night", "narisong", 60.0


def run() -> list[Row]:
    """Wall seconds of a first night, and of one after which nothing has changed."""
    with _town() as engine:
        with stopwatch() as first:
            done = look_nightly(engine)
        with stopwatch() as again:
            look_nightly(engine)
    case = f"{PLACE}, a night"
    return [
        row(case, "wall s, all maps new", first["wall_s"], f"≤ {GOAL_S:g}",
            first["wall_s"] <= GOAL_S and done["new"] == done["areas"], done["areas"], first),
        row(case, "wall s, nothing changed", again["wall_s"], None, None, done["areas"], again),
    ]  # fmt: skip


@contextmanager
def _town() -> Iterator[Engine]:
    address = cluster.open_database(None, f"wangge_{NAME}", league.VAR)
    upgrade(address.admin_url)
    admin = create_engine(address.admin_url, connect_args={"prepare_threshold": None})
    engine = make_engine(address.app_url, statement_timeout_s=120.0)
    place = get_place(PLACE)
    try:
        with tempfile.TemporaryDirectory() as var:
            load_demo(admin, generate(place), village_rank=place.village_rank, var_dir=Path(var))
        yield engine
    finally:
        engine.dispose()
        admin.dispose()
        drop_database(address.server, f"wangge_{NAME}")
