"""The revision of seals, holds and periods goes down and up again."""

from __future__ import annotations

import psycopg

from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.migrate import downgrade, upgrade

_SCHEMA = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, a.attname, a.atttypid::regtype::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY 1, 4
"""


def test_down_and_up_again_is_the_same_schema_and_loses_no_row(
    server: ServerAddress, fresh_database_name: str
) -> None:
    conninfo = server.conninfo(fresh_database_name)
    url = server.admin_url(fresh_database_name)
    with psycopg.connect(conninfo) as connection:
        before = connection.execute(_SCHEMA).fetchall()
        connection.execute("INSERT INTO audit (actor_id, act, object_kind) VALUES (1, 'x', 'y')")
    downgrade(url, "0008_scope_grants")
    with psycopg.connect(conninfo) as connection:
        tables = {row[0] for row in connection.execute(_SCHEMA).fetchall()}
        assert "audit" in tables
        assert not tables & {"audit_seal", "audit_unsealed", "legal_hold", "retention_period"}
    upgrade(url)
    with psycopg.connect(conninfo) as connection:
        assert connection.execute(_SCHEMA).fetchall() == before
        assert connection.execute("SELECT count(*) FROM audit_unsealed").fetchone() == (1,)
