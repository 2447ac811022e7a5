"""Signing in, and everything that ends a session."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.access import store
from gis_api.access.errors import NotSignedIn
from gis_api.access.session import SessionMemory
from gis_api.access.store import bump_revision, disable_user, find_session
from gis_api.actions.sign_in import Door, SignInRules
from gis_api.db.engine import SYSTEM, begin
from gis_api.settings import Settings
from tests.api.conftest import SignIn
from tests.builders import PASSWORD, Town, add_user

WITHIN_S = 1.0


def new_user(
    admin_engine: Engine, town: Town, login: str, *, area: str | None = "w", must: bool = False
) -> int:
    with admin_engine.begin() as conn:
        return add_user(conn, town, login, "clerk", area=area, must_change=must)


def attempt(client: TestClient, login: str, password: str) -> tuple[int, str]:
    answer = client.post("/api/session", json={"login": login, "password": password})
    return answer.status_code, answer.json().get("code", "")


def is_true_within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_signed_in_user_is_told_who_they_are(west_leader: TestClient, town: Town) -> None:
    told = west_leader.get("/api/session").json()
    assert (told["login"], told["role"]) == ("west", "village_leader")
    assert told["area_code"] == town.codes["w"]
    assert told["must_change_password"] is False


def test_nobody_signed_in_is_401_everywhere_but_at_the_door(client: TestClient) -> None:
    nobody = TestClient(client.app)
    document = nobody.get("/api/openapi.json").json()
    unguarded = set()
    for path, methods in document["paths"].items():
        for method in methods:
            url = path.replace("{", "").replace("}", "")
            answer = nobody.request(method.upper(), url.replace("_id", "1"))
            if answer.status_code not in (401, 422) or (path, method) == ("/api/session", "get"):
                unguarded.add((path, method))
    assert unguarded <= {
        ("/api/session", "get"), ("/healthz", "get"), ("/readyz", "get"), ("/metrics", "get"),
        ("/api/session/ways", "get"),
        # 400: the body is read before the account is known
        ("/api/session", "post"),
    }  # fmt: skip


def test_wrong_password_unknown_login_and_disabled_account_get_the_same_answer(
    client: TestClient, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "leaver")
    with admin_engine.begin() as conn:
        disable_user(conn, "leaver")
    answers = [
        client.post("/api/session", json={"login": login, "password": password})
        for login, password in (
            ("clerk", "wrong wrong wrong"),
            ("nobody-of-that-name", "wrong wrong wrong"),
            ("leaver", PASSWORD),
        )
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize("login", ["locked", "never-there"])
def test_eleventh_attempt_is_429_whether_the_login_exists_or_not(
    client: TestClient, admin_engine: Engine, town: Town, login: str
) -> None:
    if login == "locked":
        new_user(admin_engine, town, login)
    seen = [attempt(client, login, f"wrong wrong {i}") for i in range(12)]
    assert seen == [(401, "session.wrong_password")] * 10 + [(429, "session.locked")] * 2
    answer = client.post("/api/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60


def test_attempts_at_the_same_moment_are_all_counted(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "rushed")
    rules = SignInRules(3, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2))
    door = Door(engine, rules)
    refused: list[str] = []

    def guess() -> None:
        try:
            door.sign_in("rushed", "a wrong guess", "test")
        except Exception as error:  # noqa: BLE001
            refused.append(getattr(error, "code", repr(error)))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == ["session.locked"] * 5 + ["session.wrong_password"] * 3


def test_right_password_starts_the_count_again(
    engine: Engine, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "forgetful")
    rules = SignInRules(3, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2))
    door = Door(engine, rules)
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(NotSignedIn):
                door.sign_in("forgetful", "wrong wrong", "test")
        assert door.sign_in(" Forgetful ", PASSWORD, "test")[1].login == "forgetful"


def test_only_a_hash_of_the_token_is_stored(
    client: TestClient, sign_in: SignIn, admin_engine: Engine
) -> None:
    own = sign_in("clerk")
    token = own.cookies["wangge_session"]
    assert len(token) >= 43
    with admin_engine.connect() as conn:
        stored = conn.execute(text("SELECT token_hash FROM user_session")).scalars().all()
    assert hashlib.sha256(token.encode()).digest() in {bytes(value) for value in stored}
    assert token.encode() not in b"".join(bytes(value) for value in stored)


def test_cookie_cannot_be_read_by_scripts_or_sent_across_sites(client: TestClient) -> None:
    answer = client.post("/api/session", json={"login": "clerk", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    secure = TestClient(client.app, base_url="https://testserver")
    secure.portal = client.portal
    answer = secure.post("/api/session", json={"login": "clerk", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-wangge_session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert secure.get("/api/session").status_code == 200
    # the plain name counts for nothing there
    plain = TestClient(client.app, base_url="https://testserver")
    plain.portal = client.portal
    plain.cookies.set("wangge_session", secure.cookies["__Host-wangge_session"])
    assert plain.get("/api/session").status_code == 401


def test_signing_in_again_ends_the_session_before(sign_in: SignIn) -> None:
    own, other = sign_in("clerk"), sign_in("clerk")
    before = own.cookies["wangge_session"]
    answer = own.post("/api/session", json={"login": "west", "password": PASSWORD})
    assert answer.status_code == 200
    assert own.cookies["wangge_session"] != before
    assert own.get("/api/session").json()["login"] == "west"
    own.cookies.set("wangge_session", before)
    assert own.get("/api/session").status_code == 401
    assert other.get("/api/session").status_code == 200


def test_request_line_names_the_account_by_number_only(
    sign_in: SignIn, client: TestClient, town: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    own = sign_in("clerk")
    own.get("/api/place")
    nobody = TestClient(client.app, client=("127.0.0.1", 50000))
    nobody.portal = client.portal
    nobody.get("/api/place")
    written = capfd.readouterr().err.splitlines()
    lines = [json.loads(line) for line in written if '"request"' in line]
    told = [(line["route"], line["status"], line["account"]) for line in lines]
    assert told == [
        ("/api/session", 200, town.users["clerk"]),
        ("/api/place", 200, town.users["clerk"]),
        ("/api/place", 401, None),
    ]
    assert all("clerk" not in json.dumps(line) for line in lines)


def test_sign_in_from_another_site_is_refused(client: TestClient) -> None:
    answer = client.post(
        "/api/session",
        json={"login": "clerk", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_signing_out_ends_the_session_for_every_holder_of_the_cookie(sign_in: SignIn) -> None:
    own = sign_in("clerk")
    token = own.cookies["wangge_session"]
    assert own.delete("/api/session").status_code == 204
    assert "wangge_session" not in own.cookies
    own.cookies.set("wangge_session", token)
    assert own.get("/api/session").status_code == 401


def test_first_password_must_be_changed_before_anything_else(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "fresh", must=True)
    own, other = sign_in("fresh"), sign_in("fresh")
    assert own.get("/api/session").json()["must_change_password"] is True
    assert own.get("/api/cases").json()["code"] == "session.password_change_required"
    change = {"old": PASSWORD, "new": "another long phrase"}
    assert own.put("/api/session/password", json=change).status_code == 204
    assert own.get("/api/cases").status_code == 200
    assert other.get("/api/session").status_code == 401, "other sessions end"
    assert attempt(client, "fresh", PASSWORD)[0] == 401
    assert attempt(client, "fresh", "another long phrase")[0] == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("short", "password.too_short"),
        ("x" * 201, "password.too_long"),
        ("aaaaaaaaaaaa", "password.too_simple"),
        ("my login is picky", "password.too_simple"),
        (PASSWORD, "password.unchanged"),
    ],
)
def test_weak_new_password_is_refused(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town, new: str, code: str
) -> None:
    if "picky" not in town.users:
        new_user(admin_engine, town, "picky")
    own = sign_in("picky")
    answer = own.put("/api/session/password", json={"old": PASSWORD, "new": new})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_wrong_old_password_changes_nothing(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "careless")
    own = sign_in("careless")
    body = {"old": "not the old one", "new": "another long phrase"}
    assert own.put("/api/session/password", json=body).status_code == 401
    assert attempt(client, "careless", PASSWORD)[0] == 200


def test_disabled_account_is_out_within_a_second_on_reads_and_at_once_on_writes(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "dismissed")
    own = sign_in("dismissed")
    assert own.get("/api/session").status_code == 200
    with admin_engine.begin() as conn:
        disable_user(conn, "dismissed")
    assert own.post("/api/inbox/1/read").status_code == 401, "a write asks the database"
    assert is_true_within(WITHIN_S, lambda: own.get("/api/session").status_code == 401)


def test_moved_area_is_felt_within_a_second_on_reads_and_at_once_on_writes(
    sign_in: SignIn, engine: Engine, admin_engine: Engine, town: Town
) -> None:
    user_id = new_user(admin_engine, town, "moved")
    own = sign_in("moved")
    assert own.get("/api/session").json()["area_code"] == town.codes["w"]
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE app_user SET area_cell_id = :cell WHERE user_id = :user"),
            {"cell": town.cells["e"], "user": user_id},
        )
        bump_revision(conn)
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()
    with begin(engine, SYSTEM) as conn:
        session = find_session(conn, token_hash, timedelta(hours=1))
    assert session is not None
    assert session.actor.scope.holds(town.scope_keys["es1"])
    assert not session.actor.scope.holds(town.scope_keys["ws1"])
    assert is_true_within(
        WITHIN_S, lambda: own.get("/api/session").json()["area_code"] == town.codes["e"]
    )


def test_published_grids_are_felt_within_a_second_on_reads(
    sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "renumbered", area="e")
    own = sign_in("renumbered")
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO grid_version (valid_from, published_by) VALUES (today(), 0);"
                "UPDATE cell_version SET code = '990000001902' WHERE cell_id ="
                f" {town.cells['e']}"
            )
        )
    assert is_true_within(
        WITHIN_S, lambda: own.get("/api/session").json()["area_code"] == "990000001902"
    )
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE cell_version SET code = :code WHERE cell_id = :cell"),
            {"code": town.codes["e"], "cell": town.cells["e"]},
        )
        bump_revision(conn)


def test_area_that_no_longer_exists_sees_nothing(
    engine: Engine, admin_engine: Engine, sign_in: SignIn, town: Town
) -> None:
    new_user(admin_engine, town, "stranded", area="en2")
    own = sign_in("stranded")
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE cell_version SET valid = daterange(lower(valid), today())"
                " WHERE cell_id = :cell"
            ),
            {"cell": town.cells["en2"]},
        )
        bump_revision(conn)
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()
    with begin(engine, SYSTEM) as conn:
        session = find_session(conn, token_hash, timedelta(hours=1))
    assert session is not None
    assert not any(session.actor.scope.holds(key) for key in town.scope_keys.values())
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE cell_version SET valid = daterange(lower(valid), NULL)"
                " WHERE cell_id = :cell"
            ),
            {"cell": town.cells["en2"]},
        )
        bump_revision(conn)


def test_session_ends_after_its_idle_and_its_absolute_limit(
    engine: Engine, sign_in: SignIn, settings: Settings
) -> None:
    own = sign_in("clerk")
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()

    def age(column: str, by: str) -> None:
        with begin(engine, SYSTEM) as conn:
            conn.execute(
                text(
                    f"UPDATE user_session SET {column} = {column} - interval '{by}'"
                    " WHERE token_hash = :hash"
                ),
                {"hash": token_hash},
            )

    limit = timedelta(hours=2)

    def is_alive() -> bool:
        with begin(engine, SYSTEM) as conn:
            return find_session(conn, token_hash, limit) is not None

    age("seen_at", "119 minutes")
    assert is_alive()
    age("seen_at", "2 minutes")
    assert not is_alive()
    with begin(engine, SYSTEM) as conn:
        store.touch_session(conn, token_hash)
    assert is_alive()
    age("expires_at", f"{settings.session_absolute_limit.total_seconds()} seconds")
    assert not is_alive()


def test_memory_is_not_trusted_once_the_database_is_silent(engine: Engine, sign_in: SignIn) -> None:
    own = sign_in("clerk")
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()
    with begin(engine, SYSTEM) as conn:
        session = find_session(conn, token_hash, timedelta(hours=2))
    assert session is not None
    memory = SessionMemory(timedelta(hours=2))
    memory.remember(session, time.monotonic())
    assert memory.find(token_hash) == session
    memory = SessionMemory(timedelta(hours=2))
    memory.remember(session, time.monotonic() - 1.1)
    assert memory.find(token_hash) is None


def test_memory_forgets_all_when_the_revision_the_grids_or_the_day_change(
    engine: Engine, sign_in: SignIn
) -> None:
    own = sign_in("clerk")
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()
    with begin(engine, SYSTEM) as conn:
        session = find_session(conn, token_hash, timedelta(hours=2))
    assert session is not None
    stamp = session.stamp
    for later in (
        replace(stamp, revision=stamp.revision + 1),
        replace(stamp, grid_version_id=stamp.grid_version_id + 1),
        replace(stamp, day=stamp.day + timedelta(days=1)),
    ):
        memory = SessionMemory(timedelta(hours=2))
        memory.remember(session, time.monotonic())
        memory.confirm(later, time.monotonic())
        assert memory.find(token_hash) is None
        # A read that began before the change must not bring the old session back.
        memory.remember(session, time.monotonic())
        assert memory.find(token_hash) is None


def test_use_is_written_down_at_most_once_a_minute(sign_in: SignIn, admin_engine: Engine) -> None:
    own = sign_in("clerk")
    token_hash = hashlib.sha256(own.cookies["wangge_session"].encode()).digest()

    def seen_at() -> object:
        with admin_engine.connect() as conn:
            return conn.execute(
                text("SELECT seen_at FROM user_session WHERE token_hash = :hash"),
                {"hash": token_hash},
            ).scalar_one()

    before = seen_at()
    for _ in range(20):
        assert own.get("/api/session").status_code == 200
    assert seen_at() == before


def test_signing_out_everywhere_ends_every_session_of_this_account_only(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "everywhere")
    first, second, other = sign_in("everywhere"), sign_in("everywhere"), sign_in("clerk")
    assert first.delete("/api/session/all").status_code == 204
    assert first.get("/api/place").status_code == 401
    # a write asks the database: at once; a read may come from memory for a second
    assert second.delete("/api/session").status_code == 401
    assert is_true_within(1.2, lambda: second.get("/api/place").status_code == 401)
    assert other.get("/api/place").status_code == 200


def test_own_sign_ins_are_listed_and_one_is_ended(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    new_user(admin_engine, town, "lister")
    here, lost, other = sign_in("lister"), sign_in("lister"), sign_in("clerk")
    items = here.get("/api/session/all").json()["items"]
    assert [item["is_this"] for item in items] == [True, False]
    assert set(items[0]) == {"handle", "began_at", "seen_at", "expires_at", "is_this"}
    theirs = other.get("/api/session/all").json()["items"]
    assert not {item["handle"] for item in theirs} & {item["handle"] for item in items}
    # another account's sign-in answers exactly like none
    answers = [
        here.delete(f"/api/session/all/{handle}") for handle in (theirs[0]["handle"], "0" * 24)
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "session.unknown")] * 2
    assert other.get("/api/place").status_code == 200
    assert here.delete(f"/api/session/all/{items[1]['handle']}").status_code == 204
    assert lost.delete("/api/session").status_code == 401
    assert is_true_within(1.2, lambda: lost.get("/api/place").status_code == 401)
    assert len(here.get("/api/session/all").json()["items"]) == 1
    assert here.delete("/api/session/all/not-a-handle").status_code == 422


def test_sign_in_that_is_over_is_not_listed(
    client: TestClient, sign_in: SignIn, admin_engine: Engine, town: Town
) -> None:
    user_id = new_user(admin_engine, town, "overdue")
    here = sign_in("overdue")
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO user_session (token_hash, user_id, csrf_token, seen_at, expires_at)"
                " VALUES (sha256('ended'), :user, 'x', now(), now() - interval '1 second'),"
                " (sha256('idle'), :user, 'x', now() - interval '30 days', now() + interval '1 h')"
            ),
            {"user": user_id},
        )
    assert [item["is_this"] for item in here.get("/api/session/all").json()["items"]] == [True]


def test_session_tells_what_the_role_may_for_the_page_to_offer(
    west_leader: TestClient, clerk: TestClient, town: Town
) -> None:
    leader = west_leader.get("/api/session").json()
    assert leader["officer_id"] == town.officers["w", "village_leader"]
    assert {"handover.add", "leave.add", "case.file"} <= set(leader["may"])
    assert leader["role_name_zh"] == "村（社区）负责人"
    told = clerk.get("/api/session").json()
    assert told["officer_id"] is None
    assert not {"handover.add", "user.invite", "audit.read"} & set(told["may"])
    assert clerk.get("/api/session/ways").json() == {"password": True, "oidc": False}
