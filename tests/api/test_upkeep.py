"""Leave, hand-overs with open cases, shift notes: who may, what moves, what stays on record."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.actions.hand_over import apply_due_hand_overs
from gis_api.cases.history import find_broken_link
from tests.api.conftest import SignIn
from tests.builders import Town, add_post, add_user

_keys = itertools.count()


@pytest.fixture(scope="module")
def today(admin_engine: Engine) -> date:
    with admin_engine.connect() as conn:
        found: date = conn.execute(text("SELECT today()")).scalar_one()
    return found


@pytest.fixture(scope="module")
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("admin")


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def file_case(clerk: TestClient, town: Town, cell: str, **more: Any) -> str:
    lng, lat = town.centre_of(cell)
    body = {
        "kind": "land",
        "text": "合成数据",
        "source": "visit",
        "place": {"lng": lng, "lat": lat},
    }
    answer = clerk.post(
        "/api/cases", json=body | more, headers={"Idempotency-Key": f"upkeep-{next(_keys)}"}
    )
    assert answer.status_code == 201, answer.text
    code: str = answer.json()["code"]
    return code


def new_officer(admin_engine: Engine, household_id: int | None = None) -> int:
    with admin_engine.begin() as conn:
        return int(
            conn.execute(
                text(
                    "INSERT INTO officer (duty_name, household_id) VALUES ('合成接任', :household)"
                    " RETURNING officer_id"
                ),
                {"household": household_id},
            ).scalar_one()
        )


def new_post(admin_engine: Engine, town: Town, cell: str) -> tuple[int, int]:
    """A second post that routing does not ask; (post, officer)."""
    with admin_engine.begin() as conn:
        officer = add_post(conn, town, cell, "deputy")
    return town.posts[cell, "deputy"], officer


# ---- leave


def test_own_leave_passes_routing_over_and_ends_when_taken_back(
    sign_in: SignIn, clerk: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "leadwn", "grid_worker", area="wn", post=("wn", "grid_leader"))
    own = sign_in("leadwn")

    def lead() -> int:
        detail = clerk.get(f"/api/cases/{file_case(clerk, town, 'wn1')}").json()
        found: int = detail["lead"]["officer"]["officer_id"]
        return found

    own_id = town.officers["wn", "grid_leader"]
    assert lead() == own_id
    days = {"from_on": str(today), "to_on": str(today + timedelta(days=2))}
    made = own.post("/api/leave/mine", json=days)
    assert made.status_code == 201, made.text
    assert lead() != own_id
    listed = own.get("/api/leave").json()["items"]
    assert [(row["officer_id"], row["to_on"]) for row in listed] == [(own_id, days["to_on"])]
    assert own.delete(f"/api/leave/mine/{made.json()['id']}").status_code == 204
    assert lead() == own_id


@pytest.mark.parametrize(("first", "last"), [(5, 5), (0, 4), (6, 9), (4, 7), (-3, 20)])
def test_leave_that_shares_a_day_is_refused(
    west_leader: TestClient, admin_engine: Engine, town: Town, today: date, first: int, last: int
) -> None:
    officer = town.officers["ws", "grid_leader"]
    body = {
        "officer_id": officer,
        "from_on": str(today + timedelta(days=4)),
        "to_on": str(today + timedelta(days=6)),
    }
    with admin_engine.begin() as conn:
        conn.execute(text("DELETE FROM officer_leave WHERE officer_id = :o"), {"o": officer})
    assert west_leader.post("/api/leave", json=body).status_code == 201
    other = body | {
        "from_on": str(today + timedelta(days=first)), "to_on": str(today + timedelta(days=last)),
    }  # fmt: skip
    assert refusal(west_leader.post("/api/leave", json=other)) == (409, "leave.overlaps")
    beside = body | {
        "from_on": str(today + timedelta(days=7)), "to_on": str(today + timedelta(days=9)),
    }  # fmt: skip
    assert west_leader.post("/api/leave", json=beside).status_code == 201


def test_leave_of_others_is_for_the_leader_of_their_area(
    west_leader: TestClient, east_leader: TestClient, micro_worker: TestClient, town: Town,
    today: date,
) -> None:  # fmt: skip
    body = {
        "officer_id": town.officers["ws1", "household_cluster_leader"],
        "from_on": str(today), "to_on": str(today),
    }  # fmt: skip
    assert refusal(east_leader.post("/api/leave", json=body)) == (404, "officer.unknown")
    assert refusal(micro_worker.post("/api/leave", json=body)) == (403, "permission.denied")
    made = west_leader.post("/api/leave", json=body).json()["id"]
    for path in (f"/api/leave/{made}", "/api/leave/999999"):
        assert refusal(east_leader.delete(path)) == (404, "leave.unknown")
    # a worker's own leave only, and the leader's is not theirs
    assert refusal(micro_worker.delete(f"/api/leave/mine/{made}")) == (404, "leave.unknown")
    assert [row["officer_leave_id"] for row in east_leader.get("/api/leave").json()["items"]] == []
    assert west_leader.delete(f"/api/leave/{made}").status_code == 204


def test_days_away_stay_on_record_when_leave_ends_early(
    west_leader: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    officer = town.officers["w", "village_leader"]
    body = {
        "from_on": str(today - timedelta(days=3)), "to_on": str(today + timedelta(days=3)),
    }  # fmt: skip
    made = west_leader.post("/api/leave/mine", json=body).json()["id"]
    assert west_leader.delete(f"/api/leave/mine/{made}").status_code == 204
    with admin_engine.connect() as conn:
        during = conn.execute(
            text("SELECT lower(during), upper(during) FROM officer_leave WHERE officer_id = :o"),
            {"o": officer},
        ).one()
    assert tuple(during) == (today - timedelta(days=3), today)
    assert refusal(west_leader.delete(f"/api/leave/mine/{made}")) == (409, "leave.over")


@pytest.mark.parametrize(("first", "last"), [(3, 2), (0, 366), (0, 100_000)])
def test_leave_backwards_or_over_a_year_is_refused(
    west_leader: TestClient, today: date, first: int, last: int
) -> None:
    body = {
        "from_on": str(today + timedelta(days=first)), "to_on": str(today + timedelta(days=last)),
    }  # fmt: skip
    assert refusal(west_leader.post("/api/leave/mine", json=body)) == (422, "leave.dates")


def test_account_without_an_officer_has_no_leave_of_its_own(clerk: TestClient, today: date) -> None:
    body = {"from_on": str(today), "to_on": str(today)}
    assert refusal(clerk.post("/api/leave/mine", json=body)) == (422, "leave.no_officer")


# ---- hand-over


def hand_over(client: TestClient, post: int, old: int, new: int, on: date) -> Any:
    body = {"post_id": post, "from_officer_id": old, "to_officer_id": new, "from_on": str(on)}
    return client.post("/api/handovers", json=body)


def row_of(admin_engine: Engine, code: str) -> dict[str, Any]:
    with admin_engine.connect() as conn:
        query = text(
            "SELECT case_id, lead_post_id, lead_officer_id, queue_reason, rev, access_key"
            ' FROM "case" WHERE code = :code'
        )
        return dict(conn.execute(query, {"code": code}).mappings().one())


def grants_of(admin_engine: Engine, code: str) -> dict[int, str]:
    with admin_engine.connect() as conn:
        query = text(
            'SELECT officer_id, reason FROM case_grant JOIN "case" USING (case_id)'
            " WHERE code = :code"
        )
        return {row[0]: row[1] for row in conn.execute(query, {"code": code})}


def messages_of(admin_engine: Engine, officer: int) -> list[str]:
    with admin_engine.connect() as conn:
        query = text("SELECT kind FROM notification WHERE officer_id = :o ORDER BY 1")
        return list(conn.execute(query, {"o": officer}).scalars())


def test_open_cases_follow_the_post_in_one_go_and_closed_ones_stay(
    clerk: TestClient, east_leader: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    post, old = town.posts["es", "grid_leader"], town.officers["es", "grid_leader"]
    opened = [file_case(clerk, town, "es1"), file_case(clerk, town, "es2")]
    closed = file_case(clerk, town, "es1")
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE \"case\" SET state = 'closed', closed_on = today() WHERE code = :c"),
            {"c": closed},
        )
    before = {code: row_of(admin_engine, code) for code in (*opened, closed)}
    assert {row["lead_officer_id"] for row in before.values()} == {old}
    new = new_officer(admin_engine)

    answer = hand_over(east_leader, post, old, new, today)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["case_count"], told["queued_count"]) == (2, 0)
    for code in opened:
        row = row_of(admin_engine, code)
        assert (row["lead_officer_id"], row["lead_post_id"]) == (new, post)
        assert row["rev"] == before[code]["rev"] + 1
        assert grants_of(admin_engine, code) == {new: "lead"}
        acts = [entry["act"] for entry in clerk.get(f"/api/cases/{code}").json()["history"]]
        assert acts == ["registered", "handed_over"]
    assert row_of(admin_engine, closed) == before[closed]
    assert "post.handed_over" in messages_of(admin_engine, old)
    assert messages_of(admin_engine, new) == ["post.taken_over"]
    # what is filed from now on goes to the new holder
    later = file_case(clerk, town, "es1")
    assert row_of(admin_engine, later)["lead_officer_id"] == new
    with admin_engine.connect() as conn:
        holdings = conn.execute(
            text(
                "SELECT officer_id, lower(valid), upper(valid) FROM post_holding"
                " WHERE post_id = :p ORDER BY post_holding_id"
            ),
            {"p": post},
        ).all()
        history = conn.execute(
            text("SELECT * FROM case_history WHERE case_id = :c ORDER BY seq"),
            {"c": before[opened[0]]["case_id"]},
        ).mappings()
        assert find_broken_link(before[opened[0]]["case_id"], history.all()) is None
        audit = conn.execute(
            text("SELECT act FROM audit WHERE object_kind = 'post_handover' AND object_id = :h"),
            {"h": str(told["post_handover_id"])},
        ).scalars()
        assert sorted(audit) == ["post.cases_moved", "post.hand_over"]
    assert [tuple(h) for h in holdings] == [(old, None, today), (new, today, None)]
    listed = east_leader.get("/api/handovers").json()["items"]
    assert listed[0]["post_handover_id"] == told["post_handover_id"]


def test_case_of_the_new_holders_household_goes_up_the_ladder(
    clerk: TestClient, west_leader: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    """Above the grid leader of wn stands the leader of the village w, never the new holder."""
    post, old = town.posts["wn", "grid_leader"], town.officers["wn", "grid_leader"]
    above = town.posts["w", "village_leader"], town.officers["w", "village_leader"]
    household = town.households["wn2a"]
    own = file_case(clerk, town, "wn2", place={"household_id": household})
    named = file_case(
        clerk, town, "wn2", respondent={"kind": "household", "household_id": household}
    )
    stepped_back, other = file_case(clerk, town, "wn2"), file_case(clerk, town, "wn2")
    assert row_of(admin_engine, own)["lead_officer_id"] == old
    new = new_officer(admin_engine, household)
    with admin_engine.begin() as conn:
        conn.execute(
            text("INSERT INTO case_recusal (case_id, officer_id, has_kin_tie)"
                 " VALUES (:case, :officer, true)"),
            {"case": row_of(admin_engine, stepped_back)["case_id"], "officer": new},
        )  # fmt: skip
    told = hand_over(west_leader, post, old, new, today).json()
    assert (told["case_count"] >= 4, told["queued_count"]) == (True, 0)
    for code in (own, named, stepped_back):
        row = row_of(admin_engine, code)
        assert (row["lead_post_id"], row["lead_officer_id"]) == above
        assert row["queue_reason"] is None
        assert grants_of(admin_engine, code) == {above[1]: "lead"}
        entry = clerk.get(f"/api/cases/{code}").json()["history"][-1]
        assert entry["act"] == "handed_over"
    assert row_of(admin_engine, other)["lead_officer_id"] == new
    assert messages_of(admin_engine, above[1]).count("case.assigned") == 3


def test_case_that_nobody_above_may_take_waits_in_the_queue(
    clerk: TestClient, admin: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    """The township centre is the top: its new holder's own case has nowhere to climb to."""
    post, old = town.posts["t", "township_centre"], town.officers["t", "township_centre"]
    household = town.households["ws2b"]
    code = file_case(clerk, town, "ws2", place={"household_id": household})
    case_id = row_of(admin_engine, code)["case_id"]
    with admin_engine.begin() as conn:
        conn.execute(
            text('UPDATE "case" SET lead_post_id = :post, lead_officer_id = :old'
                 " WHERE case_id = :case"),
            {"post": post, "old": old, "case": case_id},
        )  # fmt: skip
    new = new_officer(admin_engine, household)
    told = hand_over(admin, post, old, new, today).json()
    assert told["queued_count"] == 1
    row = row_of(admin_engine, code)
    assert (row["lead_officer_id"], row["lead_post_id"]) == (None, None)
    assert row["queue_reason"] == "nobody_available"
    assert new not in grants_of(admin_engine, code)


def test_joint_cases_follow_too_and_the_other_handlers_keep_theirs(
    clerk: TestClient, east_leader: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    post, old = new_post(admin_engine, town, "en")
    code = file_case(clerk, town, "en1")
    lead = row_of(admin_engine, code)["lead_officer_id"]
    with admin_engine.begin() as conn:
        case_id = row_of(admin_engine, code)["case_id"]
        conn.execute(
            text(
                "WITH joint AS (INSERT INTO case_joint (case_id, cell_id, post_id, officer_id,"
                " access_key) VALUES (:case, :cell, :post, :officer, :key))"
                " INSERT INTO case_grant (case_id, officer_id, reason)"
                " VALUES (:case, :officer, 'joint')"
            ),
            {
                "case": case_id, "cell": town.cells["en2"], "post": post, "officer": old,
                "key": row_of(admin_engine, code)["access_key"],
            },
        )  # fmt: skip
    new = new_officer(admin_engine)
    told = hand_over(east_leader, post, old, new, today).json()
    assert (told["case_count"], told["queued_count"]) == (1, 0)
    assert row_of(admin_engine, code)["lead_officer_id"] == lead
    assert grants_of(admin_engine, code) == {lead: "lead", new: "joint"}


def test_hand_over_to_come_moves_cases_on_its_day_and_once(
    clerk: TestClient, east_leader: TestClient, engine: Engine, admin_engine: Engine, town: Town,
    today: date,
) -> None:  # fmt: skip
    post, old = town.posts["en", "grid_leader"], town.officers["en", "grid_leader"]
    code = file_case(clerk, town, "en1")
    new = new_officer(admin_engine)
    told = hand_over(east_leader, post, old, new, today + timedelta(days=5)).json()
    assert told["case_count"] is None
    assert apply_due_hand_overs(engine) == 0
    assert row_of(admin_engine, code)["lead_officer_id"] == old
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE post_handover SET from_on = today() WHERE post_handover_id = :h"),
            {"h": told["post_handover_id"]},
        )
    assert apply_due_hand_overs(engine) == 1
    assert row_of(admin_engine, code)["lead_officer_id"] == new
    assert apply_due_hand_overs(engine) == 0


def test_hand_over_beyond_ones_area_or_reason_is_refused(
    west_leader: TestClient, east_leader: TestClient, micro_worker: TestClient,
    admin_engine: Engine, town: Town, today: date,
) -> None:  # fmt: skip
    post, old = town.posts["ws", "grid_leader"], town.officers["ws", "grid_leader"]
    new = new_officer(admin_engine)
    assert refusal(hand_over(east_leader, post, old, new, today)) == (404, "handover.not_held")
    assert refusal(hand_over(west_leader, 10**9, old, new, today)) == (404, "handover.not_held")
    assert refusal(hand_over(west_leader, post, new, old, today)) == (404, "handover.not_held")
    assert refusal(hand_over(west_leader, post, old, 10**9, today)) == (404, "officer.unknown")
    assert refusal(hand_over(west_leader, post, old, old, today)) == (422, "handover.same_officer")
    assert refusal(hand_over(micro_worker, post, old, new, today)) == (403, "permission.denied")
    assert hand_over(west_leader, post, old, new, today).status_code == 201
    newer = new_officer(admin_engine)
    early = hand_over(west_leader, post, new, newer, today)
    assert refusal(early) == (422, "handover.too_early")


# ---- shift notes


def test_note_is_read_in_its_area_and_signed_for_once_by_another(
    west_leader: TestClient, east_leader: TestClient, clerk: TestClient, sign_in: SignIn,
    admin_engine: Engine, town: Town,
) -> None:  # fmt: skip
    with admin_engine.begin() as conn:
        add_user(conn, town, "nextw", "clerk", area="w")
    following = sign_in("nextw")
    body = {"cell_code": town.codes["w"], "text": "合成交接", "open_items": ["合成事项"]}
    note = west_leader.post("/api/shift-notes", json=body)
    assert note.status_code == 201, note.text
    path = f"/api/shift-notes/{note.json()['id']}/take"
    assert refusal(west_leader.post(path)) == (403, "shift.own_note")
    assert refusal(east_leader.post(path)) == (404, "shift.unknown")
    assert east_leader.get("/api/shift-notes").json()["items"] == []
    assert following.post(path).status_code == 204
    assert refusal(clerk.post(path)) == (409, "shift.taken")
    (item,) = following.get("/api/shift-notes").json()["items"]
    assert (item["text"], item["open_items"]) == ("合成交接", ["合成事项"])
    assert (item["written_by"], item["taken_by"]) == ("west", "nextw")


def test_note_names_a_cell_of_ones_area(
    west_leader: TestClient, clerk: TestClient, town: Town
) -> None:
    body = {"text": "合成交接"}
    assert refusal(west_leader.post("/api/shift-notes", json=body)) == (403, "shift.name_a_cell")
    body["cell_code"] = town.codes["e"]
    assert refusal(west_leader.post("/api/shift-notes", json=body)) == (404, "cell.unknown")
    made = clerk.post("/api/shift-notes", json={"text": "合成全域"})
    assert made.status_code == 201
    seen = [item["text"] for item in west_leader.get("/api/shift-notes").json()["items"]]
    assert "合成全域" not in seen
    first = clerk.get("/api/shift-notes?limit=1").json()
    assert first["next"] == made.json()["id"]
    assert clerk.get(f"/api/shift-notes?limit=1&before={first['next']}").json()["items"] != []


@pytest.mark.parametrize("policy", ["shift_note_scope", "post_handover_scope"])
def test_policy_is_what_shows_rows_of_an_area(
    admin_engine: Engine, town: Town, today: date, policy: str
) -> None:
    from gis_api.db.engine import Actor, Scope, set_actor

    table = policy.removesuffix("_scope")

    def seen(conn: Any, cell: str) -> int:
        set_actor(conn, Actor(1, "clerk", Scope.below(town.scope_keys[cell])))
        count = conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
        conn.execute(text("RESET ROLE"))
        return int(count)

    with admin_engine.connect() as conn:
        transaction = conn.begin()
        assert seen(conn, "w") > 0
        assert seen(conn, "wn1") == 0
        conn.execute(text(f"DROP POLICY {policy} ON {table}"))
        assert seen(conn, "w") == 0
        transaction.rollback()


# ---- what the page of people and shifts asks


def test_posts_are_those_of_the_area_with_holder_leave_and_open_cases(
    west_leader: TestClient, clerk: TestClient, admin: TestClient, micro_worker: TestClient,
    town: Town, today: date,
) -> None:  # fmt: skip
    assert refusal(micro_worker.get("/api/posts")) == (403, "permission.denied")
    listed = west_leader.get("/api/posts").json()
    by_post = {row["post_id"]: row for row in listed["items"]}
    assert all(row["cell_code"].startswith(town.codes["w"]) for row in listed["items"])
    assert listed["total"] == len(listed["items"])
    assert {town.posts["ws", "grid_leader"], town.posts["w", "village_leader"]} <= by_post.keys()
    assert town.posts["es", "grid_leader"] not in by_post
    village = town.posts["w", "village_leader"]
    file_case(clerk, town, "ws1", kind="mine_village")
    now = {row["post_id"]: row for row in west_leader.get("/api/posts").json()["items"]}
    assert now[village]["open_cases"] == by_post[village]["open_cases"] + 1
    # narrowed to a cell; an unknown code is told
    narrow = admin.get("/api/posts", params={"cell_code": town.codes["ws"]}).json()["items"]
    assert {row["cell_code"] for row in narrow} == {town.codes[c] for c in ("ws", "ws1", "ws2")}
    assert refusal(admin.get("/api/posts?cell_code=nowhere")) == (422, "cell.unknown")
    # another village's code shows nothing of it
    assert west_leader.get("/api/posts", params={"cell_code": town.codes["e"]}).json() == {
        "items": [], "total": 0,
    }  # fmt: skip


def test_preview_tells_what_the_hand_over_then_does_and_writes_nothing(
    admin: TestClient, clerk: TestClient, admin_engine: Engine, town: Town, today: date
) -> None:
    home = town.households["es1a"]
    mine = {"kind": "mine_village"}
    party = {"kind": "household", "household_id": home}
    codes = [file_case(clerk, town, "es1", **mine) for _ in range(2)]
    codes.append(file_case(clerk, town, "es1", respondent=party, **mine))
    post_id, old = town.posts["e", "village_leader"], town.officers["e", "village_leader"]
    listed = {row["post_id"]: row for row in admin.get("/api/posts").json()["items"]}
    assert listed[post_id]["open_cases"] == len(codes)
    body = {
        "post_id": post_id, "from_officer_id": old,
        "to_officer_id": new_officer(admin_engine, home), "from_on": str(today),
    }  # fmt: skip
    told = admin.post("/api/handovers/preview", json=body).json()
    assert told == {"is_now": True, "case_count": len(codes), "recused_count": 1}
    assert admin.post("/api/handovers/preview", json=body).json() == told
    for code in codes:
        assert clerk.get(f"/api/cases/{code}").json()["lead"]["officer"]["officer_id"] == old
    assert admin.post("/api/handovers", json=body).json()["case_count"] == len(codes)
    assert refusal(admin.post("/api/handovers/preview", json=body)) == (404, "handover.not_held")


def test_preview_is_for_the_leader_of_the_area(
    west_leader: TestClient, town: Town, today: date
) -> None:
    body = {
        "post_id": town.posts["en", "grid_leader"],
        "from_officer_id": town.officers["en", "grid_leader"],
        "to_officer_id": town.officers["w", "village_leader"], "from_on": str(today),
    }  # fmt: skip
    missing = west_leader.post("/api/handovers/preview", json=body | {"post_id": 10**9})
    beyond = west_leader.post("/api/handovers/preview", json=body)
    assert refusal(beyond) == refusal(missing) == (404, "handover.not_held")
