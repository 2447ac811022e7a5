"""Tiles of a level find level and box in one index."""

from gis_api.db.migrations.files import run_sql

revision = "0026_level_tiles"
down_revision = "0025_claim_piece"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
