"""Migrations: one line, up and down without a trace, and up again to the same schema."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from alembic.script import ScriptDirectory

from gis_api.db import migrate
from gis_api.db.cluster_databases import ServerAddress, drop_database, ensure_database

OURS = """
SELECT 'relation ' || c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'S', 'm')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT 'function ' || p.proname FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'procrastinate'
"""


@pytest.fixture
def empty_database(server: ServerAddress) -> Iterator[str]:
    name = f"wangge_t{os.getpid()}_migrations"
    drop_database(server, name)
    ensure_database(server, name)
    yield name
    drop_database(server, name)


def list_ours(server: ServerAddress, name: str) -> set[str]:
    with psycopg.connect(server.conninfo(name)) as connection:
        return {str(row[0]) for row in connection.execute(OURS).fetchall()}


def dump_schema(server: ServerAddress, name: str) -> list[str]:
    command = ["pg_dump", "--schema-only", "--dbname", server.conninfo(name)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # the lines that differ from dump to dump
    return [line for line in text.splitlines() if "restrict" not in line]


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrate._config()).get_heads()) == 1


def test_down_leaves_nothing_and_up_again_gives_the_same_schema(
    server: ServerAddress, empty_database: str
) -> None:
    before = list_ours(server, empty_database)
    migrate.upgrade(server.admin_url(empty_database))
    first = dump_schema(server, empty_database)
    assert len(first) > 1000
    migrate.downgrade(server.admin_url(empty_database), "base")
    assert list_ours(server, empty_database) - before == {"relation alembic_version"}
    migrate.upgrade(server.admin_url(empty_database))
    assert dump_schema(server, empty_database) == first


def test_every_step_down_can_be_taken_back(server: ServerAddress, empty_database: str) -> None:
    script = ScriptDirectory.from_config(migrate._config())
    url = server.admin_url(empty_database)
    migrate.upgrade(url)
    full = dump_schema(server, empty_database)
    for revision in script.walk_revisions():
        migrate.downgrade(url, revision.down_revision or "base")  # type: ignore[arg-type]
        migrate.upgrade(url)
        assert dump_schema(server, empty_database) == full, revision.revision
