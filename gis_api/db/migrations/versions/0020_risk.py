"""Results of risk runs, alarms and their tasks."""

from gis_api.db.migrations.files import run_sql

revision = "0020_risk"
down_revision = "0019_redraw"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
