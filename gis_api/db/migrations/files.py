"""Migrations are SQL files beside their revision."""

from __future__ import annotations

from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"


def run_sql(name: str) -> None:
    """Run one file of statements on the migration's connection."""
    run_statements((VERSIONS / name).read_text(encoding="utf-8"))


def run_statements(statements: str) -> None:
    """Run several statements as they stand: through the driver, so that ``%`` stays ``%``."""
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        raise RuntimeError("migrations need a live connection")
    driver.execute(statements)
