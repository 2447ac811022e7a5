"""Findings of the sweeper are checked against their cases in one statement, not row by row."""

from gis_api.db.migrations.files import run_sql

revision = "0027_sweep_at_once"
down_revision = "0026_level_tiles"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
