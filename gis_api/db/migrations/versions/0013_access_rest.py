"""What access still lacked: rows that follow a moved grid, counts for visitors."""

from gis_api.db.migrations.files import run_sql

revision = "0013_access_rest"
down_revision = "0012_claim_lookup"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
