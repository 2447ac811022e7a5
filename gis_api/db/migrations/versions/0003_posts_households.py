"""Posts, officers, households, party groups, zones, claims."""

from gis_api.db.migrations.files import run_sql

revision = "0003_posts_households"
down_revision = "0002_grid"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
