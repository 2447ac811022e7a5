"""Keys, links and outside identities are seen by the door and by administrators, by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from gis_api.access.permissions import read_permissions
from gis_api.db.engine import SYSTEM, Actor, Scope, set_actor
from tests.builders import Town, build_town

TABLES = ("api_token", "invitation", "oidc_flow", "oidc_identity")
KEEPERS = {"administrator", "system"}


@pytest.fixture(scope="module")
def town(admin_engine: Engine) -> Town:
    with admin_engine.begin() as conn:
        made = build_town(conn)
        of = {"user": made.users["clerk"]}
        for statement in (
            "INSERT INTO api_token (token_hash, user_id, name, verbs, created_by, expires_at)"
            " VALUES (sha256('a'), :user, 'x', ARRAY['case.read'], 0, now() + interval '1 day')",
            "INSERT INTO invitation (token_hash, user_id, created_by, expires_at)"
            " VALUES (sha256('b'), :user, 0, now() + interval '1 day')",
            "INSERT INTO oidc_identity (issuer, subject, user_id) VALUES ('i', 's', :user)",
        ):
            conn.execute(text(statement), of)
        conn.execute(text("INSERT INTO oidc_flow VALUES (sha256('c'), 'n', 'v')"))
    return made


@pytest.fixture
def as_service(admin_engine: Engine, town: Town) -> Iterator[Connection]:
    with admin_engine.connect() as conn:
        transaction = conn.begin()
        yield conn
        transaction.rollback()


def seen(conn: Connection, actor: Actor, table: str) -> int:
    set_actor(conn, actor)
    count = int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    conn.execute(text("RESET ROLE"))
    return count


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_seen_by_keepers_only(as_service: Connection, town: Town, table: str) -> None:
    for role in (*read_permissions().roles, "system", "no_such_role"):
        for scope in (Scope.whole(), Scope.below(town.scope_keys["w"]), Scope.nothing()):
            expected = 1 if role in KEEPERS else 0
            assert seen(as_service, Actor(7, role, scope), table) == expected, (role, scope)


@pytest.mark.parametrize("table", TABLES)
def test_without_its_policy_nobody_sees_a_row(as_service: Connection, table: str) -> None:
    as_service.execute(text(f"DROP POLICY {table}_keepers ON {table}"))
    assert seen(as_service, SYSTEM, table) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE api_token SET token_hash = sha256('z')",
        "UPDATE api_token SET verbs = ARRAY['audit.read']",
        "UPDATE api_token SET user_id = user_id",
        "UPDATE api_token SET expires_at = now() + interval '300 days'",
        "DELETE FROM api_token",
        "UPDATE invitation SET user_id = user_id",
        "DELETE FROM invitation",
        "UPDATE oidc_identity SET subject = 'other'",
        "UPDATE post_handover SET to_officer_id = from_officer_id",
        "UPDATE shift_note SET body = 'other'",
        "DELETE FROM shift_note",
    ],
)
def test_service_cannot_widen_a_key_or_rewrite_what_was_said(
    as_service: Connection, statement: str
) -> None:
    set_actor(as_service, SYSTEM)
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_service.execute(text(statement))


@pytest.mark.parametrize("life", ["367 days", "-1 second", "0 seconds"])
def test_database_refuses_a_token_of_more_than_a_year_or_none(
    as_service: Connection, town: Town, life: str
) -> None:
    set_actor(as_service, SYSTEM)
    with pytest.raises(Exception, match="api_token_check"):
        as_service.execute(
            text(
                "INSERT INTO api_token (token_hash, user_id, name, verbs, created_by, expires_at)"
                f" VALUES (sha256('y'), :user, 'x', ARRAY['case.read'], 0, now() + '{life}')"
            ),
            {"user": town.users["clerk"]},
        )
