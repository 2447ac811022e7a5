"""Writers of events do not queue for the wake-up of readers."""

from gis_api.db.migrations.files import run_sql

revision = "0018_calm_waking"
down_revision = "0017_tiles"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
