"""Writers of events do not queue for the wake-up of readers."""

from gis_api.db.migrations.files import run_sql

revision = "0019_calm_waking"
down_revision = "0018_struck_entries"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
