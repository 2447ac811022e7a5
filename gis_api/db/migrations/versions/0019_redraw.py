"""Plans of grids: atoms, edits with their inverses, approvals."""

from gis_api.db.migrations.files import run_sql

revision = "0019_redraw"
down_revision = "0018_land"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
