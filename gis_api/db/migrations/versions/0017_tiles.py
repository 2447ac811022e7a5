"""Tiles of every layer, with coverage-simplified copies for small scales."""

from gis_api.db.migrations.files import run_sql

revision = "0017_tiles"
down_revision = "0016_case_registers"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
