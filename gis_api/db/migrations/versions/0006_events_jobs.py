"""Event outbox, import batches, job progress."""

from gis_api.db.migrations.files import run_sql

revision = "0006_events_jobs"
down_revision = "0005_cases"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
