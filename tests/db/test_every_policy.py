"""Every table that holds a key of place or personal data is shut, and every policy carries weight.

Nothing here names the policies.  Each table gets a row of the west and a row of the east, with all
constraints off; then it is looked at, written and deleted from as many kinds of people, once as it
is and once without each of its policies.  A policy that changes nothing for anybody is an error:
either it is idle, or nobody would notice its loss.  Policies of the owner, whose functions count
volunteers and blank notes, are left to the tests of those functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gis_api.audit.personal.retention import list_rules
from gis_api.db.engine import SYSTEM, Actor, Scope, set_actor
from tests.builders import Town, build_town
from tests.db.members.people import add_party
from tests.db.test_policies import _add_case

# Tables with a key of place that no policy guards, and why.
OPEN = {
    "cell_version": "borders and their names are work data for everybody signed in",
    "cell_shape": "the same borders, simplified",
    "claim_piece": "granted to readers of the whole place only; others see it through claim_tile",
    "event_outbox": "kind, cell and code only; the feed checks the scope as it sends",
}
# Tables whose policies the owner must pass: his functions read them, and he cannot sign in.
NOT_FORCED = {"party_group_leader", "service_offer", "audit_unsealed", "import_run"}
PERSONAL = ("name", "phone", "head_name", "body", "contact_name", "contact_phone", "address",
            "holder_name", "words", "note", "answer")  # fmt: skip

_TABLES = text("""
SELECT c.relname AS name, c.relrowsecurity AS shut, c.relforcerowsecurity AS forced,
       array_agg(a.attname::text) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.oid, c.relname ORDER BY c.relname
""")
_COLUMNS = text("""
SELECT a.attname::text AS name, t.typname::text AS type, t.typcategory::text AS category,
       a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS needed
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = CAST(:table AS regclass) AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
ORDER BY a.attnum
""")
_DUMMIES = {"B": "false", "D": "now()", "A": "'{}'", "T": "interval '1 day'"}
_BY_TYPE = {
    "jsonb": "'{}'", "uuid": "gen_random_uuid()",
    "daterange": "daterange(NULL, NULL)", "xid8": "pg_current_xact_id()",
    "datemultirange": "'{}'", "geometry": "NULL",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(admin_engine: Engine) -> dict[str, Any]:
    with admin_engine.begin() as conn:
        town = build_town(conn)
        party = add_party(conn, town)
        cases = {cell: _add_case(conn, town, cell) for cell in ("ws1", "en1")}
        conn.execute(
            text("INSERT INTO case_grant VALUES (:case, :officer, 'joint')"),
            {"case": cases["ws1"], "officer": town.officers["en", "grid_leader"]},
        )
        papers = {cell: _add_paper(conn, town, cell) for cell in ("ws1", "en1")}
    return {"town": town, "party": party, "cases": cases, "papers": papers}


def _add_paper(conn: Connection, town: Town, cell: str) -> tuple[int, int]:
    """A claim and a mark of a cell: what hangs on them is seen with them."""
    values = {"cell": town.cells[cell], "scope": town.scope_keys[cell]}
    claim_id = conn.execute(
        text("INSERT INTO claim (parcel_code, kind, cell_id, scope_key)"
             " VALUES ('P-policy', 'farmland', :cell, :scope) RETURNING claim_id"), values,
    ).scalar_one()  # fmt: skip
    marker_id = conn.execute(
        text("INSERT INTO marker (marker_number, cell_id, scope_key)"
             " VALUES ('B-policy', :cell, :scope) RETURNING marker_id"), values,
    ).scalar_one()  # fmt: skip
    return claim_id, marker_id


@pytest.fixture
def admin(admin_engine: Engine) -> Iterator[Connection]:
    with admin_engine.connect() as conn:
        transaction = conn.begin()
        yield conn
        transaction.rollback()


def tables(conn: Connection) -> list[Any]:
    return list(conn.execute(_TABLES).all())


def test_tables_with_a_key_or_personal_data_are_shut_and_forced(admin: Connection) -> None:
    ruled = {rule.table for rule in list_rules()}
    needs = {
        row.name: row
        for row in tables(admin)
        if {"scope_key", "access_key"} & set(row.columns)
        or row.name in ruled
        or (set(PERSONAL) & set(row.columns) and "case_id" in row.columns)
    }
    open_ones = {name for name, row in needs.items() if not row.shut}
    assert open_ones == set(OPEN)
    soft = {row.name for row in tables(admin) if row.shut and not row.forced}
    assert soft == NOT_FORCED


def people(town: Town, party: Any) -> dict[str, Actor]:
    west, east = (Scope.below(town.scope_keys[area]) for area in ("w", "e"))
    granted = town.officers["en", "grid_leader"]
    users = town.users
    return {
        "west": Actor(users["west"], "village_leader", west),
        "east": Actor(users["east"], "village_leader", east),
        "granted": Actor(1_000, "department_officer", Scope.nothing(), granted),
        "nobody": Actor(1_001, "visitor", Scope.nothing()),
        "whole": Actor(users["clerk"], "clerk", Scope.whole()),
        "administrator": Actor(users["admin"], "administrator", Scope.whole()),
        "administrator of the west": Actor(users["admin"], "administrator", west),
        "auditor": Actor(1_002, "auditor", Scope.whole()),
        "leader of a group": Actor(users["ls"], "party_leader", Scope.nothing()),
        "system": SYSTEM,
    }


def dummy(column: Any, side: int) -> str:
    """Some value of the type, another one for each side where a key may need it."""
    if column.type == "bytea":
        return f"decode(repeat('0{side}', 32), 'hex')"
    if column.type == "date":
        return f"today() - {side}"
    if column.type in _BY_TYPE:
        return _BY_TYPE[column.type]
    if column.category == "S":
        return f"'x{side}'"
    if column.category == "N":
        return str(7_000 + side if column.name.endswith("_id") else side + 1)
    return _DUMMIES.get(column.category, "'x'")


def fill(conn: Connection, table: str, world: dict[str, Any]) -> list[str]:
    """A row of the west and a row of the east; the columns that were filled."""
    town, party = world["town"], world["party"]
    found = conn.execute(_COLUMNS, {"table": f'"{table}"'}).all()
    conn.execute(text("SET LOCAL session_replication_role = replica"))
    for name in conn.execute(
        text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:t AS regclass)"
             " AND contype = 'c'"), {"t": f'"{table}"'},
    ).scalars().all():  # fmt: skip
        conn.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'))
    conn.execute(text(f'DELETE FROM "{table}"'))
    for column in found:
        if column.type == "geometry" and column.needed:
            conn.execute(text(f'ALTER TABLE "{table}" ALTER "{column.name}" DROP NOT NULL'))
    for side, (cell, user, group) in enumerate(
        (("ws1", "west", "west south"), ("en1", "east", "east"))
    ):
        known: dict[str, Any] = {
            "scope_key": town.scope_keys[cell], "access_key": town.scope_keys[cell],
            "case_id": world["cases"][cell], "cell_id": town.cells[cell],
            "post_id": town.posts[cell[:2], "grid_leader"],
            "party_group_id": party.groups[group], "user_id": town.users[user],
            "member_id": list(party.members.values())[0 if side == 0 else -1],
            "started_by": town.users[user], "kept_for": town.users[user],
            "requested_by": town.users[user], "made_by": town.users[user],
            "actor_id": town.users[user], "written_by": town.users[user],
            "claim_id": world["papers"][cell][0], "marker_id": world["papers"][cell][1],
        }  # fmt: skip
        values = {
            column.name: f":{column.name}" if column.name in known else dummy(column, side)
            for column in found
            if column.name in known or column.needed
        }
        names = ", ".join(f'"{name}"' for name in values)
        conn.execute(
            text(f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE'
                 f" VALUES ({', '.join(values.values())})"),
            {name: known[name] for name in values if name in known},
        )  # fmt: skip
    conn.execute(text("SET LOCAL session_replication_role = origin"))
    return [column.name for column in found]


Looks = dict[str, tuple[str, ...]]


def attempt(conn: Connection, statement: str) -> str:
    """How many rows, or why not; nothing stays."""
    savepoint = conn.begin_nested()
    try:
        result = conn.execute(text(statement))
        return str(result.scalar_one() if result.returns_rows else result.rowcount)
    except DBAPIError as error:
        return "policy" if "row-level security" in str(error.orig) else type(error.orig).__name__
    finally:
        savepoint.rollback()


def look(conn: Connection, table: str, columns: list[str], actor: Actor) -> tuple[str, ...]:
    """What one person can do with a table."""
    set_actor(conn, actor)
    column = columns[-1]
    names = ", ".join(f'"{name}"' for name in columns)
    olds = ", ".join(f'(old)."{name}"' for name in columns)
    insert = f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE SELECT {olds} FROM probe'
    seen = (
        attempt(conn, f'SELECT count(*) FROM "{table}"'),
        attempt(conn, f'UPDATE "{table}" SET "{column}" = "{column}"'),
        attempt(conn, f'DELETE FROM "{table}"'),
        attempt(conn, insert),
        # the whole-place policies show no other rows than the range does: they take its filter away
        plan_of(conn, table) if actor.scope.is_whole else "",
    )
    conn.execute(text("RESET ROLE"))
    return seen


def plan_of(conn: Connection, table: str) -> str:
    try:
        with conn.begin_nested():
            found = conn.execute(text(f'EXPLAIN (COSTS OFF) SELECT count(*) FROM "{table}"'))
            return "\n".join(found.scalars())
    except DBAPIError as error:
        return type(error.orig).__name__


def is_noticed(
    conn: Connection, table: str, columns: list[str], actors: dict[str, Actor], as_is: Looks
) -> bool:
    """Whether anybody can do more or less than before."""
    return any(look(conn, table, columns, actor) != as_is[name] for name, actor in actors.items())


def test_every_policy_of_every_table_carries_weight(
    admin: Connection, world: dict[str, Any]
) -> None:
    idle, wrong = [], []
    actors = people(world["town"], world["party"])
    for row in tables(admin):
        if not row.shut:
            continue
        savepoint = admin.begin_nested()
        columns = fill(admin, row.name, world)
        admin.execute(
            text(f'CREATE TEMP TABLE probe AS SELECT t AS old FROM "{row.name}" t LIMIT 1')
        )
        admin.execute(text("GRANT SELECT ON probe TO PUBLIC"))
        as_is = {n: look(admin, row.name, columns, actor) for n, actor in actors.items()}
        if {"scope_key", "access_key"} & set(row.columns) and row.name not in {
            "member",
            "import_row",
        }:
            rows = {name: as_is[name][0] for name in ("west", "east", "nobody", "whole")}
            if rows != {"west": "1", "east": "1", "nobody": "0", "whole": "2"}:
                wrong.append((row.name, rows))
        policies = admin.execute(
            text("SELECT policyname FROM pg_policies WHERE tablename = :t"
                 " AND NOT 'wangge_owner' = ANY (roles)"), {"t": row.name},
        ).scalars().all()  # fmt: skip
        for policy in policies:
            dropped = admin.begin_nested()
            admin.execute(text(f'DROP POLICY "{policy}" ON "{row.name}"'))
            if not is_noticed(admin, row.name, columns, actors, as_is):
                idle.append((row.name, policy))
            dropped.rollback()
        switched = admin.begin_nested()
        admin.execute(text(f'ALTER TABLE "{row.name}" DISABLE ROW LEVEL SECURITY'))
        if not is_noticed(admin, row.name, columns, actors, as_is):
            idle.append((row.name, "row-level security"))
        switched.rollback()
        savepoint.rollback()
    assert wrong == []
    assert idle == [], idle
