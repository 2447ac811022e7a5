"""States, clocks, calendar, documents and the ladder of cases."""

from gis_api.db.migrations.files import run_sql

revision = "0015_case_engine"
down_revision = "0014_import_tables"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
