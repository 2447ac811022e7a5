"""A finding of the sweeper comes with the steps that help; a case goes to the posts over it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from gis_api.actions.sweep_cases import sweep_cases
from gis_api.cases.sweep.remedies import MOST, REMEDIES, find_remedies
from gis_api.cases.sweep.store import URGENCY
from gis_api.cases.workflow import read_workflow
from tests.builders import Town


def file(client: TestClient, place: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"kind": "land", "text": "合成数据", "source": "visit", "place": place, **more}
    answer = client.post("/api/cases", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def at(town: Town, cell: str) -> dict[str, float]:
    lng, lat = town.centre_of(cell)
    return {"lng": lng, "lat": lat}


def test_every_reason_has_remedies_and_every_remedy_is_a_step() -> None:
    assert set(REMEDIES) == set(URGENCY)
    steps = read_workflow().steps
    assert {step for all_of in REMEDIES.values() for step in all_of} <= steps.keys()
    for reason, names in REMEDIES.items():
        found = [step.step for step in find_remedies(reason, steps.values())]
        assert found == list(names[:MOST])


def test_finding_has_only_steps_that_the_asker_may_take(
    clerk: TestClient, west_leader: TestClient, town: Town, admin_engine: Engine
) -> None:
    code = file(clerk, {"lng": 110.60, "lat": 39.41})["code"]
    sweep_cases(admin_engine)
    told = clerk.get("/api/queue?reason=no_officer").json()
    item = next(one for one in told["items"] if one["code"] == code)
    assert [step["step"] for step in item["next"]] == ["accept"]
    allowed = {step["step"] for step in clerk.get(f"/api/cases/{code}/steps").json()["steps"]}
    assert {step["step"] for step in item["next"]} <= allowed
    assert told["counts"]["no_officer"] == told["total"]
    assert code not in [one["code"] for one in west_leader.get("/api/queue").json()["items"]]
    assert clerk.get("/api/queue?reason=because").json()["code"] == "attention.reason"
    assert clerk.get("/api/queue?mine=true").json() == {"items": [], "total": 0, "counts": {}}


def posts_of(client: TestClient, code: str, query: str = "") -> list[tuple[str, str]]:
    answer = client.get(f"/api/cases/{code}/receivers{query}")
    assert answer.status_code == 200, answer.text
    return [(one["cell_name"], one["post_kind"]) for one in answer.json()["items"]]


def test_receivers_are_the_posts_of_the_path_from_below(clerk: TestClient, town: Town) -> None:
    code = file(clerk, at(town, "ws1"))["code"]
    found = posts_of(clerk, code)
    assert [cell for cell, _ in found] == [
        "测试ws1", "测试ws", "测试ws", "测试w", "测试t", "测试t",
    ]  # fmt: skip
    named = posts_of(clerk, code, f"?cell={town.codes['e']}")
    assert {cell for cell, _ in named} == {"测试e", "测试t"}


def test_case_in_no_grid_has_the_posts_at_the_top(clerk: TestClient, town: Town) -> None:
    code = file(clerk, {"lng": 110.60, "lat": 39.41})["code"]
    assert {cell for cell, _ in posts_of(clerk, code)} == {"测试t"}


def test_those_complained_of_are_no_receivers(clerk: TestClient, town: Town) -> None:
    code = file(clerk, at(town, "ws1"), respondent={"kind": "village_committee"})["code"]
    assert {cell for cell, _ in posts_of(clerk, code)} == {"测试t"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/cases/2026-999999-9/receivers", 404, "case.unknown"),
        ("/api/cases/{own}/receivers?cell=990000009", 422, "cell.unknown"),
    ],
)
def test_unknown_case_or_cell_is_refused(
    clerk: TestClient, town: Town, path: str, status: int, code: str
) -> None:
    own = file(clerk, at(town, "ws1"))["code"]
    answer = clerk.get(path.replace("{own}", own))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
