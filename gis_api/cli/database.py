"""The database of a command: the private cluster or the server of WANGGE_DATABASE_URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from rich.console import Console
from sqlalchemy import Engine

from gis_api.db import cluster, migrate
from gis_api.db.backup.revisions import find_revision
from gis_api.db.cluster_databases import DatabaseAddress
from gis_api.db.engine import make_engine
from gis_api.settings import Settings
from grid_boundaries.errors import Conflict


def _ensure_schema(address: DatabaseAddress) -> None:
    with psycopg.connect(address.conninfo) as connection:
        found = find_revision(connection)
    head = migrate.head_revision()
    if found is None:
        address.migrate()
    elif found != head:
        raise Conflict("schema.differs", found=found, head=head)


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """The service's engine for the length of one command; starts the private cluster if needed.

    A new database gets its tables; one with older or newer tables is left as it is: Conflict
    ``schema.differs``.
    """
    address = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=Console(stderr=True).print,
    )
    _ensure_schema(address)
    engine = make_engine(address.app_url, pool_size=2)
    try:
        yield engine
    finally:
        engine.dispose()
