"""Signing in, and what ends a session."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.builders import Town


def test_signed_in_user_is_told_who_they_are(west_leader: TestClient, town: Town) -> None:
    told = west_leader.get("/api/session").json()
    assert (told["login"], told["role"]) == ("west", "village_leader")
    assert told["area_code"] == town.codes["w"]


def test_nobody_signed_in_is_401(client: TestClient) -> None:
    answer = TestClient(client.app).get("/api/session")
    assert answer.status_code == 401
    assert answer.json()["code"] == "session.missing"


def test_wrong_password_and_unknown_login_get_the_same_answer(client: TestClient) -> None:
    answers = [
        client.post("/api/session", json={"login": login, "password": "wrong wrong wrong"})
        for login in ("clerk", "nobody-of-that-name")
    ]
    assert [a.status_code for a in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
