"""A leader finds, calls and changes the members of the own group; nobody else sees them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions.members_grants import grant_groups, revoke_groups
from gis_api.db.engine import SYSTEM
from grid_boundaries.errors import InvalidInput
from tests.builders import Town
from tests.db.members.people import PartyTown, add_party

MARKER = "曾小芳"


@pytest.fixture(scope="module")
def party(admin_engine: Engine, town: Town) -> PartyTown:
    with admin_engine.begin() as conn:
        return add_party(conn, town)


@pytest.fixture
def leader(party: PartyTown, sign_in: Any) -> TestClient:
    return sign_in("ls")


@pytest.fixture
def other_leader(party: PartyTown, sign_in: Any) -> TestClient:
    return sign_in("le")


def names(client: TestClient, **search: Any) -> list[str]:
    answer = client.post("/api/members/search", json=search)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


def test_leader_finds_by_initials_pinyin_name_and_micro_grid(
    leader: TestClient, town: Town
) -> None:
    assert names(leader, q="zxf") == ["曾小芳"]
    assert names(leader, q="shan") == ["单国强"]
    assert names(leader, q="张") == ["张伟"]
    assert names(leader, q="测试ws1") == names(leader, q=town.codes["ws1"]) == ["曾小芳", "单国强"]
    assert names(leader, cell_code=town.codes["ws1"]) == ["曾小芳", "单国强"]
    assert names(leader, without_place=True) == ["张伟"]
    assert names(leader, q="ljg") == []


def test_groups_tell_members_per_micro_grid_and_grids_without_one(
    leader: TestClient, town: Town
) -> None:
    (group,) = leader.get("/api/party-groups").json()["items"]
    assert (group["members"], group["without_place"], group["volunteers"]) == (3, 1, 2)
    assert [(cell["code"], cell["members"]) for cell in group["cells"]] == [
        (town.codes["ws1"], 2),
        (town.codes["ws2"], 0),
    ]
    assert "曾" not in leader.get("/api/party-groups").text


def test_member_of_another_group_answers_like_a_missing_one(
    other_leader: TestClient, party: PartyTown
) -> None:
    foreign = other_leader.get(f"/api/members/{party.members[MARKER]}")
    missing = other_leader.get("/api/members/999999999")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()
    change = {"rev": 0, "duty": "deputy"}
    assert (
        other_leader.patch(f"/api/members/{party.members[MARKER]}", json=change).status_code == 404
    )


@pytest.mark.parametrize("login", ["clerk", "admin", "west", "worker"])
def test_other_roles_are_refused_everywhere(sign_in: Any, login: str, party: PartyTown) -> None:
    client = sign_in(login)
    member = party.members[MARKER]
    answers = [
        client.get("/api/party-groups"),
        client.post("/api/members/search", json={}),
        client.get(f"/api/members/{member}"),
        client.patch(f"/api/members/{member}", json={"rev": 0}),
        client.put(f"/api/members/{member}/contact-households", json={"household_ids": []}),
        client.get(f"/api/party-groups/{party.groups['west south']}/households"),
        client.post("/api/members/roster-diff", files={"file": b""}),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert all(MARKER not in answer.text for answer in answers)


def test_revoked_leader_sees_nobody_at_once(engine: Engine, sign_in: Any, party: PartyTown) -> None:
    client = sign_in("le")
    assert names(client) == ["赵一鸣"]
    revoke_groups(engine, SYSTEM, "le", None, commit=True)
    assert names(client) == []
    assert grant_groups(engine, SYSTEM, "le", "合成east党小组", commit=True) == 1
    assert names(client) == ["赵一鸣"]


def test_only_a_party_leader_can_be_granted_a_group(engine: Engine, party: PartyTown) -> None:
    with pytest.raises(InvalidInput) as refused:
        grant_groups(engine, SYSTEM, "clerk", None, commit=True)
    assert refused.value.code == "member.not_a_leader"


def test_change_needs_the_revision_and_the_consent(leader: TestClient, party: PartyTown) -> None:
    url = f"/api/members/{party.members['单国强']}"
    rev = leader.get(url).json()["rev"]
    refused = leader.patch(url, json={"rev": rev, "skills": ["care"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "member.not_volunteer")
    changed = leader.patch(
        url, json={"rev": rev, "volunteers": True, "skills": ["care"], "home_branch": "矿务局支部"}
    ).json()
    assert (changed["skills"], changed["home_branch"]) == (["care"], "矿务局支部")
    stale = leader.patch(url, json={"rev": rev, "volunteers": False})
    assert (stale.status_code, stale.json()["code"]) == (409, "member.stale")
    back = leader.patch(url, json={"rev": changed["rev"], "volunteers": False}).json()
    assert back["skills"] == []


def test_home_of_a_member_is_in_the_own_micro_grids(
    leader: TestClient, party: PartyTown, town: Town
) -> None:
    url = f"/api/members/{party.members['张伟']}"
    rev = leader.get(url).json()["rev"]
    refused = leader.patch(url, json={"rev": rev, "household_id": town.households["es1a"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "member.household_unknown")
    moved = leader.patch(url, json={"rev": rev, "household_id": town.households["ws2b"]}).json()
    assert moved["cell"]["code"] == town.codes["ws2"]
    away = leader.patch(url, json={"rev": moved["rev"], "household_id": None}).json()
    assert (away["cell"], away["lives_elsewhere"]) == (None, True)


def test_duty_list_of_contact_households(leader: TestClient, party: PartyTown, town: Town) -> None:
    group = party.groups["west south"]
    offered = leader.get(
        f"/api/party-groups/{group}/households", params={"cell": town.codes["ws2"]}
    ).json()["items"]
    assert {row["household_id"] for row in offered} == {
        town.households["ws2a"], town.households["ws2b"],
    }  # fmt: skip
    url = f"/api/members/{party.members[MARKER]}"
    wanted = [row["household_id"] for row in offered]
    set_to = leader.put(f"{url}/contact-households", json={"household_ids": wanted})
    assert set_to.status_code == 204
    listed = leader.get(url).json()["contact_households"]
    assert [row["household_id"] for row in listed] == wanted
    assert "phone" not in listed[0]
    foreign = {"household_ids": [town.households["es1a"]]}
    refused = leader.put(f"{url}/contact-households", json=foreign)
    assert refused.status_code == 422
    assert leader.get(f"/api/party-groups/{party.groups['east']}/households").status_code == 404


def test_reads_are_logged_by_number_without_a_name(
    leader: TestClient, admin_engine: Engine, party: PartyTown
) -> None:
    names(leader, q="zxf")
    with admin_engine.connect() as conn:
        row = conn.execute(
            text("SELECT * FROM audit WHERE act = 'members.search' ORDER BY audit_id DESC LIMIT 1")
        ).mappings().one()  # fmt: skip
        every = conn.execute(text("SELECT a::text FROM audit a")).scalars().all()
    assert (row["actor_id"], row["row_count"]) == (party.town.users["ls"], 1)
    assert not any(MARKER in line or "zxf" in line for line in every)


def test_marker_name_is_in_no_log_line(
    leader: TestClient, party: PartyTown, capfd: pytest.CaptureFixture[str]
) -> None:
    leader.post("/api/members/search", json={"q": MARKER})
    leader.post("/api/members/search", json={"q": MARKER, "limit": 0})
    leader.get(f"/api/members/{party.members[MARKER]}")
    told = capfd.readouterr()
    assert MARKER not in told.out + told.err
    assert MARKER not in leader.get("/metrics").text


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(("姓名", "党小组", "电话", "职务", "身份证号"))
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


GROUP = "合成west south党小组"


@pytest.fixture
def restored(admin_engine: Engine, party: PartyTown) -> Iterator[None]:
    """Put the western roster back as it was."""
    yield
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM member WHERE NOT member_id = ANY (:kept)"),
                     {"kept": list(party.members.values())})  # fmt: skip
        conn.execute(text("UPDATE member SET left_on = NULL"))


def test_roster_is_applied_only_when_confirmed(
    leader: TestClient, other_leader: TestClient, party: PartyTown, restored: None
) -> None:
    file = workbook(
        ("曾小芳", GROUP, "13911111111", "组长", "15"), ("单国强", GROUP, None, None, None),
        ("新来的", GROUP, "13922222222", None, None), ("外组的", "别的党小组", None, None, None),
    )  # fmt: skip
    told = leader.post("/api/members/roster-diff", files={"file": file}).json()
    assert [row["name"] for row in told["added"]] == ["新来的"]
    assert [row["name"] for row in told["removed"]] == ["张伟"]
    assert {(row["name"], row["field"]) for row in told["changed"]} == {
        ("曾小芳", "phone"), ("曾小芳", "duty"),
    }  # fmt: skip
    assert (told["foreign_rows"], told["unread_columns"], told["can_confirm"]) == (1, 1, True)
    assert names(leader, q="新来") == []

    wrong = leader.post(
        "/api/members/roster-diff/confirm", files={"file": file}, data={"digest": "0" * 64}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (409, "roster.changed_meanwhile")
    done = leader.post(
        "/api/members/roster-diff/confirm", files={"file": file}, data={"digest": told["digest"]}
    )
    assert done.status_code == 200, done.text
    assert names(leader) == ["曾小芳", "单国强", "新来的"]
    assert names(other_leader) == ["赵一鸣"]
    again = leader.post("/api/members/roster-diff", files={"file": file}).json()
    assert (again["added"], again["removed"], again["changed"]) == ([], [], [])
    twice = leader.post(
        "/api/members/roster-diff/confirm", files={"file": file}, data={"digest": told["digest"]}
    )
    assert twice.status_code == 409


def test_roster_with_a_fault_names_the_cell_and_cannot_be_confirmed(leader: TestClient) -> None:
    file = workbook(("曾小芳", GROUP, "见备注", None, None))
    told = leader.post("/api/members/roster-diff", files={"file": file}).json()
    (fault,) = told["faults"]
    assert (fault["where"]["row"], fault["where"]["column"]) == (2, "C")
    assert "C2" in fault["detail"]["zh"]
    refused = leader.post(
        "/api/members/roster-diff/confirm", files={"file": file}, data={"digest": told["digest"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "roster.has_faults")


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"PK\x03\x04"])
def test_roster_that_is_no_workbook_is_a_422(leader: TestClient, content: bytes) -> None:
    answer = leader.post("/api/members/roster-diff", files={"file": content})
    assert (answer.status_code, answer.json()["code"]) == (422, "roster.not_xlsx")


def test_page_holds_no_person_and_is_closed_to_scripts_from_elsewhere(
    client: TestClient, party: PartyTown
) -> None:
    page = client.get("/members")
    assert page.status_code == 200
    assert "合成数据" in page.text
    assert not any(name in page.text for name in party.members)
    assert "<script>" not in page.text


def test_no_route_takes_a_name_in_its_address(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    ours = {p: ops for p, ops in paths.items() if "/members" in p or "/service-requests" in p}
    parameters = {
        parameter["name"]
        for operations in ours.values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
    }
    assert parameters <= {"member_id", "code", "state", "after", "limit", "from", "to"}, json.dumps(
        sorted(parameters)
    )
