"""Two neighbours' papers that overlap by a strip, a case about it, marks and people of land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.builders import Town, add_user

WEST = [[110.505, 39.405], [110.5062, 39.405], [110.50625, 39.406], [110.505, 39.406]]
EAST = [[110.5060, 39.405], [110.507, 39.405], [110.507, 39.406], [110.50605, 39.406]]


@dataclass
class Land:
    """Ids of what was made."""

    left: int
    right: int
    case_code: str
    parties: list[int]
    marker: int


def area(ring: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def claim_body(number: str, ring: list[list[float]], **more: Any) -> dict[str, Any]:
    return {
        "parcel_code": number, "kind": "farmland", "geometry": area(ring),
        "survey_method": "surveyed", "certificate_number": f"合成证{number}",
        "issued_on": "2015-05-01", "tolerance_m2": 1.0, **more,
    }  # fmt: skip


def add_people(admin: Engine, town: Town) -> None:
    with admin.begin() as conn:
        for login, role in (("inv", "investigator"), ("centre", "centre"), ("plan", "planner")):
            add_user(conn, town, login, role)


def save(client: TestClient, body: dict[str, Any]) -> int:
    answer = client.post("/api/land/claims?commit=true", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["claim_id"])


def make_land(admin: Engine, town: Town, clerk: TestClient, inv: TestClient) -> Land:
    left = save(inv, claim_body("W-1", WEST, holder_household_id=town.households["ws1a"]))
    right = save(
        inv,
        claim_body(
            "E-1", EAST, holder_household_id=town.households["ws1b"], issued_on="2017-03-02"
        ),
    )
    filed = clerk.post(
        "/api/cases",
        json={
            "kind": "land", "source": "visit", "text": "两家地界",
            "place": {"lng": 110.5061, "lat": 39.4055},
            "reporter": {"household_id": town.households["ws1a"]},
            "respondent": {"kind": "household", "household_id": town.households["ws1b"]},
        },
    )  # fmt: skip
    assert filed.status_code == 201, filed.text
    code = filed.json()["code"]
    with admin.begin() as conn:
        parties = conn.execute(
            text('SELECT p.case_party_id FROM case_party p JOIN "case" c USING (case_id)'
                 " WHERE c.code = :code ORDER BY 1"), {"code": code},
        ).scalars().all()  # fmt: skip
        marker = conn.execute(
            text("INSERT INTO marker (marker_number, kind, state, parcel_codes, geom, cell_id,"
                 " scope_key) VALUES ('B7', 'cement', 'intact', '{W-1,E-1}',"
                 " ST_Point(110.50605, 39.405, 4490), :cell, :scope) RETURNING marker_id"),
            {"cell": town.cells["ws1"], "scope": town.scope_keys["ws1"]},
        ).scalar_one()  # fmt: skip
    return Land(left, right, code, list(parties), marker)
