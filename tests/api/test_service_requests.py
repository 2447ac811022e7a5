"""群众点单—派单—接单: asked at a place, taken by a volunteer, counted for the group."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.builders import Town
from tests.db.members.people import PartyTown, add_party, grant


@pytest.fixture(scope="module")
def party(admin_engine: Engine, town: Town) -> PartyTown:
    with admin_engine.begin() as conn:
        party = add_party(conn, town)
        grant(conn, town.users["ls"], party.groups["west north"])
        return party


@pytest.fixture
def leader(party: PartyTown, sign_in: Any) -> TestClient:
    """Leads both western groups."""
    return sign_in("ls")


@pytest.fixture
def east(party: PartyTown, sign_in: Any) -> TestClient:
    return sign_in("le")


def file_request(client: TestClient, town: Town, cell: str, **more: Any) -> dict[str, Any]:
    lng, lat = town.centre_of(cell)
    body = {"kind": "repair", "text": "水管漏水（合成数据）", "place": {"lng": lng, "lat": lat}}
    answer = client.post("/api/service-requests", json=body | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def step(client: TestClient, request: dict[str, Any], act: str, **body: Any) -> dict[str, Any]:
    answer = client.post(
        f"/api/service-requests/{request['code']}/{act}", json={"rev": request["rev"]} | body
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_request_is_dispatched_taken_done_and_counted_for_the_group(
    clerk: TestClient, leader: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1", contact_name="求助人", contact_phone="13812345678")
    assert request["cell"]["code"] == town.codes["ws1"]
    assert request["contact"] == {"name": "求**", "phone": "138****5678"}
    group = party.groups["west south"]
    request = step(clerk, request, "dispatch", party_group_id=group)
    seen = leader.get("/api/service-requests?state=open").json()["items"]
    assert request["code"] in {row["code"] for row in seen}
    taken = step(leader, request, "take", member_id=party.members["曾小芳"])
    assert taken["state"] == "taken"
    assert taken["contact"] == {"name": "求助人", "phone": "13812345678"}
    done = step(leader, taken, "finish", minutes=90)
    assert done["state"] == "done"
    hours = leader.get("/api/service-requests/hours").json()["items"]
    assert {(row["party_group_id"], row["requests"], row["hours"]) for row in hours} == {
        (group, 1, 1.5)
    }
    assert "曾小芳" not in str(hours)


def test_dispatcher_sees_the_group_but_never_the_member(
    clerk: TestClient, leader: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    helpers = clerk.get(f"/api/service-requests/{request['code']}/helpers").json()
    assert helpers["members"] == []
    assert helpers["groups"][0]["party_group_id"] == party.groups["west south"]
    taken = step(leader, request, "take", member_id=party.members["曾小芳"])
    assert taken["offers"][0]["member"]["name"] == "曾小芳"
    read = clerk.get(f"/api/service-requests/{request['code']}")
    assert read.json()["offers"][0]["state"] == "taken"
    assert read.json()["offers"][0]["member"] is None
    assert "曾小芳" not in read.text


def test_helpers_come_by_skill_own_group_load_and_distance(
    clerk: TestClient, leader: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws2")
    found = leader.get(f"/api/service-requests/{request['code']}/helpers").json()
    # 李建国 has the skill in the neighbour group; 张伟 is in the own group without it
    assert [row["name"] for row in found["members"]] == ["曾小芳", "李建国", "张伟"]
    assert [row["is_skilled"] for row in found["members"]] == [True, True, False]
    groups = {row["party_group_id"]: row for row in found["groups"]}
    assert set(groups) == set(party.groups.values())
    # from the middle of ws2 to the middle of its neighbours: 0.01 degree east, 0.01 degree north
    assert groups[party.groups["west south"]]["distance_m"] == 0
    assert groups[party.groups["east"]]["distance_m"] == pytest.approx(861, abs=3)
    assert groups[party.groups["west north"]]["distance_m"] == pytest.approx(1110, abs=3)
    assert "赵一鸣" not in str(found)


def test_only_volunteers_of_led_groups_can_take(
    clerk: TestClient, leader: TestClient, east: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    url = f"/api/service-requests/{request['code']}/take"
    unwilling = {"rev": request["rev"], "member_id": party.members["单国强"]}
    answer = leader.post(url, json=unwilling)
    assert (answer.status_code, answer.json()["code"]) == (422, "member.not_volunteer")
    foreign = {"rev": request["rev"], "member_id": party.members["赵一鸣"]}
    answer = leader.post(url, json=foreign)
    assert (answer.status_code, answer.json()["code"]) == (404, "member.unknown")
    answer = east.post(url, json=foreign)
    assert (answer.status_code, answer.json()["code"]) == (404, "service_request.unknown")


def test_asked_neighbour_sees_it_and_may_decline(
    clerk: TestClient, east: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    assert east.get(f"/api/service-requests/{request['code']}").status_code == 404
    asked = step(clerk, request, "dispatch", party_group_id=party.groups["east"])
    assert east.get(f"/api/service-requests/{request['code']}").status_code == 200
    declined = step(east, asked, "decline", party_group_id=party.groups["east"])
    assert (declined["state"], declined["offers"][0]["state"]) == ("open", "declined")


def test_given_back_request_is_open_again(
    clerk: TestClient, leader: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    taken = step(leader, request, "take", member_id=party.members["曾小芳"])
    back = step(leader, taken, "decline", party_group_id=party.groups["west south"])
    assert back["state"] == "open"
    again = step(leader, back, "take", member_id=party.members["李建国"])
    assert again["state"] == "taken"


def test_two_leaders_cannot_take_the_same_request(
    clerk: TestClient, leader: TestClient, east: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    asked = step(clerk, request, "dispatch", party_group_id=party.groups["east"])
    step(east, asked, "take", member_id=party.members["赵一鸣"])
    late = {"rev": asked["rev"], "member_id": party.members["曾小芳"]}
    answer = leader.post(f"/api/service-requests/{request['code']}/take", json=late)
    assert (answer.status_code, answer.json()["code"]) == (409, "service_request.stale")


def test_only_the_group_that_took_it_can_finish_it(
    clerk: TestClient, leader: TestClient, east: TestClient, party: PartyTown, town: Town
) -> None:
    request = file_request(clerk, town, "ws1")
    asked = step(clerk, request, "dispatch", party_group_id=party.groups["east"])
    taken = step(leader, asked, "take", member_id=party.members["曾小芳"])
    answer = east.post(
        f"/api/service-requests/{request['code']}/finish", json={"rev": taken["rev"], "minutes": 9}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "service_request.not_your_group")


def test_withdrawn_request_asks_nobody(clerk: TestClient, party: PartyTown, town: Town) -> None:
    request = file_request(clerk, town, "ws1")
    asked = step(clerk, request, "dispatch", party_group_id=party.groups["east"])
    gone = step(clerk, asked, "withdraw")
    assert (gone["state"], gone["offers"][0]["state"]) == ("withdrawn", "withdrawn")
    answer = clerk.post(
        f"/api/service-requests/{request['code']}/dispatch",
        json={"rev": gone["rev"], "party_group_id": party.groups["east"]},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "service_request.wrong_state")


def test_area_of_the_asker_limits_place_and_list(
    east_leader: TestClient, clerk: TestClient, town: Town, party: PartyTown
) -> None:
    lng, lat = town.centre_of("ws1")
    body = {"kind": "care", "text": "合成数据", "place": {"lng": lng, "lat": lat}}
    answer = east_leader.post("/api/service-requests", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "service_request.no_cell")
    own = file_request(east_leader, town, "es1")
    foreign = file_request(clerk, town, "ws1")
    listed = {row["code"] for row in east_leader.get("/api/service-requests").json()["items"]}
    assert own["code"] in listed
    assert foreign["code"] not in listed
    one = east_leader.get(f"/api/service-requests/{foreign['code']}")
    missing = east_leader.get("/api/service-requests/99999999")
    assert one.status_code == missing.status_code == 404
    assert one.json() == missing.json()


def test_service_requests_are_no_cases(
    clerk: TestClient, admin_engine: Engine, town: Town, party: PartyTown
) -> None:
    before = clerk.get("/api/cases").json()["total"]
    file_request(clerk, town, "ws1")
    assert clerk.get("/api/cases").json()["total"] == before
    with admin_engine.connect() as conn:
        assert conn.execute(text('SELECT count(*) FROM "case"')).scalar_one() == before


@pytest.mark.parametrize(
    "change",
    [{"kind": "gossip"}, {"text": ""}, {"place": {}}, {"place": {"lng": 0, "lat": 0}},
     {"contact_phone": "call"}, {"extra": 1}],
)  # fmt: skip
def test_impossible_request_is_a_422(
    clerk: TestClient, town: Town, change: dict[str, Any], party: PartyTown
) -> None:
    lng, lat = town.centre_of("ws1")
    body = {"kind": "care", "text": "合成数据", "place": {"lng": lng, "lat": lat}}
    assert clerk.post("/api/service-requests", json=body | change).status_code == 422
