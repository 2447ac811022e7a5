"""Registers beside cases, links between cases, parties, frozen reports."""

from gis_api.db.migrations.files import run_sql

revision = "0016_case_registers"
down_revision = "0015_case_engine"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
