"""An entry of a register that was a mistake is struck out: it stays to be seen, uncounted."""

from gis_api.db.migrations.files import run_sql

revision = "0018_struck_entries"
down_revision = "0017_tiles"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
