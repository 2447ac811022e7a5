"""The database of a command: the private cluster or the server of WANGGE_DATABASE_URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from sqlalchemy import Engine

from gis_api.db import cluster
from gis_api.db.engine import make_engine
from gis_api.settings import Settings


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """The service's engine for the length of one command; starts the private cluster if needed."""
    address = cluster.open_database(
        settings.external_database_url,
        settings.database_name,
        settings.var_dir,
        say=Console(stderr=True).print,
    )
    engine = make_engine(address.app_url, pool_size=2)
    try:
        yield engine
    finally:
        engine.dispose()
