"""Persons are masked; a look behind the mask needs a purpose and is on the trail."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import Town, add_user

NAME, PHONE = "欧阳合成", "13912340099"
WHY = {"purpose": "contact_reporter", "note_code": "JB-2026-12"}


@pytest.fixture(scope="module")
def code(clerk: TestClient, town: Town) -> str:
    lng, lat = town.centre_of("ws1")
    answer = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat},
            "reporter": {"name": NAME, "phone": PHONE, "household_id": town.households["ws1a"]},
        },
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def trail(engine: Engine, act: str, object_id: str) -> list[Any]:
    with engine.connect() as conn:
        found = conn.execute(
            text(
                "SELECT u.login, a.row_count, a.purpose, a.detail FROM audit a JOIN app_user u"
                " ON u.user_id = a.actor_id WHERE act = :act AND object_id = :id ORDER BY audit_id"
            ),
            {"act": act, "id": object_id},
        )
        return [tuple(row) for row in found]


def test_every_reading_of_a_case_is_on_the_trail_with_who_why_and_how_many(
    west_leader: TestClient, code: str, admin_engine: Engine
) -> None:
    before = len(trail(admin_engine, "case.read", code))
    assert west_leader.get(f"/api/cases/{code}").status_code == 200
    rows = trail(admin_engine, "case.read", code)
    assert len(rows) == before + 1
    # one person and one text
    assert rows[-1] == ("west", 2, "handling", {})


def test_a_reading_that_found_nothing_leaves_no_row(
    east_leader: TestClient, code: str, admin_engine: Engine
) -> None:
    assert east_leader.get(f"/api/cases/{code}").status_code == 404
    assert east_leader.post(f"/api/cases/{code}/unmask", json=WHY).status_code == 404
    for act in ("case.read", "personal.unmask"):
        assert "east" not in {row[0] for row in trail(admin_engine, act, code)}


def test_names_are_masked_until_a_purpose_is_given(
    west_leader: TestClient, code: str, town: Town, admin_engine: Engine
) -> None:
    masked = west_leader.get(f"/api/cases/{code}")
    assert masked.json()["parties"][0]["phone"] == "139****0099"
    assert NAME not in masked.text
    assert PHONE not in masked.text
    answer = west_leader.post(f"/api/cases/{code}/unmask", json=WHY)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "code": code,
        "parties": [
            {
                "side": "reporter",
                "name": NAME,
                "phone": PHONE,
                "is_officer": False,
                "is_blanked": False,
                "household": {
                    "household_id": town.households["ws1a"],
                    "address": "测试ws1a号",
                    "head_name": "合成户ws1a",
                    "phone": "199-0000-0001",
                },
            }
        ],
    }
    assert trail(admin_engine, "personal.unmask", code)[-1] == (
        "west", 1, "contact_reporter", {"note_code": "JB-2026-12"},
    )  # fmt: skip


def test_every_look_is_logged_anew(clerk: TestClient, code: str, admin_engine: Engine) -> None:
    before = len(trail(admin_engine, "personal.unmask", code))
    for purpose in ("mediation", "site_visit"):
        clerk.post(f"/api/cases/{code}/unmask", json={"purpose": purpose})
    rows = trail(admin_engine, "personal.unmask", code)[before:]
    assert [row[2] for row in rows] == ["mediation", "site_visit"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "request.invalid"),
        ({"purpose": "curiosity"}, "personal.purpose_unknown"),
        ({"purpose": "handling"}, "personal.purpose_unknown"),
        ({"purpose": "mediation", "note_code": NAME}, "personal.note_code"),
        ({"purpose": "mediation", "note_code": PHONE}, "personal.note_code"),
        ({"purpose": "mediation", "note_code": "139-1234-0099"}, "personal.note_code"),
        ({"purpose": "mediation", "why": "x"}, "request.invalid"),
    ],
)
def test_no_look_without_a_declared_purpose(
    clerk: TestClient, code: str, admin_engine: Engine, body: dict[str, str], error: str
) -> None:
    before = len(trail(admin_engine, "personal.unmask", code))
    answer = clerk.post(f"/api/cases/{code}/unmask", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, error)
    assert NAME not in answer.text
    assert PHONE not in answer.text
    assert len(trail(admin_engine, "personal.unmask", code)) == before


@pytest.mark.parametrize("role", ["administrator", "auditor", "planner", "cluster_leader"])
def test_roles_without_the_permission_see_no_name(
    sign_in: SignIn, town: Town, admin_engine: Engine, code: str, role: str
) -> None:
    login = f"no-{role.replace('_', '-')}"
    with admin_engine.begin() as conn:
        add_user(conn, town, login, role)
    answer = sign_in(login).post(f"/api/cases/{code}/unmask", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission.denied")


def test_purposes_are_listed_in_both_languages(clerk: TestClient) -> None:
    listed = clerk.get("/api/personal/purposes").json()
    assert {
        "purpose": "mediation",
        "name_zh": "组织调解",
        "name_en": "arrange a mediation",
    } in listed
    assert "handling" not in {one["purpose"] for one in listed}


def test_household_outside_ones_area_stays_hidden(
    clerk: TestClient, west_leader: TestClient, town: Town
) -> None:
    lng, lat = town.centre_of("ws1")
    filed = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat},
            "reporter": {"name": NAME, "household_id": town.households["en1a"]},
        },
    ).json()["code"]  # fmt: skip
    seen = west_leader.post(f"/api/cases/{filed}/unmask", json=WHY).json()["parties"][0]
    assert (seen["name"], seen["household"]) == (NAME, None)
