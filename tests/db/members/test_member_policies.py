"""Who sees which members, asked of the database itself, role by role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from gis_api.db import migrate
from gis_api.db.engine import Actor, Scope, begin
from tests.builders import build_town
from tests.db.members.people import MEMBERS, PartyTown, add_party

NON_PARTY_ROLES = (
    "administrator", "centre", "clerk", "investigator", "planner", "publisher", "village_leader",
    "grid_worker", "cluster_leader", "department_officer", "work_group_member", "auditor",
    "visitor",
)  # fmt: skip


@pytest.fixture(scope="module")
def party(admin_engine: Engine) -> PartyTown:
    with admin_engine.begin() as conn:
        return add_party(conn, build_town(conn))


def _leader(party: PartyTown, login: str) -> Actor:
    return Actor(party.town.users[login], "party_leader", Scope.nothing())


def _names(conn: Connection) -> set[str]:
    return set(conn.execute(text("SELECT name FROM member")).scalars())


def _of(group: str) -> set[str]:
    return {row[0] for row in MEMBERS if row[1] == group}


def test_leader_sees_the_own_group_and_no_other(engine: Engine, party: PartyTown) -> None:
    with begin(engine, _leader(party, "ls")) as conn:
        assert _names(conn) == _of("west south")
    with begin(engine, _leader(party, "le")) as conn:
        assert _names(conn) == _of("east")


@pytest.mark.parametrize("role", NON_PARTY_ROLES)
def test_other_roles_see_no_member_even_of_the_whole_place_or_with_a_grant(
    engine: Engine, party: PartyTown, role: str
) -> None:
    for scope in (Scope.whole(), Scope.below(party.town.scope_keys["w"]), Scope.nothing()):
        with begin(engine, Actor(party.town.users["ls"], role, scope)) as conn:
            assert _names(conn) == set()
            found = conn.execute(
                text("SELECT * FROM contact_households(:m)"), {"m": party.members["曾小芳"]}
            )
            assert found.all() == []
            homes = text("SELECT * FROM group_households(:g)")
            assert conn.execute(homes, {"g": party.groups["west south"]}).all() == []


def test_grant_of_another_time_shows_nothing(admin_conn: Connection, party: PartyTown) -> None:
    admin_conn.execute(
        text(
            "UPDATE party_group_leader SET valid = daterange(NULL, today()) WHERE user_id = :user"
        ),
        {"user": party.town.users["ls"]},
    )
    _act_as(admin_conn, _leader(party, "ls"))
    assert _names(admin_conn) == set()


def test_leader_cannot_move_a_member_into_a_group_of_somebody_else(
    engine: Engine, party: PartyTown
) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        begin(engine, _leader(party, "ls")) as conn,
    ):
        conn.execute(
            text("UPDATE member SET party_group_id = :group"), {"group": party.groups["east"]}
        )


def test_leader_cannot_grant_a_group_to_anybody(engine: Engine, party: PartyTown) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        begin(engine, _leader(party, "ls")) as conn,
    ):
        conn.execute(
            text("INSERT INTO party_group_leader VALUES (:user, :group)"),
            {"user": party.town.users["ls"], "group": party.groups["east"]},
        )


def test_duty_list_shows_households_of_own_members_only(engine: Engine, party: PartyTown) -> None:
    member, household = party.members["曾小芳"], party.town.households["ws2a"]
    with begin(engine, _leader(party, "ls")) as conn:
        conn.execute(
            text("INSERT INTO member_household (member_id, household_id) VALUES (:m, :h)"),
            {"m": member, "h": household},
        )
    asked = text("SELECT household_id FROM contact_households(:m)")
    with begin(engine, _leader(party, "ls")) as conn:
        assert conn.execute(asked, {"m": member}).scalars().all() == [household]
    with begin(engine, _leader(party, "le")) as conn:
        assert conn.execute(asked, {"m": member}).scalars().all() == []
        assert conn.execute(text("SELECT count(*) FROM member_household")).scalar_one() == 0


def test_helpers_of_other_groups_are_counted_without_a_name(
    engine: Engine, party: PartyTown
) -> None:
    with begin(engine, _leader(party, "le")) as conn:
        found = conn.execute(
            text("SELECT * FROM volunteer_counts(:groups, 'repair')"),
            {"groups": [party.groups["west south"]]},
        ).all()
    assert [tuple(row) for row in found] == [(party.groups["west south"], 2, 1, 0)]


def test_skills_need_the_consent_of_the_member(admin_conn: Connection, party: PartyTown) -> None:
    with pytest.raises(Exception, match="member_skills_by_consent"):
        admin_conn.execute(
            text("UPDATE member SET skills = '{care}' WHERE member_id = :m"),
            {"m": party.members["王丽"]},
        )


@pytest.mark.parametrize("policy", ["member_granted", "member_counted"])
def test_each_policy_on_members_is_needed(
    admin_conn: Connection, party: PartyTown, policy: str
) -> None:
    admin_conn.execute(text(f"DROP POLICY {policy} ON member"))
    _act_as(admin_conn, _leader(party, "ls"))
    counted = admin_conn.execute(
        text("SELECT coalesce(sum(volunteers), 0) FROM volunteer_counts(:groups, 'repair')"),
        {"groups": [party.groups["east"]]},
    ).scalar_one()
    assert (_names(admin_conn) == _of("west south"), counted == 1) == {
        "member_granted": (False, True),
        "member_counted": (True, False),
    }[policy]


@pytest.fixture
def asked(admin_engine: Engine, party: PartyTown) -> Iterator[None]:
    """One request in ws1 that nobody was asked for, and one in wn1 that the east was.

    Ask for it before ``admin_conn``, whose locks must be gone when this is cleaned up.
    """
    with admin_engine.begin() as conn:
        for cell in ("ws1", "wn1"):
            conn.execute(
                text(
                    "INSERT INTO service_request (kind, text, cell_id, scope_key, registered_by)"
                    " VALUES ('care', '合成数据', :cell, :scope, 0)"
                ),
                {"cell": party.town.cells[cell], "scope": party.town.scope_keys[cell]},
            )
        conn.execute(
            text(
                "INSERT INTO service_offer (service_request_id, party_group_id, state)"
                " SELECT max(service_request_id), :east, 'offered' FROM service_request"
            ),
            {"east": party.groups["east"]},
        )
    yield
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM service_offer"))
        conn.execute(text("DELETE FROM service_request"))


def _cells_asked(conn: Connection, party: PartyTown) -> set[str]:
    names = {cell: name for name, cell in party.town.cells.items()}
    return {names[c] for c in conn.execute(text("SELECT cell_id FROM service_request")).scalars()}


def test_requests_are_seen_by_area_by_group_and_by_being_asked(
    engine: Engine, party: PartyTown, asked: None
) -> None:
    town = party.town
    clerk = Actor(town.users["clerk"], "clerk", Scope.whole())
    worker = Actor(town.users["worker"], "grid_worker", Scope.below(town.scope_keys["ws1"]))
    east = Actor(town.users["east"], "village_leader", Scope.below(town.scope_keys["e"]))
    for actor, cells in (
        (clerk, {"ws1", "wn1"}),
        (worker, {"ws1"}),
        (east, set()),
        (_leader(party, "ls"), {"ws1"}),
        (_leader(party, "le"), {"wn1"}),
    ):
        with begin(engine, actor) as conn:
            assert _cells_asked(conn, party) == cells
            offers = conn.execute(text("SELECT count(*) FROM service_offer")).scalar_one()
            assert offers == ("wn1" in cells)


@pytest.mark.parametrize(
    ("table", "policy"),
    [
        ("service_request", "service_request_scope"),
        ("service_request", "service_request_granted"),
        ("service_offer", "service_offer_of_request"),
        ("member_household", "member_household_of_member"),
        ("party_group_leader", "party_group_leader_own"),
    ],
)
def test_each_policy_is_needed(
    asked: None, admin_conn: Connection, party: PartyTown, table: str, policy: str
) -> None:
    admin_conn.execute(
        text("INSERT INTO member_household (member_id, household_id) VALUES (:m, :h)"),
        {"m": party.members["赵一鸣"], "h": party.town.households["es2a"]},
    )

    def look() -> list[int]:
        seen = []
        clerk = Actor(party.town.users["clerk"], "clerk", Scope.whole())
        for actor in (clerk, _leader(party, "le")):
            _act_as(admin_conn, actor)
            seen.append(admin_conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
            admin_conn.execute(text("RESET ROLE"))
        return seen

    before = look()
    admin_conn.execute(text(f"DROP POLICY {policy} ON {table}"))
    assert look() != before


def test_schema_goes_down_and_up_again(admin_url_of_fresh: str) -> None:
    migrate.downgrade(admin_url_of_fresh, "0009_audit_privacy")
    migrate.upgrade(admin_url_of_fresh)


@pytest.fixture
def admin_url_of_fresh(server: object, fresh_database_name: str) -> str:
    return str(server.admin_url(fresh_database_name))  # type: ignore[attr-defined]


def _act_as(conn: Connection, actor: Actor) -> None:
    """Become the application for the rest of this transaction."""
    from gis_api.db.engine import set_actor

    set_actor(conn, actor)
