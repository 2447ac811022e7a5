"""The demo town has members to find, a leader to find them, and micro grids to form groups of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gis_api.access.store import get_user_actor
from gis_api.actions.form_groups import propose_groups
from gis_api.actions.load_demo import LoadedDemo, load_demo
from gis_api.actions.members_read import MemberFilter, read_groups, search_members
from gis_api.actions.service_requests import find_helpers, read_requests
from gis_api.db.engine import SYSTEM, begin
from layers.demo.generate import generate
from layers.demo.places import get_place


@pytest.fixture(scope="module")
def demo(admin_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> LoadedDemo:
    place = get_place("narisong")
    var_dir = tmp_path_factory.mktemp("var")
    return load_demo(
        admin_engine, generate(place), village_rank=place.village_rank, var_dir=Path(var_dir)
    )


def test_leader_of_the_demo_finds_the_own_members_and_requests(
    engine: Engine, demo: LoadedDemo
) -> None:
    (account,) = [one for one in demo.sign_ins if one.role == "party_leader"]
    with begin(engine, SYSTEM) as conn:
        leader = get_user_actor(conn, account.login)
    (group,) = read_groups(engine, leader)
    found = search_members(engine, leader, MemberFilter(), 500)
    assert group["name"] == account.area_zh
    assert found.total == group["members"] < demo.counts["member"]
    assert all(row["phone"].startswith("198-9") for row in found.rows)
    requests = read_requests(engine, leader, state=None, after=None, limit=100)
    assert len(requests) == 5
    helpers = find_helpers(engine, leader, requests[0]["service_request_id"])
    assert helpers.groups
    assert {row["party_group_id"] for row in helpers.members} == {group["party_group_id"]}


def test_skills_and_duty_lists_are_only_where_they_may_be(
    admin_engine: Engine, demo: LoadedDemo
) -> None:
    with admin_engine.connect() as conn:
        wrong = conn.execute(
            text("SELECT count(*) FROM member WHERE NOT volunteers AND skills <> '{}'")
        ).scalar_one()
        contacts = conn.execute(text("SELECT count(*) FROM member_household")).scalar_one()
        own = conn.execute(
            text(
                "SELECT count(*) FROM member_household d JOIN member m USING (member_id)"
                " WHERE d.household_id = m.household_id"
            )
        ).scalar_one()
    assert (wrong, own) == (0, 0)
    assert contacts > demo.counts["member"]


@pytest.mark.parametrize("keep", [False, True])
def test_212_micro_grids_become_67_groups_none_empty_each_of_three_members(
    engine: Engine, admin_engine: Engine, demo: LoadedDemo, keep: bool
) -> None:
    formed = propose_groups(
        engine, SYSTEM, 67, seed=1, keep=keep, min_members=3, from_on=None, commit=not keep
    )
    plan = formed.comparison.plan
    assert (plan.groups, plan.small, plan.apart) == (67, 0, 0)
    with admin_engine.connect() as conn:
        rows = conn.execute(text("SELECT party_group_id FROM party_group_cell")).scalars().all()
        members = conn.execute(text("SELECT party_group_id FROM member")).scalars().all()
    assert len(rows) == 212
    assert len(Counter(rows)) == 67
    assert min(Counter(members).values()) >= 3
    assert set(members) <= set(rows)
