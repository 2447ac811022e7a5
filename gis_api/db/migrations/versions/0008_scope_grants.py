"""Grants beside areas, and a role for those who see the whole place."""

from gis_api.db.migrations.files import run_sql

revision = "0008_scope_grants"
down_revision = "0007_procrastinate"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
