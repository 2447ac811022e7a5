"""Role × area × route against an oracle written by hand from the prose of the roles.

The oracle below never reads the permission table: who handles disputes sees those of the own area,
departments and work groups see what they were asked to do, everybody else sees none, and what one
may not see answers exactly like what does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import Town, add_user

HANDLES_OWN_AREA = {
    "administrator", "centre", "clerk", "investigator", "village_leader", "grid_worker",
    "cluster_leader",
}  # fmt: skip
HANDLES_WHEN_ASKED = {"department_officer", "work_group_member"}
NO_CASES = {"planner", "publisher", "party_leader", "auditor", "visitor"}
ROLES = sorted(HANDLES_OWN_AREA | HANDLES_WHEN_ASKED | NO_CASES)
AREAS = ("t", "w", "ws", "ws1", "e", "wn")  # of the person; the case lies in ws1
CONTAINS_CASE = {"t", "w", "ws", "ws1"}
MISSING = "2026-999999-9"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082"
)


@dataclass
class Filed:
    code: str
    attachment_id: str


@pytest.fixture(scope="module")
def filed(clerk: TestClient, town: Town) -> Filed:
    lng, lat = town.centre_of("ws1")
    case = clerk.post(
        "/api/cases",
        json={"kind": "land", "text": "合成数据", "source": "visit",
              "place": {"lng": lng, "lat": lat}},
    )  # fmt: skip
    assert case.status_code == 201, case.text
    code = case.json()["code"]
    added = clerk.post(
        f"/api/cases/{code}/attachments", files={"file": ("a.png", PNG, "image/png")}
    )
    assert added.status_code == 201, added.text
    return Filed(code, added.json()["attachment_id"])


@pytest.fixture(scope="module")
def people(admin_engine: Engine, town: Town, filed: Filed, sign_in: SignIn) -> dict[Any, Any]:
    """A signed-in person of every role in every area, and one of every role asked to help."""
    with admin_engine.begin() as conn:
        for role in ROLES:
            for area in AREAS:
                add_user(conn, town, _login(role, area), role, area=area)
            officer = conn.execute(
                text("INSERT INTO officer (duty_name) VALUES ('合成') RETURNING officer_id")
            ).scalar_one()
            user_id = add_user(conn, town, _login(role, "asked"), role, area="e")
            conn.execute(
                text("UPDATE app_user SET officer_id = :o WHERE user_id = :u"),
                {"o": officer, "u": user_id},
            )
            conn.execute(
                text(
                    "INSERT INTO case_grant (case_id, officer_id, reason)"
                    " SELECT case_id, :o, 'joint' FROM \"case\" WHERE code = :code"
                ),
                {"o": officer, "code": filed.code},
            )
    return {
        (role, area): sign_in(_login(role, area)) for role in ROLES for area in (*AREAS, "asked")
    }


def _login(role: str, area: str) -> str:
    return f"m-{role.replace('_', '-')}-{area}"


def may_see(role: str, area: str) -> bool:
    if role in NO_CASES:
        return False
    if area == "asked":
        return True
    return role in HANDLES_OWN_AREA and area in CONTAINS_CASE


def expected(role: str, area: str, when_seen: int) -> int:
    if role in NO_CASES:
        return 403
    return when_seen if may_see(role, area) else 404


EVERYBODY = [(role, area) for role in ROLES for area in (*AREAS, "asked")]


def same_refusal(seen: Any, missing: Any) -> bool:
    """Equal but for what the caller sent and the request's own number."""
    drop = {"params", "instance"}
    first, second = (
        {key: value for key, value in answer.json().items() if key not in drop}
        for answer in (seen, missing)
    )
    return first == second and seen.status_code == missing.status_code


@pytest.mark.parametrize(("role", "area"), EVERYBODY)
def test_reading_a_case(people: dict[Any, Any], filed: Filed, role: str, area: str) -> None:
    person = people[role, area]
    answer = person.get(f"/api/cases/{filed.code}")
    assert answer.status_code == expected(role, area, 200), answer.text
    if answer.status_code != 200:
        assert same_refusal(answer, person.get(f"/api/cases/{MISSING}"))


@pytest.mark.parametrize(("role", "area"), EVERYBODY)
def test_asking_whom_a_case_can_be_given_to(
    people: dict[Any, Any], filed: Filed, role: str, area: str
) -> None:
    person = people[role, area]
    answer = person.get(f"/api/cases/{filed.code}/receivers")
    assert answer.status_code == expected(role, area, 200), answer.text
    if answer.status_code != 200:
        assert same_refusal(answer, person.get(f"/api/cases/{MISSING}/receivers"))


@pytest.mark.parametrize(("role", "area"), EVERYBODY)
def test_listing_cases(people: dict[Any, Any], filed: Filed, role: str, area: str) -> None:
    answer = people[role, area].get("/api/cases?limit=500")
    if role in NO_CASES:
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    listed = {item["code"] for item in answer.json()["items"]}
    assert (filed.code in listed) is may_see(role, area)
    assert answer.json()["total"] == len(listed)


@pytest.mark.parametrize(("role", "area"), EVERYBODY)
def test_changing_a_case(people: dict[Any, Any], filed: Filed, role: str, area: str) -> None:
    person = people[role, area]
    body = {"rev": 99, "kind": "family"}
    answer = person.patch(f"/api/cases/{filed.code}", json=body)
    # one who was asked to help reads the case; moving it is for those whose area it lies in
    seen = may_see(role, area) and area != "asked"
    allowed = 403 if role in NO_CASES else 409 if seen else 404
    assert answer.status_code == allowed, answer.text
    if not seen:
        assert same_refusal(answer, person.patch(f"/api/cases/{MISSING}", json=body))


@pytest.mark.parametrize(("role", "area"), EVERYBODY)
def test_reading_an_attachment(people: dict[Any, Any], filed: Filed, role: str, area: str) -> None:
    person = people[role, area]
    answer = person.get(f"/api/attachments/{filed.attachment_id}")
    assert answer.status_code == expected(role, area, 200), answer.text
    if answer.status_code != 200:
        nowhere = "00000000-0000-4000-8000-000000000000"
        assert same_refusal(answer, person.get(f"/api/attachments/{nowhere}"))


MAY_FILE = {
    "administrator", "centre", "clerk", "investigator", "village_leader", "grid_worker",
    "cluster_leader",
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_filing_and_asking(people: dict[Any, Any], town: Town, role: str) -> None:
    person = people[role, "w"]
    lng, lat = town.centre_of("wn1")
    answer = person.post(
        "/api/cases",
        json={"kind": "land", "text": "合成数据", "source": "visit",
              "place": {"lng": lng, "lat": lat}},
    )  # fmt: skip
    assert answer.status_code == (201 if role in MAY_FILE else 403), answer.text
    asked = 403 if role == "visitor" else 200
    for path in (f"/api/locate?lng={lng}&lat={lat}", "/api/inbox", "/api/cells?rank=4"):
        assert person.get(path).status_code == asked, path
    for path in ("/api/place", "/api/cells?rank=2"):
        assert person.get(path).status_code == 200, path


def test_household_of_another_area_is_as_unknown_as_a_missing_one(
    people: dict[Any, Any], town: Town
) -> None:
    person = people["clerk", "w"]

    def file_at(household_id: int) -> Any:
        return person.post(
            "/api/cases",
            json={"kind": "land", "text": "合成数据", "source": "visit",
                  "place": {"household_id": household_id}},
        )  # fmt: skip

    assert same_refusal(file_at(town.households["es1a"]), file_at(10**9))


def test_moved_role_is_felt_by_reads_within_a_second_and_by_writes_at_once(
    people: dict[Any, Any], filed: Filed, admin_engine: Engine
) -> None:
    import time

    person = people["investigator", "w"]
    assert person.get(f"/api/cases/{filed.code}").status_code == 200
    with admin_engine.begin() as conn:
        conn.execute(
            text("UPDATE app_user SET role = 'visitor' WHERE login = :l"),
            {"l": _login("investigator", "w")},
        )
        conn.execute(text("UPDATE access_revision SET revision = revision + 1"))
    write = person.patch(f"/api/cases/{filed.code}", json={"rev": 99, "kind": "family"})
    assert write.status_code == 403
    time.sleep(1.0)
    assert person.get(f"/api/cases/{filed.code}").status_code == 403
