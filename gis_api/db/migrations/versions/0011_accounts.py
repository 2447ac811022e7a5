"""API tokens, outside sign-in, invitations and hand-overs."""

from gis_api.db.migrations.files import run_sql

revision = "0011_accounts"
down_revision = "0010_members"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
