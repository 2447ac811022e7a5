"""Parcels at a point and on a tile, at the price of the spatial index, whoever asks."""

from gis_api.db.migrations.files import run_sql

revision = "0012_claim_lookup"
down_revision = "0011_accounts"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
