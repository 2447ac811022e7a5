"""Cases, routing rules, history, inbox."""

from gis_api.db.migrations.files import run_sql

revision = "0005_cases"
down_revision = "0004_access"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
