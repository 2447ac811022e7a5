"""What a look through the papers found is a layer of the map."""

from gis_api.db.migrations.files import run_sql

revision = "0029_land_finding_tiles"
down_revision = "0028_corrected_reports"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
