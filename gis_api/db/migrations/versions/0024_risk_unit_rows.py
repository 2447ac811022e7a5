"""Denominators of years that are over may come together in one cell when grids are redrawn."""

from gis_api.db.migrations.files import run_sql

revision = "0024_risk_unit_rows"
down_revision = "0023_redraw"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
