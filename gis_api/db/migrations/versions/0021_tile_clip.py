"""A cell that crosses the edge of a tile is cut by a rectangle."""

from gis_api.db.migrations.files import run_sql

revision = "0021_tile_clip"
down_revision = "0020_risk"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
