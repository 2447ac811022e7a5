"""Staging of imports; boundary points, marks and villager groups."""

from gis_api.db.migrations.files import run_sql

revision = "0014_import_tables"
down_revision = "0013_access_rest"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
