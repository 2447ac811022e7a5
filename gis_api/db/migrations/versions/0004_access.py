"""Users, sessions, audit."""

from gis_api.db.migrations.files import run_sql

revision = "0004_access"
down_revision = "0003_posts_households"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")
