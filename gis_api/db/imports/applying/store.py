"""The SQL of applying a staged file.  Statements are put together from ``targets.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Connection

from grid_boundaries.store.sql_files import rows, sql_runner

_run = sql_runner(__file__)
_FOLDER = Path(__file__).parent
_FIELD = re.compile(r"r\.vals ->>? '([a-z0-9_]+)'")


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows of a kind go; see ``targets.toml``."""

    kind: str
    table: str
    id: str
    key: tuple[str, ...]
    geometry: str
    scoped: bool
    columns: Mapping[str, str]
    always: Mapping[str, str]
    after: tuple[str, ...] = ()
    own: str | None = None

    @property
    def expressions(self) -> dict[str, str]:
        """Every column that an insert writes, but those of place and batch."""
        return {**self.columns, **self.always}

    def written(self, fields: Sequence[str], *, with_place: bool) -> dict[str, str]:
        """The columns that a file with these fields has a say in."""
        chosen = {
            column: expression
            for column, expression in self.columns.items()
            if column not in self.key and set(_FIELD.findall(expression)) & set(fields)
        }
        if with_place and self.geometry:
            chosen["geom"] = self.geometry
            if self.scoped:
                chosen |= _PLACE
        return chosen


_PLACE = {"cell_id": "r.cell_id", "scope_key": "coalesce(r.scope_key, '0')"}


@cache
def get_target(kind: str) -> Target:
    """The declared target of a kind; KeyError for grids, which are published, not applied."""
    entry = tomllib.loads((_FOLDER / "targets.toml").read_text("utf-8"))[kind]
    return Target(
        kind=kind,
        table=entry["table"],
        id=entry["id"],
        key=tuple(entry["key"]),
        geometry=entry["geometry"],
        scoped=entry["scoped"],
        columns=entry["columns"],
        always=entry.get("always", {}),
        after=tuple(entry.get("after", ())),
        own=entry.get("own"),
    )


def _execute(
    conn: Connection, template: str, parts: Mapping[str, sql.Composable], **params: Any
) -> int:
    """Run a template whose {parts} come from the declared targets; the number of rows."""
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(sql.SQL(template).format(**parts), params)
        return int(cursor.rowcount)


@cache
def _template(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text("utf-8")


def _text(expression: str) -> sql.SQL:
    """An expression of the declared targets; a literal % is doubled for the driver."""
    return sql.SQL(expression.replace("%", "%%"))


def _parts(target: Target) -> dict[str, sql.Composable]:
    keys = [target.expressions[column] for column in target.key]
    return {
        "table": sql.Identifier(target.table),
        "id": sql.Identifier(target.id),
        "key_list": sql.SQL(", ").join(map(_text, keys)),
        "key_names": sql.SQL(", ").join(sql.Identifier(f"k{n}") for n in range(len(keys))),
        "key_select": sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(_text(e), sql.Identifier(f"k{n}"))
            for n, e in enumerate(keys)
        ),
        "same_key": sql.SQL(" AND ").join(
            sql.SQL("t.{} IS NOT DISTINCT FROM k.{}").format(
                sql.Identifier(column), sql.Identifier(f"k{n}")
            )
            if n
            else sql.SQL("t.{} = k.{}").format(sql.Identifier(column), sql.Identifier(f"k{n}"))
            for n, column in enumerate(target.key)
        ),
        "first_key": _text(keys[0]) if keys else sql.SQL("NULL"),
    }


def mark_repeated(conn: Connection, target: Target, import_id: int) -> int:
    """Rows whose key stands more than once in the file keep each other out; how many they are."""
    if not target.key:
        return 0
    return _execute(conn, _template("mark_repeated"), _parts(target), import_id=import_id)


def mark_known(conn: Connection, target: Target, import_id: int) -> int:
    """Find for every row the row of the register with its key; how many have one."""
    if not target.key:
        return 0
    return _execute(conn, _template("mark_known"), _parts(target), import_id=import_id)


def list_changed(
    conn: Connection,
    target: Target,
    import_id: int,
    fields: Sequence[str],
    *,
    with_place: bool,
    limit: int,
) -> list[int]:
    """Row numbers whose row of the register says something else, in order."""
    written = target.written(fields, with_place=with_place)
    if not target.key or not written:
        return []
    parts = _parts(target) | {"differs": _differs(written)}
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(
            sql.SQL(_template("list_changed")).format(**parts),
            {"import_id": import_id, "limit": limit},
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _differs(written: Mapping[str, str]) -> sql.Composable:
    return sql.SQL(" OR ").join(
        sql.SQL("t.{} IS DISTINCT FROM {}").format(sql.Identifier(column), _text(expression))
        for column, expression in written.items()
    )


def mark_unlinked(conn: Connection, target: Target, import_id: int) -> int:
    """Rows that need a row elsewhere which is not there are kept out; how many they are."""
    name = f"mark_unlinked_{target.kind}"
    if not (_FOLDER / f"{name}.sql").is_file():
        return 0
    return _run(conn, name, import_id=import_id).rowcount


def change_known(
    conn: Connection,
    target: Target,
    import_id: int,
    batch_id: int,
    fields: Sequence[str],
    *,
    with_place: bool,
    kept_for: int,
) -> int:
    """Write what the file says anew into known rows, after keeping what they said; how many."""
    written = target.written(fields, with_place=with_place)
    if not target.key or not written:
        return 0
    kept = sql.SQL(", ").join(
        sql.SQL("{}, t.{}::text").format(sql.Literal(column), sql.Identifier(column))
        for column in written
    )
    values = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), _text(expression))
        for column, expression in written.items()
    )
    parts = _parts(target) | {
        "differs": _differs(written), "kept": kept, "values": values,
        "table_name": sql.Literal(target.table),
    }  # fmt: skip
    _execute(
        conn, _template("keep_before"), parts, import_id=import_id, batch_id=batch_id,
        kept_for=kept_for,
    )  # fmt: skip
    return _execute(conn, _template("change_known"), parts, import_id=import_id)


def add_new(conn: Connection, target: Target, import_id: int, batch_id: int) -> int:
    """Insert the rows that nothing keeps out and the register does not know; how many."""
    if target.own is not None:
        return _run(conn, target.own, import_id=import_id, batch_id=batch_id).rowcount
    columns = dict(target.expressions)
    if target.geometry:
        columns["geom"] = target.geometry
    if target.scoped:
        columns |= _PLACE
    parts = _parts(target) | {
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "values": sql.SQL(", ").join(map(_text, columns.values())),
    }
    count = _execute(conn, _template("add_new"), parts, import_id=import_id, batch_id=batch_id)
    for name in target.after:
        _run(conn, name, import_id=import_id, batch_id=batch_id)
    return count


def add_leftovers(conn: Connection, import_id: int, batch_id: int, kept_for: int) -> int:
    """Keep the rows that a finding kept out; how many."""
    return _run(
        conn, "add_leftovers", import_id=import_id, batch_id=batch_id, kept_for=kept_for
    ).rowcount


def count_faults(conn: Connection, import_id: int) -> dict[str, int]:
    """Rows kept out by each kind of finding."""
    return {
        row["fault"]: row["row_count"]
        for row in rows(_run(conn, "count_faults", import_id=import_id))
    }


def list_fault_rows(conn: Connection, import_id: int, fault: str, limit: int) -> list[int]:
    """Numbers of the rows that a kind of finding keeps out, in order."""
    found = _run(conn, "list_fault_rows", import_id=import_id, fault=fault, limit=limit)
    return [int(row[0]) for row in found]


def list_dependents(conn: Connection, batch_id: int) -> list[dict[str, Any]]:
    """What hangs on rows of a batch: own_table, other_table, row_count."""
    return rows(_run(conn, "list_dependents", batch_id=batch_id))


def list_later_changes(conn: Connection, batch_id: int) -> list[dict[str, Any]]:
    """Later batches that changed the same rows: import_batch_id, row_count."""
    return rows(_run(conn, "list_later_changes", batch_id=batch_id))


def take_back(conn: Connection, tables: Sequence[str], batch_id: int) -> int:
    """Delete every row of a batch, the last table first; how many."""
    return sum(
        _execute(
            conn, "DELETE FROM {table} WHERE import_batch_id = %(batch_id)s",
            {"table": sql.Identifier(table)}, batch_id=batch_id,
        )
        for table in tables
    )  # fmt: skip


def forget_batch(conn: Connection, batch_id: int) -> None:
    """Remove what a batch that was taken back left out and kept."""
    _run(conn, "remove_leftovers", batch_id=batch_id)
    _run(conn, "remove_before", batch_id=batch_id)


def restore_before(conn: Connection, target: Target, batch_id: int) -> int:
    """Give changed rows back what they said before; how many."""
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_object_keys(before) FROM import_before"
            " WHERE import_batch_id = %(batch_id)s AND table_name = %(table)s",
            {"batch_id": batch_id, "table": target.table},
        )
        columns = sorted(str(row[0]) for row in cursor.fetchall())
    if not columns:
        return 0
    values = sql.SQL(", ").join(
        sql.SQL("{0} = (jsonb_populate_record(NULL::{1}, b.before)).{0}").format(
            sql.Identifier(column), sql.Identifier(target.table)
        )
        for column in columns
    )
    return _execute(
        conn, _template("restore_before"), _parts(target) | {"values": values},
        batch_id=batch_id, table_name=target.table,
    )  # fmt: skip
