"""The job queue's own schema, as its package ships it."""

from procrastinate.schema import SchemaManager

from gis_api.db.migrations.files import run_statements

revision = "0007_procrastinate"
down_revision = "0006_events_jobs"

GRANTS = """
GRANT USAGE ON SCHEMA procrastinate TO wangge_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA procrastinate TO wangge_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA procrastinate TO wangge_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA procrastinate TO wangge_app;
"""


def upgrade() -> None:
    run_statements("CREATE SCHEMA procrastinate AUTHORIZATION wangge_owner")
    run_statements("SET LOCAL ROLE wangge_owner; SET LOCAL search_path = procrastinate")
    run_statements(SchemaManager.get_schema())
    run_statements(GRANTS)
    run_statements("RESET ROLE; SET LOCAL search_path = public")


def downgrade() -> None:
    run_statements("DROP SCHEMA procrastinate CASCADE")
