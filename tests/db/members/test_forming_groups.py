"""A plan of groups is kept, takes effect on its day as a whole, and refuses to if it is stale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from gis_api.actions.form_groups import FormedGroups, apply_due_plans, propose_groups
from gis_api.db.cluster_databases import ServerAddress
from gis_api.db.engine import SYSTEM, make_engine
from gis_api.members.forming.store import get_today
from grid_boundaries.errors import Conflict, InvalidInput
from tests.builders import build_town
from tests.db.members.people import PartyTown, add_party


@pytest.fixture
def admin(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    made = create_engine(server.admin_url(fresh_database_name))
    yield made
    made.dispose()


@pytest.fixture
def service(server: ServerAddress, fresh_database_name: str) -> Iterator[Engine]:
    made = make_engine(server.app_url(fresh_database_name), pool_size=1)
    yield made
    made.dispose()


@pytest.fixture
def party(admin: Engine) -> PartyTown:
    with admin.begin() as conn:
        return add_party(conn, build_town(conn))


def form(
    engine: Engine, groups: int, *, commit: bool = True, days: int = 0, keep: bool = False
) -> FormedGroups:
    with engine.connect() as conn:
        today = get_today(conn)
    return propose_groups(
        engine, SYSTEM, groups, seed=1, keep=keep, min_members=1,
        from_on=today + timedelta(days=days), commit=commit,
    )  # fmt: skip


def groups_of_cells(conn: Connection, party: PartyTown) -> dict[str, int]:
    rows = conn.execute(text("SELECT cell_id, party_group_id FROM party_group_cell"))
    names = {cell_id: name for name, cell_id in party.town.cells.items()}
    return {names[row.cell_id]: row.party_group_id for row in rows}


def groups_of_members(conn: Connection) -> dict[str, int]:
    rows = conn.execute(text("SELECT name, party_group_id FROM member"))
    return {row.name: row.party_group_id for row in rows}


def test_dry_run_writes_nothing(service: Engine, admin: Engine, party: PartyTown) -> None:
    with admin.connect() as conn:
        before = groups_of_cells(conn, party)
    formed = form(service, 4, commit=False)
    assert (formed.plan_id, formed.moved_members) == (None, None)
    with admin.connect() as conn:
        assert groups_of_cells(conn, party) == before
        assert conn.execute(text("SELECT count(*) FROM party_group_plan")).scalar_one() == 0


def test_plan_of_today_moves_grids_and_the_members_who_live_there(
    service: Engine, admin: Engine, party: PartyTown
) -> None:
    formed = form(service, 8)
    assert formed.comparison.new == 5
    with admin.connect() as conn:
        cells, members = groups_of_cells(conn, party), groups_of_members(conn)
        assert len(set(cells.values())) == 8
        assert members["曾小芳"] == members["单国强"] == cells["ws1"]
        assert members["李建国"] == members["王丽"] == cells["wn1"]
        assert members["赵一鸣"] == cells["es1"]
        # lives elsewhere: stays in the group, which goes on
        assert members["张伟"] == party.groups["west south"]
        branches = conn.execute(
            text(
                "SELECT c.cell_id, v.scope_key, g.village_cell_id FROM party_group_cell c"
                " JOIN party_group g USING (party_group_id) JOIN cell_version v USING (cell_id)"
            )
        ).all()
        villages = {party.town.cells[v]: party.town.scope_keys[v] for v in ("w", "e")}
        assert all(row.scope_key.startswith(villages[row.village_cell_id]) for row in branches)


def test_ended_group_hands_its_members_on(service: Engine, admin: Engine, party: PartyTown) -> None:
    form(service, 2)
    with admin.connect() as conn:
        members = groups_of_members(conn)
        assert len(set(groups_of_cells(conn, party).values())) == 2
        west = {members[name] for name in ("曾小芳", "单国强", "张伟", "李建国", "王丽")}
        assert len(west) == 1
        ended = conn.execute(
            text("SELECT party_group_id FROM party_group WHERE ended_on IS NOT NULL")
        ).scalars()
        assert set(ended).isdisjoint(set(members.values()))


def test_plan_of_a_later_day_waits_for_it_and_is_applied_once(
    service: Engine, admin: Engine, party: PartyTown
) -> None:
    with admin.connect() as conn:
        before = groups_of_cells(conn, party)
    formed = form(service, 4, days=3)
    assert (formed.plan_id is None, formed.moved_members) == (False, None)
    assert apply_due_plans(service, SYSTEM) == 0
    with admin.begin() as conn:
        assert groups_of_cells(conn, party) == before
        conn.execute(text("UPDATE party_group_plan SET from_on = today()"))
    assert apply_due_plans(service, SYSTEM) == 1
    assert apply_due_plans(service, SYSTEM) == 0
    with admin.connect() as conn:
        assert len(set(groups_of_cells(conn, party).values())) == 4


def test_stale_plan_changes_nothing(service: Engine, admin: Engine, party: PartyTown) -> None:
    form(service, 4, days=3)
    with admin.begin() as conn:
        conn.execute(text("UPDATE party_group_plan SET from_on = today()"))
        conn.execute(
            text("UPDATE party_group_cell SET party_group_id = :g WHERE cell_id = :c"),
            {"g": party.groups["west north"], "c": party.town.cells["ws2"]},
        )
        before = groups_of_cells(conn, party)
    with pytest.raises(Conflict) as refused:
        apply_due_plans(service, SYSTEM)
    assert refused.value.code == "forming.stale"
    with admin.connect() as conn:
        assert groups_of_cells(conn, party) == before


def test_locked_group_keeps_its_grids(service: Engine, admin: Engine, party: PartyTown) -> None:
    with admin.begin() as conn:
        conn.execute(
            text("UPDATE party_group SET is_locked = true WHERE party_group_id = :g"),
            {"g": party.groups["west south"]},
        )
    form(service, 5)
    with admin.connect() as conn:
        cells = groups_of_cells(conn, party)
    locked = {cell for cell, group in cells.items() if group == party.groups["west south"]}
    assert locked == {"ws1", "ws2"}


def test_keeping_today_changes_nothing_that_need_not(
    service: Engine, admin: Engine, party: PartyTown
) -> None:
    formed = form(service, 3, keep=True)
    told = formed.comparison
    assert (told.unchanged, told.moved_cells, formed.moved_members) == (3, 0, 0)


def test_past_day_and_impossible_number_are_refused(service: Engine, party: PartyTown) -> None:
    with pytest.raises(InvalidInput) as refused:
        form(service, 4, days=-1)
    assert refused.value.code == "forming.from_in_past"
    with pytest.raises(InvalidInput) as refused:
        form(service, 9)
    assert refused.value.params == {"groups": 9, "low": 2, "high": 8}
