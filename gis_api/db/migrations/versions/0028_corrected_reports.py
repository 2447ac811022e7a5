"""A frozen report is corrected by a copy that takes its place, with a reason."""

from gis_api.db.migrations.files import run_sql

revision = "0028_corrected_reports"
down_revision = "0027_sweep_at_once"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
