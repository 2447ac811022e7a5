"""Sealed audit, retention and purposes."""

from gis_api.db.migrations.files import run_sql

revision = "0009_audit_privacy"
down_revision = "0008_scope_grants"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
