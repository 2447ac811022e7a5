"""A place to publish in: two villages with posts, party groups and a kind of case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from gis_api.db.engine import make_engine
from tests.db.redraw.places import build_place


@pytest.fixture
def fresh(server: Any, fresh_database_name: str) -> Iterator[Engine]:
    """A place of its own: publishing commits."""
    admin = create_engine(server.admin_url(fresh_database_name))
    with admin.begin() as conn:
        build_place(conn)
        conn.execute(text("INSERT INTO post_kind VALUES ('cluster', '联户长', 'cluster leader')"))
        conn.execute(text("INSERT INTO officer (duty_name) SELECT '合成' || n"
                          " FROM generate_series(1, 14) n"))  # fmt: skip
        conn.execute(text("INSERT INTO post (cell_id, kind) SELECT cell_id, 'cluster'"
                          " FROM cell_version WHERE rank = 3 ORDER BY code"))  # fmt: skip
        conn.execute(
            text(
                "INSERT INTO post_holding (post_id, officer_id)"
                " SELECT post_id, row_number() OVER (ORDER BY post_id) FROM post"
            )
        )
        conn.execute(text("INSERT INTO party_group (village_cell_id, name) SELECT cell_id,"
                          " '合成组' FROM cell_version WHERE rank = 2"))  # fmt: skip
        conn.execute(text("INSERT INTO party_group_cell SELECT g.party_group_id, v.cell_id"
                          " FROM party_group g JOIN cell_version v"
                          " ON v.parent_cell_id = g.village_cell_id"))  # fmt: skip
        conn.execute(text("INSERT INTO case_kind (kind, name_zh, name_en) VALUES"
                          " ('land', '土地', 'land')"))  # fmt: skip
    admin.dispose()
    engine = make_engine(server.app_url(fresh_database_name))
    yield engine
    engine.dispose()
