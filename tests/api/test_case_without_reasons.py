"""A case that came in without a routing decision has a page all the same.  合成数据."""

from __future__ import annotations

from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from gis_api.cases.explain import explain
from tests.builders import Town


def test_a_case_without_stored_reasons_can_be_read_and_says_so(
    clerk: TestClient, admin_engine: Engine, town: Town
) -> None:
    with admin_engine.begin() as conn:
        conn.execute(
            text(
                'INSERT INTO "case" (code, kind, source, happened_on, registered_by, place_kind,'
                " how, grid_version_id, scope_key, access_key, why, geom)"
                " VALUES ('BARE-1', 'land', 'visit', today(), 0, 'point', 'inside', :version,"
                " :key, :key, '{}', ST_Point(110.51, 39.41, 4490))"
            ),
            {"version": town.grid_version_id, "key": town.scope_keys["t"]},
        )
    answer = clerk.get("/api/cases/BARE-1")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["path"] == []
    assert found["why"] == {
        "zh": "未记录分派依据。",
        "en": "No reasons of the routing were recorded.",
    }


def test_no_reasons_need_no_titles() -> None:
    assert explain({}, {}).keys() == {"zh", "en"}
