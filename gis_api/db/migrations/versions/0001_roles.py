"""Roles, extensions and the settings that policies read."""

from gis_api.db.migrations.files import run_sql

revision = "0001_roles"
down_revision = None


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
