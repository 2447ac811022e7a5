"""Digests of what a database holds, computed by the database in one pass per table.

A table's digest does not depend on the order of its rows: the two halves of every row's MD5 are
summed as 64-bit numbers, so equal digests mean the same multiset of rows.  Times are read in UTC
and floats in full precision, so the same rows give the same digest on any server.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_HERE = Path(__file__).parent
Connection = psycopg.Connection[tuple[Any, ...]]

# Left out of every backup, with the reason.
LEFT_OUT: dict[str, str] = {
    "public.user_session": "sign-ins end with a restore; their tokens belong in no archive",
    "public.event_outbox": "events are read by transaction number, which differs on every server",
}


@dataclass(frozen=True)
class TableDigest:
    """Row count and order-independent content hash of one table."""

    rows: int
    hash: str


def _text(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text("utf-8").replace("%%", "%")


def settle(connection: Connection) -> None:
    """Set what the digests' text depends on, for this transaction."""
    for statement in (
        "SET LOCAL timezone = 'UTC'",
        "SET LOCAL datestyle = 'ISO, YMD'",
        "SET LOCAL intervalstyle = 'postgres'",
        "SET LOCAL extra_float_digits = 1",
        "SET LOCAL bytea_output = 'hex'",
        "SET LOCAL search_path = pg_catalog",
        "SET LOCAL jit = off",
    ):
        connection.execute(statement)


def list_tables(connection: Connection) -> list[tuple[str, str]]:
    """(schema, table) of every table of ours, in code-point order."""
    return [(str(s), str(t)) for s, t in connection.execute(_text("list_tables")).fetchall()]


def digest_tables(connection: Connection) -> dict[str, TableDigest]:
    """Digest of every table of ours; of those in LEFT_OUT nothing is said.  Call settle first."""
    found = {f"{schema}.{table}": (schema, table) for schema, table in list_tables(connection)}
    return {
        name: digest_table(connection, *parts)
        for name, parts in found.items()
        if name not in LEFT_OUT
    }


def digest_table(connection: Connection, schema: str, table: str) -> TableDigest:
    """Digest of one table: a full scan, no sort."""
    query = sql.SQL(
        "SELECT count(*),"
        " coalesce(sum(('x' || left(md5(_row::text), 16))::bit(64)::bigint), 0),"
        " coalesce(sum(('x' || right(md5(_row::text), 16))::bit(64)::bigint), 0)"
        " FROM {} AS _row"
    ).format(sql.Identifier(schema, table))
    row = connection.execute(query).fetchone()
    if row is None:
        raise RuntimeError("an aggregate returned no row")
    rows, first, second = (int(value) for value in row)
    return TableDigest(rows, f"{first % 2**64:016x}{second % 2**64:016x}")


def list_schema_objects(connection: Connection) -> dict[str, str]:
    """``kind name`` → digest of the definition: columns, policies, grants, functions and so on."""
    rows = connection.execute(_text("list_schema_objects")).fetchall()
    return {f"{kind} {name}": str(digest) for kind, name, digest in rows}


def list_sequences(connection: Connection) -> dict[str, int]:
    """Last value of every sequence; -1 for one never used."""
    rows = connection.execute(_text("list_sequences")).fetchall()
    return {f"{schema}.{name}": int(value) for schema, name, value in rows}


def list_roles(connection: Connection) -> dict[str, bool]:
    """Our roles → whether they may sign in."""
    return {str(name): bool(login) for name, login in connection.execute(_text("list_roles"))}


def list_unsafe_roles(connection: Connection) -> list[str]:
    """Our roles that could go round the policies; must be none."""
    return [str(name) for (name,) in connection.execute(_text("list_unsafe_roles"))]


def ensure_role(connection: Connection, name: str, *, may_sign_in: bool) -> None:
    """The role exists; one that is made here has no power of its own."""
    row = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    if row is None:
        login = sql.SQL("LOGIN" if may_sign_in else "NOLOGIN")
        connection.execute(
            sql.SQL("CREATE ROLE {} {} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
                sql.Identifier(name), login
            )
        )


def is_empty(connection: Connection) -> bool:
    """True when the database is migrated but holds no place, no cell and no case."""
    row = connection.execute(_text("is_empty")).fetchone()
    return bool(row and row[0])


def find_place(connection: Connection) -> tuple[str, bool] | None:
    """(place, whether it is synthetic) of this database; None before there is one."""
    row = connection.execute("SELECT place, synthetic FROM place_setting").fetchone()
    return None if row is None else (str(row[0]), bool(row[1]))


def count_other_sessions(connection: Connection, database: str) -> int:
    """Connections of others to a database of this server."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'",
        (database,),
    ).fetchone()
    return int(row[0]) if row else 0


def record_restore(connection: Connection, sha256: str) -> None:
    """Write the restore into the audit and make every process forget its cached sessions."""
    connection.execute((_HERE / "record_restore.sql").read_text("utf-8"), {"sha256": sha256})


def swap_databases(connection: Connection, current: str, kept_as: str, restored: str) -> None:
    """Give the name ``current`` to ``restored``; the old one stays as ``kept_as``.

    One transaction: either both renames happen or none.  Nobody may be connected to either.
    """
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with connection.transaction():
        connection.execute(rename.format(sql.Identifier(current), sql.Identifier(kept_as)))
        connection.execute(rename.format(sql.Identifier(restored), sql.Identifier(current)))
