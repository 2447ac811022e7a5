"""Levels, cells, their versions, villager groups."""

from gis_api.db.migrations.files import run_sql

revision = "0002_grid"
down_revision = "0001_roles"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
