"""Bring a database to the newest schema, or back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
# One migration at a time per database, whoever asks.
_ADVISORY_LOCK = 0x77616E67


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config


def admin_engine(admin_url: str) -> Engine:
    """An engine for one short administrative task; the caller disposes of it."""
    return create_engine(admin_url)


def head_revision() -> str:
    """The one head of the migrations; raises when there are two."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


def current_revision(conn: Connection) -> str | None:
    """The schema revision of a database; None for an empty one."""
    return MigrationContext.configure(conn).get_current_revision()


# The service says in /readyz which schema it has.
_LET_SERVICE_READ_REVISION = "GRANT SELECT ON public.alembic_version TO wangge_app"


def upgrade(admin_url: str, revision: str = "head") -> None:
    """Migrate up in one transaction: all or nothing."""

    def step(config: Config) -> None:
        command.upgrade(config, revision)
        config.attributes["connection"].exec_driver_sql(_LET_SERVICE_READ_REVISION)

    _run(admin_url, step)


def downgrade(admin_url: str, revision: str) -> None:
    """Migrate down in one transaction; ``base`` leaves an empty schema."""
    _run(admin_url, lambda config: command.downgrade(config, revision))


def _run(admin_url: str, step: Callable[[Config], None]) -> None:
    engine = admin_engine(admin_url)
    try:
        with engine.begin() as conn:
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%(k)s)", {"k": _ADVISORY_LOCK})
            step(_config(conn))
    finally:
        engine.dispose()
