"""Risk of places and kinds: countable cases, denominators by year, maps, alarms."""

from gis_api.db.migrations.files import run_sql

revision = "0020_risk"
down_revision = "0019_calm_waking"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
