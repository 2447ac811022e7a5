"""Party groups, members, volunteers and service requests."""

from gis_api.db.migrations.files import run_sql

revision = "0010_members"
down_revision = "0009_audit_privacy"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
