"""What a tile of zoom 14 shows of each parcel is kept ready: the tile is only gathered."""

from gis_api.db.migrations.files import run_sql

revision = "0025_claim_piece"
down_revision = "0024_risk_unit_rows"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
