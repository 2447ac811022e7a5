"""Land: versions of claims, evidence, freezes, findings, contested strips, the survey act."""

from gis_api.db.migrations.files import run_sql

revision = "0022_land"
down_revision = "0021_tile_clip"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
