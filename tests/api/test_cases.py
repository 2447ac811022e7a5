"""A dispute goes in with a place; a grid, an officer and the reasons come out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.cases.history import find_broken_link
from gis_api.db.engine import SYSTEM, set_actor
from tests.api.conftest import SignIn
from tests.builders import Town

Json = dict[str, Any]
TEXT = "承包地界线不清（合成数据）"


def body(place: Json, kind: str = "land", **more: Any) -> Json:
    return {"kind": kind, "text": TEXT, "source": "visit", "place": place, **more}


def at(town: Town, cell: str) -> Json:
    lng, lat = town.centre_of(cell)
    return {"lng": lng, "lat": lat}


def file(client: TestClient, place: Json, kind: str = "land", **more: Any) -> Json:
    answer = client.post("/api/cases", json=body(place, kind, **more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_case_in_a_micro_grid_finds_path_officer_and_reasons(clerk: TestClient, town: Town) -> None:
    case = file(clerk, at(town, "ws1"))
    assert [cell["code"] for cell in case["path"]] == [
        town.codes[name] for name in ("t", "w", "ws", "ws1")
    ]
    assert case["how"] == "inside"
    assert case["lead"]["post_kind"] == "grid_leader"
    assert case["lead"]["cell_code"] == town.codes["ws"]
    assert case["lead"]["officer"]["officer_id"] == town.officers["ws", "grid_leader"]
    assert "网格长" in case["why"]["zh"]
    assert "grid leader" in case["why"]["en"]
    assert case["queue_reason"] is None
    assert case["history"][0]["act"] == "registered"


def test_case_on_a_border_goes_to_the_lowest_code_and_names_the_other(
    clerk: TestClient, town: Town
) -> None:
    case = file(clerk, {"lng": 110.51, "lat": 39.405})
    assert case["how"] == "border"
    assert case["cell_code"] == town.codes["ws1"]
    assert [joint["code"] for joint in case["joint"]] == [town.codes["ws2"]]
    assert "会同" in case["why"]["zh"]


def test_case_in_no_cell_is_queued_not_refused(clerk: TestClient) -> None:
    case = file(clerk, {"lng": 110.60, "lat": 39.405})
    assert case["how"] == "outside-nearest"
    assert (case["lead"], case["queue_reason"]) == (None, "outside_grid")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"lng": 39.405, "lat": 110.51}, "place.swapped_axes"),
        ({"lng": 0, "lat": 0}, "place.null_island"),
        ({"lng": 116.4, "lat": 39.9}, "place.outside_envelope"),
        ({"lng": 37_456_000.0, "lat": 4_360_000.0}, "place.projected"),
        ({"household_id": 999_999}, "place.household_unknown"),
        ({"parcel_code": "P-999"}, "place.parcel_unknown"),
        ({"cell_code": "nowhere"}, "place.cell_unknown"),
        ({"place_name": "无此地"}, "place.name_unknown"),
    ],
)
def test_impossible_place_is_a_problem_with_code_and_fix(
    clerk: TestClient, place: Json, code: str
) -> None:
    answer = clerk.post("/api/cases", json=body(place))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]["zh"]
    assert problem["fix"]["zh"]
    assert problem["fix"]["en"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "no_such_kind"},
        {"text": ""},
        {"text": "长" * 4001},
        {"source": "rumour"},
        {"place": {"lng": 110.5}},
        {"place": {"lng": 110.505, "lat": 39.405, "cell_code": "x"}},
        {"place": {}},
        {"accuracy_m": -1},
        {"happened_on": "2999-01-01"},
        {"happened_on": "2026-02-30"},
        {"unheard_of": 1},
        {"respondent": {"kind": "post_holder", "officer_id": 10**9}},
        {"respondent": {"kind": "village_committee", "cell_code": "x"}},
        {"reporter": {"household_id": 10**9}},
    ],
)
def test_impossible_filing_is_a_422_problem(clerk: TestClient, town: Town, change: Json) -> None:
    answer = clerk.post("/api/cases", json=body(at(town, "ws1")) | change)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_number_that_is_none_is_a_problem(clerk: TestClient, number: str) -> None:
    raw = '{"kind":"land","text":"x","source":"visit","place":{"lng":' + number + ',"lat":39.4}}'
    answer = clerk.post("/api/cases", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("household", "household"),
        ("parcel", "parcel"),
        ("cell", "cell"),
        ("name", "name"),
    ],
)
def test_place_may_be_given_by_household_parcel_cell_or_name(
    clerk: TestClient, town: Town, place: str, kind: str
) -> None:
    given = {
        "household": {"household_id": town.households["en2a"]},
        "parcel": {"parcel_code": "P-001"},
        "cell": {"cell_code": town.codes["en2"]},
        "name": {"place_name": "矿后面的沟"},
    }[place]
    case = file(clerk, given)
    assert case["place_kind"] == kind
    expected = "ws1" if place == "parcel" else "en2"
    assert case["cell_code"] == town.codes[expected]


def test_officer_whose_household_is_a_party_is_passed_over(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE officer SET household_id = :h WHERE officer_id = :o"),
            {"h": town.households["es1a"], "o": town.officers["es", "grid_leader"]},
        )
    case = file(clerk, {"household_id": town.households["es1a"]})
    assert case["lead"]["officer"]["officer_id"] == town.officers["es", "full_time_worker"]
    assert "回避" in case["why"]["zh"]
    other = file(clerk, at(town, "es1"))
    assert other["lead"]["officer"]["officer_id"] == town.officers["es", "grid_leader"]


def test_complaint_about_a_village_committee_skips_and_hides_from_that_village(
    clerk: TestClient, west_leader: TestClient, micro_worker: TestClient, town: Town
) -> None:
    case = file(clerk, at(town, "ws1"), respondent={"kind": "village_committee"})
    assert case["lead"]["cell_code"] == town.codes["t"]
    for hidden_from in (west_leader, micro_worker):
        missing = hidden_from.get("/api/cases/2026-999999-9").json()
        hidden = hidden_from.get(f"/api/cases/{case['code']}")
        assert hidden.status_code == 404
        assert hidden.json()["code"] == missing["code"]
        listed = hidden_from.get("/api/cases?limit=500").json()
        assert case["code"] not in {item["code"] for item in listed["items"]}


def test_complaint_about_a_grid_leader_starts_one_level_above_his_grid(
    clerk: TestClient, west_leader: TestClient, micro_worker: TestClient, town: Town
) -> None:
    officer = town.officers["ws", "grid_leader"]
    case = file(clerk, at(town, "ws1"), respondent={"kind": "post_holder", "officer_id": officer})
    assert case["lead"]["officer"]["officer_id"] == town.officers["w", "village_leader"]
    assert west_leader.get(f"/api/cases/{case['code']}").status_code == 200
    assert micro_worker.get(f"/api/cases/{case['code']}").status_code == 404


def test_area_of_a_user_bounds_what_is_read(
    clerk: TestClient, west_leader: TestClient, east_leader: TestClient, town: Town
) -> None:
    case = file(clerk, at(town, "wn1"))
    assert west_leader.get(f"/api/cases/{case['code']}").status_code == 200
    assert east_leader.get(f"/api/cases/{case['code']}").status_code == 404
    assert (
        east_leader.patch(f"/api/cases/{case['code']}", json={"rev": 1, "kind": "family"}).json()[
            "code"
        ]
        == "case.unknown"
    )


def test_joint_officer_sees_the_case_across_the_border_until_it_moves_away(
    clerk: TestClient, east_leader: TestClient, west_leader: TestClient, town: Town
) -> None:
    case = file(clerk, {"lng": 110.52, "lat": 39.405}, kind="mine_village")
    path = f"/api/cases/{case['code']}"
    assert west_leader.get(path).status_code == 200
    joint = east_leader.get(path)
    assert joint.status_code == 200, joint.text
    assert joint.json()["text"] == TEXT
    clerk.patch(path, json={"rev": 1, "place": at(town, "ws1")})
    assert east_leader.get(path).status_code == 404


def test_moving_the_point_routes_again_and_is_on_the_record(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    case = file(clerk, at(town, "ws1"))
    moved = clerk.patch(
        f"/api/cases/{case['code']}", json={"rev": 1, "place": at(town, "en1")}
    ).json()
    assert moved["cell_code"] == town.codes["en1"]
    assert moved["lead"]["cell_code"] == town.codes["en"]
    assert moved["rev"] == 2
    assert [entry["act"] for entry in moved["history"]] == ["registered", "rerouted"]
    stale = clerk.patch(f"/api/cases/{case['code']}", json={"rev": 1, "kind": "family"})
    assert (stale.status_code, stale.json()["code"]) == (409, "case.stale")
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text(
                'SELECT h.*, c.case_id FROM case_history h JOIN "case" c USING (case_id)'
                " WHERE c.code = :code ORDER BY seq"
            ),
            {"code": case["code"]},
        ).mappings()
        chain = [dict(row) for row in rows]
    assert find_broken_link(chain[0]["case_id"], chain) is None
    chain[0]["detail"] = {}
    assert find_broken_link(chain[0]["case_id"], chain) == 1


def test_changing_the_kind_routes_again(clerk: TestClient, town: Town) -> None:
    case = file(clerk, at(town, "ws1"))
    changed = clerk.patch(
        f"/api/cases/{case['code']}", json={"rev": 1, "kind": "acquisition"}
    ).json()
    assert changed["lead"]["post_kind"] == "work_group_relocation"


def test_case_that_leaves_the_movers_area_is_acknowledged_by_code_alone(
    clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    case = file(clerk, at(town, "ws1"))
    answer = west_leader.patch(
        f"/api/cases/{case['code']}", json={"rev": 1, "place": at(town, "en1")}
    )
    assert answer.json() == {"code": case["code"], "visible": False}
    assert clerk.get(f"/api/cases/{case['code']}").json()["cell_code"] == town.codes["en1"]


def grants_of(admin_engine: Engine, code: str) -> dict[int, str]:
    with admin_engine.connect() as conn:
        found = conn.execute(
            text('SELECT officer_id, reason FROM case_grant JOIN "case" USING (case_id)'
                 " WHERE code = :code"),
            {"code": code},
        )  # fmt: skip
        return {row[0]: row[1] for row in found}


def test_a_moved_case_keeps_those_who_were_asked_for_other_reasons(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    code = file(clerk, at(town, "ws1"))["code"]
    held = town.officers
    [old_lead] = grants_of(admin_engine, code)
    # a leader in charge, the lead of a linked case, a department; a neighbour who shares the border
    charge, linked, asked = held["t", "township_centre"], held["e", "village_leader"], None
    with admin_engine.begin() as conn:
        asked = conn.execute(
            text("INSERT INTO officer (duty_name) VALUES ('部门合成') RETURNING officer_id")
        ).scalar_one()
        conn.execute(
            text('UPDATE "case" SET official_officer_id = :o WHERE code = :c'),
            {"o": charge, "c": code},
        )
        for officer, reason in ((charge, "official"), (linked, "linked"), (asked, "department")):
            conn.execute(
                text("INSERT INTO case_grant (case_id, officer_id, reason)"
                     ' SELECT case_id, :o, :r FROM "case" WHERE code = :c'),
                {"o": officer, "r": reason, "c": code},
            )  # fmt: skip
        neighbour = held["ws", "full_time_worker"]
        conn.execute(
            text(
                'WITH one AS (SELECT case_id, access_key FROM "case" WHERE code = :c),'
                " joint AS (INSERT INTO case_joint (case_id, cell_id, officer_id, access_key)"
                " SELECT case_id, :cell, :o, access_key FROM one)"
                " INSERT INTO case_grant (case_id, officer_id, reason)"
                " SELECT case_id, :o, 'joint' FROM one"
            ),
            {"c": code, "cell": town.cells["ws2"], "o": neighbour},
        )
    moved = clerk.patch(f"/api/cases/{code}", json={"rev": 1, "place": at(town, "en1")})
    assert moved.status_code == 200, moved.text
    new_lead = moved.json()["lead"]["officer"]["officer_id"]
    kept = grants_of(admin_engine, code)
    assert (kept[charge], kept[linked], kept[asked]) == ("official", "linked", "department")
    assert kept[new_lead] in {"lead", "linked", "official"}
    assert not {old_lead, neighbour} & kept.keys()


def test_who_answers_for_a_case_elsewhere_may_move_it_and_who_only_sees_it_may_not(
    clerk: TestClient, west_leader: TestClient, town: Town, admin_engine: Engine
) -> None:
    code = file(clerk, at(town, "en1"))["code"]
    officer = town.officers["w", "village_leader"]
    wanted = {"rev": 1, "place": at(town, "en2")}
    assert west_leader.patch(f"/api/cases/{code}", json=wanted).status_code == 404
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO case_grant (case_id, officer_id, reason)"
                 ' SELECT case_id, :o, \'joint\' FROM "case" WHERE code = :c'),
            {"o": officer, "c": code},
        )  # fmt: skip
    seen = west_leader.patch(f"/api/cases/{code}", json=wanted)
    assert (seen.status_code, seen.json()["code"]) == (404, "case.unknown")
    assert clerk.get(f"/api/cases/{code}").json()["rev"] == 1
    with admin_engine.begin() as conn:
        conn.execute(
            text('UPDATE "case" SET lead_officer_id = :o WHERE code = :c'),
            {"o": officer, "c": code},
        )
    assert west_leader.patch(f"/api/cases/{code}", json=wanted).status_code == 200
    assert clerk.get(f"/api/cases/{code}").json()["cell_code"] == town.codes["en2"]


def test_same_key_gives_the_same_case_and_another_body_is_refused(
    clerk: TestClient, town: Town
) -> None:
    headers = {"Idempotency-Key": "window-1-0001"}
    first = clerk.post("/api/cases", json=body(at(town, "ws1")), headers=headers).json()
    again = clerk.post("/api/cases", json=body(at(town, "ws1")), headers=headers).json()
    assert first["code"] == again["code"]
    other = clerk.post("/api/cases", json=body(at(town, "ws2")), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.other_body")


def test_a_filing_is_answered_alike_on_the_short_way_and_on_the_long_one(
    clerk: TestClient, town: Town
) -> None:
    given = body(at(town, "ws1"), source="hotline", urgent=True, text="合成：灰尘")
    short = clerk.post("/api/cases", json=given)
    # said with its encoding, a body is read by the route itself
    spelled = {"Content-Type": "application/json; charset=utf-8"}
    long = clerk.post("/api/cases", content=json.dumps(given), headers=spelled)
    assert short.status_code == long.status_code == 201
    assert short.headers["content-type"] == long.headers["content-type"]
    assert short.headers["location"] == f"/api/cases/{short.json()['code']}"
    one, other = short.json(), long.json()
    assert one["code"] != other["code"]
    for answer in (one, other):
        assert answer == clerk.get(f"/api/cases/{answer['code']}").json()
        del answer["code"], answer["registered_at"], answer["history"][0]["at"]
    assert one == other


def test_a_filing_leaves_its_reading_on_the_audit_trail(
    clerk: TestClient, west_leader: TestClient, town: Town, admin_engine: Engine
) -> None:
    reporter = {"name": "合成某", "phone": "13912340077"}
    seen = file(clerk, at(town, "ws1"), reporter=reporter)
    gone = west_leader.post("/api/cases", json=body(at(town, "en1"))).json()
    assert gone["visible"] is False
    with admin_engine.connect() as conn:
        rows = conn.execute(
            text("SELECT object_id, act, row_count, purpose FROM audit"
                 " WHERE object_id = ANY (:codes) ORDER BY audit_id"),
            {"codes": [seen["code"], gone["code"]]},
        ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        (seen["code"], "case.file", 1, None),
        (seen["code"], "case.read", 2, "handling"),
        (gone["code"], "case.file", 1, None),
    ]


def test_twenty_clients_with_one_key_make_one_case(
    sign_in: SignIn, town: Town, admin_engine: Engine
) -> None:
    clients = [sign_in("clerk") for _ in range(4)]
    with admin_engine.connect() as conn:
        before = conn.execute(text('SELECT count(*) FROM "case"')).scalar_one()

    def post(number: int) -> str:
        answer = clients[number % 4].post(
            "/api/cases",
            json=body(at(town, "ws1")),
            headers={"Idempotency-Key": "twenty-at-once"},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["code"])

    with ThreadPoolExecutor(20) as pool:
        codes = set(pool.map(post, range(20)))
    with admin_engine.connect() as conn:
        after = conn.execute(text('SELECT count(*) FROM "case"')).scalar_one()
    assert len(codes) == 1
    assert after - before == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_history SET act = 'x'",
        "DELETE FROM case_history",
        "UPDATE audit SET act = 'x'",
        "DELETE FROM audit",
    ],
)
def test_history_and_audit_cannot_be_rewritten_by_the_service(
    clerk: TestClient, town: Town, engine: Engine, statement: str
) -> None:
    file(clerk, at(town, "ws1"))
    refused = pytest.raises(Exception, match=r"denied|append-only")
    with engine.connect() as conn:
        set_actor(conn, SYSTEM)
        with refused:
            conn.execute(text(statement))


def test_database_without_an_actor_shows_no_case(engine: Engine) -> None:
    with engine.connect() as conn, pytest.raises(Exception, match="no actor"):
        conn.execute(text('SELECT count(*) FROM "case"')).scalar_one()


def test_persons_are_masked(clerk: TestClient, town: Town) -> None:
    case = file(clerk, at(town, "ws1"), reporter={"name": "欧阳测试", "phone": "19900001234"})
    assert isinstance(case["parties"][0].pop("id"), int)
    assert case["parties"] == [
        {
            "side": "reporter",
            "organisation": None,
            "organisation_kind": None,
            "name": "欧***",
            "phone": "199****1234",
            "has_household": False,
            "is_officer": False,
            "is_blanked": False,
        }
    ]


def test_list_pages_through_every_case_once(clerk: TestClient) -> None:
    first = clerk.get("/api/cases?limit=500").json()
    seen: list[str] = []
    after = ""
    while True:
        page = clerk.get(f"/api/cases?limit=7{after}").json()
        assert page["total"] == first["total"]
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [item["code"] for item in first["items"]]


def test_list_is_filtered_by_cell_kind_box_and_queue(clerk: TestClient, town: Town) -> None:
    file(clerk, at(town, "en2"), kind="family")
    inside = clerk.get(f"/api/cases?cell={town.codes['e']}&kind=family&limit=500").json()["items"]
    assert inside
    assert {item["kind"] for item in inside} == {"family"}
    assert all(item["cell_code"].startswith(town.codes["e"]) for item in inside)
    box = clerk.get("/api/cases?bbox=110.53,39.41,110.54,39.42&limit=500").json()["items"]
    assert box
    assert all(item["lng"] >= 110.53 for item in box)
    queued = clerk.get("/api/cases?queue=true&limit=500").json()["items"]
    assert all(item["queue_reason"] for item in queued)


@pytest.mark.parametrize(
    "query",
    [
        "cell=nowhere", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=9,9,1,1", "after=!!", "limit=0",
        "limit=501", "from=2026-02-30", "queue=maybe", "no_such=1",
    ],
)  # fmt: skip
def test_impossible_query_is_a_422_problem(clerk: TestClient, query: str) -> None:
    answer = clerk.get(f"/api/cases?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_lead_and_joint_officers_find_the_case_in_their_inbox(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    case = file(clerk, {"lng": 110.52, "lat": 39.405})
    with admin_engine.connect() as conn:
        told = conn.execute(
            text(
                'SELECT n.officer_id, n.kind FROM notification n JOIN "case" c USING (case_id)'
                " WHERE c.code = :code"
            ),
            {"code": case["code"]},
        ).all()
    assert set(told) == {
        (town.officers["ws", "grid_leader"], "case.assigned"),
        (town.officers["es", "grid_leader"], "case.joint"),
    }


def test_vacant_post_and_leave_are_passed_over_in_order(
    clerk: TestClient, town: Town, admin_engine: Engine
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(
            text("DELETE FROM post_holding WHERE post_id = :p"),
            {"p": town.posts["wn", "grid_leader"]},
        )
        conn.execute(
            text("INSERT INTO officer_leave VALUES (:o, daterange(today() - 1, today() + 2))"),
            {"o": town.officers["wn", "full_time_worker"]},
        )
    case = file(clerk, at(town, "wn2"))
    assert case["lead"]["officer"]["officer_id"] == town.officers["w", "village_leader"]
    assert "空缺" in case["why"]["zh"]
    assert "请假" in case["why"]["zh"]


def test_preview_names_whom_filing_then_names(clerk: TestClient, town: Town) -> None:
    lng, lat = town.centre_of("es2")
    preview = clerk.get(f"/api/responsible?lng={lng}&lat={lat}&kind=mine_village").json()
    case = file(clerk, at(town, "es2"), kind="mine_village")
    assert preview["lead"] == case["lead"]
    assert preview["location"]["cell"]["code"] == case["cell_code"]
    assert {post["state"] for post in preview["posts"]} == {"held"}
