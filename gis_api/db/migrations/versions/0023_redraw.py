"""Plans of redrawing: drafts with stored inverses, atoms, and what became what."""

from gis_api.db.migrations.files import run_sql

revision = "0023_redraw"
down_revision = "0022_land"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
