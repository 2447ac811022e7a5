"""A real PostGIS for every test that asks for one.

The cluster in ``var/test-pg`` is private to the tests and is kept between runs.  One template
database is migrated per state of the schema; each test module gets its own clone, and ``conn`` is
rolled back after each test.  Missing PostGIS is a failure, never a skip.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine

from gis_api.db import cluster
from gis_api.db.cluster_databases import (
    ServerAddress,
    clone_database,
    drop_database,
    ensure_database,
    external_address,
    migrate_database,
)

ROOT = Path(__file__).resolve().parents[1]
TEST_VAR = ROOT / "var" / "test-pg"
_TEMPLATE_LOCK = 7_305_202
_KEEP_TEMPLATES = "1 day"
_clone_numbers = itertools.count(1)
# Rooms of long files first, so that no worker is left alone with one of them at the end.
_ROOMS = ("operate", "web", "journeys", "notebooks", "db", "api", "cli", "unit", "bench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order of their rooms; within a room as they are."""
    here = Path(__file__).parent
    items.sort(key=lambda item: _ROOMS.index(item.path.relative_to(here).parts[0]))


@pytest.fixture(scope="session")
def server() -> ServerAddress:
    """The tests' own cluster, or the server named by WANGGE_TEST_DATABASE_URL."""
    external = os.environ.get("WANGGE_TEST_DATABASE_URL")
    if external:
        return external_address(external)
    return cluster.ensure_running(TEST_VAR, archive=False, small=True)


@pytest.fixture(scope="session")
def template_database(server: ServerAddress) -> str:
    """Name of an empty, fully migrated database; nobody may connect to it."""
    name = f"wangge_tpl_{_schema_hash()}"
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_TEMPLATE_LOCK,))
        _drop_leftovers(server, connection)
        if not _is_finished(connection, name):
            drop_database(server, name)
            ensure_database(server, name)
            migrate_database(server, name)
            # datistemplate marks a template that is complete; a killed run leaves it unmarked.
            connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')
    return name


def _schema_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((ROOT / "gis_api" / "db").rglob("*")):
        if path.suffix in {".py", ".sql"}:
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _is_finished(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", (name,)
    ).fetchone()
    return row is not None


def _drop_leftovers(
    server: ServerAddress, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Clones of runs that are gone, and templates of schemas of another day."""
    for (name,) in connection.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^wangge_t[0-9]+_'"
    ).fetchall():
        found = re.match(r"wangge_t(\d+)_", str(name))
        if found and not Path(f"/proc/{found[1]}").exists():
            drop_database(server, str(name))
    for (name,) in connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'wangge\\_tpl\\_%%'"
        " AND (pg_stat_file('base/' || oid || '/PG_VERSION')).modification"
        " < now() - %s::interval",
        (_KEEP_TEMPLATES,),
    ).fetchall():
        connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
        drop_database(server, str(name))


@pytest.fixture(scope="module")
def database_name(server: ServerAddress, template_database: str) -> Iterator[str]:
    """Name of a clone that belongs to this test module."""
    name = f"wangge_t{os.getpid()}_{next(_clone_numbers)}"
    clone_database(server, template_database, name)
    yield name
    drop_database(server, name)


@pytest.fixture
def fresh_database_name(server: ServerAddress, template_database: str) -> Iterator[str]:
    """Name of a clone that belongs to this one test, for tests that commit."""
    name = f"wangge_t{os.getpid()}_{next(_clone_numbers)}"
    clone_database(server, template_database, name)
    yield name
    drop_database(server, name)


@pytest.fixture(scope="module")
def admin_url(server: ServerAddress, database_name: str) -> str:
    """SQLAlchemy URL of the module's clone, as the administrator."""
    return server.admin_url(database_name)


@pytest.fixture(scope="module")
def app_url(server: ServerAddress, database_name: str) -> str:
    """SQLAlchemy URL of the module's clone, as the service."""
    return server.app_url(database_name)


@pytest.fixture(scope="module")
def engine(app_url: str) -> Iterator[Engine]:
    """The service's engine on the module's clone: role wangge_app, policies apply."""
    from gis_api.db.engine import make_engine

    made = make_engine(app_url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def admin_engine(admin_url: str) -> Iterator[Engine]:
    """The administrator's engine on the module's clone: policies do not apply."""
    made = create_engine(admin_url, connect_args={"prepare_threshold": None})
    yield made
    made.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A connection of the service whose work is rolled back after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def admin_conn(admin_engine: Engine) -> Iterator[Connection]:
    """A connection of the administrator whose work is rolled back after the test."""
    with admin_engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture(scope="session")
def iam_server(iam_server: Any) -> Any:
    """The sign-in provider of pytest-iam, with a thread for each connection.

    Its own server answers one connection at a time; a browser that keeps a spare one open, unused,
    would make it deaf to everybody else.
    """
    plain = type(iam_server.httpd)
    iam_server.httpd.__class__ = type(
        "ThreadedProvider",
        (ThreadingMixIn, plain),
        {"daemon_threads": True, "block_on_close": False},
    )
    return iam_server
