"""A token does what it was made for, and nothing once it is over."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.access.store import bump_revision, disable_user
from tests.api.conftest import SignIn
from tests.builders import Town, add_user

WITHIN_S = 1.2
VERBS = ["case.list", "case.read", "inbox.mark", "post.read", "place.read"]


@pytest.fixture(scope="module")
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("admin")


@pytest.fixture(scope="module")
def cases(clerk: TestClient, town: Town) -> dict[str, str]:
    """One case in every village: its code by the village's letter."""
    made = {}
    for village, cell in (("w", "ws1"), ("e", "es1")):
        lng, lat = town.centre_of(cell)
        answer = clerk.post(
            "/api/cases",
            json={"kind": "land", "text": "合成数据", "source": "visit",
                  "place": {"lng": lng, "lat": lat}},
            headers={"Idempotency-Key": f"token-{village}"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        made[village] = answer.json()["code"]
    return made


def make(admin: TestClient, **changed: Any) -> dict[str, Any]:
    body = {"login": "clerk", "name": "合成程序", "verbs": VERBS, "days": 30} | changed
    answer = admin.post("/api/tokens", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def program(client: TestClient, token: str) -> TestClient:
    own = TestClient(client.app, client=("127.0.0.1", 50001))
    own.portal = client.portal
    own.headers["Authorization"] = f"Bearer {token}"
    return own


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def is_true_within(seconds: float, condition: Any) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_token_reads_and_writes_without_cookie_or_csrf(
    client: TestClient, admin: TestClient, cases: dict[str, str]
) -> None:
    own = program(client, make(admin)["token"])
    listed = {item["code"] for item in own.get("/api/cases").json()["items"]}
    assert set(cases.values()) <= listed
    # a write: let in, and then there is no such message
    assert refusal(own.post("/api/inbox/999999/read")) == (404, "notification.unknown")


def test_verb_that_the_token_lacks_is_403_though_the_role_has_it(
    client: TestClient, admin: TestClient
) -> None:
    own = program(client, make(admin)["token"])
    path = "/api/locate?lng=110.505&lat=39.405"
    assert refusal(own.get(path)) == (403, "token.verb_missing")
    assert refusal(own.get("/api/inbox")) == (403, "token.verb_missing")


def test_altered_foreign_and_empty_tokens_are_401(client: TestClient, admin: TestClient) -> None:
    good = make(admin)["token"]
    last = "A" if good[-1] != "A" else "B"
    for bad in (good[:-1] + last, good + "x", "wg_", "", "wg_" + "0" * 43, good.upper(), "令牌"):
        headers = {"Authorization": b"Bearer " + bad.encode()}
        answer = TestClient(client.app).get("/api/cases", headers=headers)  # type: ignore[arg-type]
        assert refusal(answer) == (401, "token.not_valid"), bad


def test_token_is_taken_from_the_header_only(client: TestClient, admin: TestClient) -> None:
    token = make(admin)["token"]
    nobody = TestClient(client.app)
    assert nobody.get(f"/api/cases?access_token={token}").status_code in (401, 422)
    assert nobody.get("/api/cases", cookies={"wangge_session": token}).status_code == 401
    assert nobody.get("/api/cases", headers={"Authorization": f"Basic {token}"}).status_code == 401


def test_session_cookie_is_no_token(client: TestClient, sign_in: SignIn) -> None:
    cookie = sign_in("clerk").cookies["wangge_session"]
    assert refusal(program(client, cookie).get("/api/cases")) == (401, "token.not_valid")


def test_cookie_beside_a_bad_token_does_not_help(clerk: TestClient) -> None:
    answer = clerk.get("/api/cases", headers={"Authorization": "Bearer wg_no"})
    assert refusal(answer) == (401, "token.not_valid")


def test_expired_token_is_401(client: TestClient, admin: TestClient, admin_engine: Engine) -> None:
    made = make(admin)
    own = program(client, made["token"])
    assert own.get("/api/cases").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE api_token SET created_at = now() - interval '2 days',"
                " expires_at = now() - interval '1 second' WHERE api_token_id = :id"
            ),
            {"id": made["api_token_id"]},
        )
        bump_revision(conn)
    assert own.post("/api/inbox/1/read").status_code == 401
    assert is_true_within(WITHIN_S, lambda: own.get("/api/cases").status_code == 401)


def test_revoked_token_is_over_at_once_on_writes_and_within_a_second_on_reads(
    client: TestClient, admin: TestClient
) -> None:
    made = make(admin)
    own = program(client, made["token"])
    assert own.get("/api/cases").status_code == 200
    assert admin.delete(f"/api/tokens/{made['api_token_id']}").status_code == 204
    assert refusal(own.post("/api/inbox/1/read")) == (401, "token.not_valid")
    assert is_true_within(WITHIN_S, lambda: own.get("/api/cases").status_code == 401)
    again = admin.delete(f"/api/tokens/{made['api_token_id']}")
    assert refusal(again) == (404, "token.unknown")


def test_narrower_area_is_all_that_is_seen(
    client: TestClient, admin: TestClient, cases: dict[str, str], town: Town
) -> None:
    own = program(client, make(admin, area_code=town.codes["w"])["token"])
    assert own.get(f"/api/cases/{cases['w']}").status_code == 200
    assert refusal(own.get(f"/api/cases/{cases['e']}")) == (404, "case.unknown")
    codes = {item["code"] for item in own.get("/api/cases").json()["items"]}
    assert cases["w"] in codes
    assert cases["e"] not in codes


def test_area_of_the_account_is_the_widest(
    client: TestClient, admin: TestClient, cases: dict[str, str], town: Town
) -> None:
    body = {"login": "west", "name": "x", "verbs": ["case.read"], "days": 3}
    for area in ("e", "t"):
        answer = admin.post("/api/tokens", json=body | {"area_code": town.codes[area]})
        assert refusal(answer) == (403, "token.area_beyond")
    own = program(client, make(admin, login="west", verbs=["case.read"])["token"])
    assert own.get(f"/api/cases/{cases['w']}").status_code == 200
    assert own.get(f"/api/cases/{cases['e']}").status_code == 404


def test_token_with_an_area_does_not_use_the_grants_of_its_officer(
    client: TestClient, admin: TestClient, admin_engine: Engine, cases: dict[str, str], town: Town
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO case_grant SELECT case_id, :officer, 'joint' FROM \"case\""
                " WHERE code = :code ON CONFLICT DO NOTHING"
            ),
            {"officer": town.officers["w", "village_leader"], "code": cases["e"]},
        )
    path = f"/api/cases/{cases['e']}"
    wide = program(client, make(admin, login="west", verbs=["case.read"])["token"])
    assert wide.get(path).status_code == 200
    area = town.codes["ws"]
    narrow = make(admin, login="west", verbs=["case.read"], area_code=area)["token"]
    assert program(client, narrow).get(path).status_code == 404


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"verbs": ["audit.read"]}, (403, "token.verb_beyond_role")),
        ({"verbs": ["token.add"]}, (403, "token.verb_never")),
        ({"verbs": ["case.fly"]}, (422, "token.verb_unknown")),
        ({"verbs": []}, (422, "request.invalid")),
        ({"days": 366}, (422, "request.invalid")),
        ({"days": 0}, (422, "request.invalid")),
        ({"name": "  "}, (422, "request.invalid")),
        ({"login": "nobody-here"}, (404, "user.unknown")),
        ({"area_code": "nowhere"}, (404, "grid.unknown_code")),
        ({"extra": 1}, (422, "request.invalid")),
    ],
)
def test_token_beyond_its_account_is_not_made(
    admin: TestClient, changed: dict[str, Any], told: tuple[int, str]
) -> None:
    body = {"login": "clerk", "name": "x", "verbs": ["case.read"], "days": 30} | changed
    assert refusal(admin.post("/api/tokens", json=body)) == told


def test_disabled_account_takes_its_tokens_along(
    client: TestClient, admin: TestClient, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "robot", "clerk", area="w")
    own = program(client, make(admin, login="robot", verbs=["case.list", "inbox.mark"])["token"])
    assert own.get("/api/cases").status_code == 200
    with admin_engine.begin() as conn:
        disable_user(conn, "robot")
    assert own.post("/api/inbox/1/read").status_code == 401
    assert is_true_within(WITHIN_S, lambda: own.get("/api/cases").status_code == 401)


def test_role_that_loses_a_right_takes_it_from_its_tokens(
    client: TestClient, admin: TestClient, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        add_user(conn, town, "changing", "clerk", area="w")
    own = program(client, make(admin, login="changing", verbs=["case.list"])["token"])
    assert own.get("/api/cases").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(text("UPDATE app_user SET role = 'auditor' WHERE login = 'changing'"))
        bump_revision(conn)
    assert is_true_within(WITHIN_S, lambda: own.get("/api/cases").status_code == 403)


def test_token_is_no_person(client: TestClient, admin: TestClient) -> None:
    own = program(client, make(admin, login="admin", verbs=["place.read"])["token"])
    assert own.get("/api/place").status_code == 200
    assert refusal(own.get("/api/session")) == (403, "token.not_here")
    assert refusal(own.delete("/api/session")) == (403, "token.not_here")
    change = {"old": "synthetic pass phrase", "new": "another long phrase"}
    assert refusal(own.put("/api/session/password", json=change)) == (403, "token.not_here")
    assert refusal(own.get("/api/tokens")) == (403, "token.verb_missing")
    assert own.get("/api/events").status_code == 403


def test_list_tells_use_and_state_but_never_the_token(
    client: TestClient, admin: TestClient
) -> None:
    made = make(admin, name="列表")
    own = program(client, made["token"])
    assert own.get("/api/cases").status_code == 200

    def item() -> dict[str, Any]:
        answer = admin.get("/api/tokens")
        assert made["token"] not in answer.text
        found: dict[str, Any] = next(
            row for row in answer.json()["items"] if row["api_token_id"] == made["api_token_id"]
        )
        return found

    assert item()["state"] == "valid"
    assert item()["name"] == "列表"
    assert admin.delete(f"/api/tokens/{made['api_token_id']}").status_code == 204
    assert item()["state"] == "revoked"


def test_use_is_written_down(client: TestClient, admin: TestClient, admin_engine: Engine) -> None:
    made = make(admin)
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE api_token SET created_at = now() - interval '5 minutes'"
                " WHERE api_token_id = :id"
            ),
            {"id": made["api_token_id"]},
        )
    assert program(client, made["token"]).get("/api/cases").status_code == 200

    def is_used() -> bool:
        with admin_engine.connect() as conn:
            query = text("SELECT last_used_at FROM api_token WHERE api_token_id = :id")
            return conn.execute(query, {"id": made["api_token_id"]}).scalar_one() is not None

    assert is_true_within(2.0, is_used)


def test_only_the_hash_is_stored(admin: TestClient, admin_engine: Engine) -> None:
    token = make(admin)["token"]
    with admin_engine.connect() as conn:
        stored = conn.execute(text("SELECT t::text FROM api_token t")).scalars().all()
        trail = conn.execute(text("SELECT a::text FROM audit a")).scalars().all()
    assert not any(token in row or token.encode().hex() in row for row in [*stored, *trail])


def test_leader_makes_no_tokens(west_leader: TestClient) -> None:
    assert refusal(west_leader.get("/api/tokens")) == (403, "permission.denied")


def test_own_tokens_are_seen_and_ended_by_whom_they_act_for_and_nobody_else(
    client: TestClient, admin: TestClient, clerk: TestClient, sign_in: SignIn, town: Town
) -> None:
    made = make(admin, name="合成本人")
    own_path = f"/api/tokens/mine/{made['api_token_id']}"
    other = sign_in("east")
    assert made["api_token_id"] not in [
        row["api_token_id"] for row in other.get("/api/tokens/mine").json()["items"]
    ]
    missing = other.delete("/api/tokens/mine/999999")
    assert refusal(other.delete(own_path)) == refusal(missing) == (404, "token.unknown")
    listed = clerk.get("/api/tokens/mine").json()["items"]
    assert all(row["login"] == "clerk" and "token" not in row for row in listed)
    assert {"合成本人"} <= {row["name"] for row in listed}
    assert clerk.delete(own_path).status_code == 204
    assert refusal(clerk.delete(own_path)) == (404, "token.unknown")
    own = program(client, made["token"])
    assert is_true_within(WITHIN_S, lambda: own.get("/api/cases").status_code == 401)
