"""What the service says about itself, and the inbox."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from tests.api.conftest import SignIn
from tests.builders import Town

MARKER = "标记人张三丰"
PHONE = "13911112222"


def file_case(client: TestClient, town: Town, cell: str = "ws1", **more: Any) -> Any:
    lng, lat = town.centre_of(cell)
    body = {"kind": "land", "text": "合成", "source": "visit", "place": {"lng": lng, "lat": lat}}
    return client.post(
        "/api/cases", json=body | more, headers={"Idempotency-Key": str(uuid.uuid4())}
    )


def test_process_is_alive_and_ready(client: TestClient, town: Town) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["grid_version_id"] == town.grid_version_id


def test_wrong_schema_is_not_ready(client: TestClient, admin_engine: Engine) -> None:
    with admin_engine.begin() as conn:
        kept = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        conn.execute(text("UPDATE alembic_version SET version_num = '0001_roles'"))
    try:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "service.not_ready")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200
    finally:
        with admin_engine.begin() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = :kept"), {"kept": kept})


def test_metrics_count_by_route_template_and_only_for_this_machine(
    client: TestClient, clerk: TestClient, town: Town
) -> None:
    code = file_case(clerk, town).json()["code"]
    clerk.get(f"/api/cases/{code}")
    told = client.get("/metrics").text
    assert 'route="/api/cases/{code}",status="200"' in told
    assert code not in told
    assert "wangge_cases_filed_total 1.0" in told
    for name in ("wangge_pool_connections_in_use", "wangge_jobs_waiting", "wangge_cases_queued"):
        assert name in told
    elsewhere = TestClient(client.app, client=("10.1.2.3", 5000))
    elsewhere.portal = client.portal
    assert elsewhere.get("/metrics").status_code == 404


def test_log_lines_are_json_with_template_status_and_time_but_no_address(
    clerk: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk.get("/api/cases", params={"limit": "7"})
    clerk.get(f"/api/cases/{MARKER}")
    clerk.get(f"/{MARKER}?q={PHONE}")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = [line for line in lines if line["event"] == "request"]
    assert [(t["method"], t["route"], t["status"]) for t in told] == [
        ("GET", "/api/cases", 200),
        ("GET", "/api/cases/{code}", 404),
        ("GET", "unmatched", 404),
    ]
    assert all(t["ms"] >= 0 and len(t["request_id"]) == 16 for t in told)


def test_planted_name_is_in_no_log_line_metric_or_event(
    client: TestClient,
    clerk: TestClient,
    west_leader: TestClient,
    sign_in: SignIn,
    town: Town,
    admin_engine: Engine,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reporter = {"name": MARKER, "phone": PHONE, "household_id": town.households["ws2a"]}
    filed = file_case(clerk, town, text=f"{MARKER} 反映 {PHONE}", reporter=reporter)
    assert filed.status_code == 201, filed.text
    code = filed.json()["code"]
    lng, lat = town.centre_of("es1")
    for who in (clerk, west_leader):
        who.get("/api/cases")
        who.get(f"/api/cases/{code}")
        who.get("/api/inbox")
        who.post("/api/search", json={"q": MARKER})
        who.get("/api/cases", params={"kind": MARKER})
        who.get(f"/api/cases/{MARKER}")
        who.get(f"/nowhere/{PHONE}")
        who.post("/api/cases", json={"text": MARKER, "place": {"place_name": MARKER}})
        file_case(who, town, reporter={"name": MARKER * 30})
        file_case(who, town, place={"place_name": MARKER})
    clerk.patch(f"/api/cases/{code}", json={"rev": 1, "place": {"lng": lng, "lat": lat}})
    clerk.patch(f"/api/cases/{code}", json={"rev": 1, "kind": "family"})
    client.post("/api/session", json={"login": MARKER, "password": PHONE})
    logging.getLogger("some.library").error("row %s is bad", MARKER)
    logged = capsys.readouterr().err
    assert logged.count("\n") > 20
    metrics = client.get("/metrics").text
    with admin_engine.connect() as conn:
        stored = "".join(
            conn.execute(
                text(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
            ).scalar_one()
            for table in ("event_outbox", "audit", "case_history", "notification")
        )
    assert stored
    for told in (logged, metrics, stored):
        assert MARKER not in told
        assert PHONE not in told


def test_inbox_tells_an_officer_of_their_case_until_it_is_read(
    clerk: TestClient, west_leader: TestClient, east_leader: TestClient, town: Town
) -> None:
    before = east_leader.get("/api/inbox").json()
    # Disputes between mine and village go to the village leader.
    code = file_case(clerk, town, "en1", kind="mine_village").json()["code"]
    inbox = east_leader.get("/api/inbox").json()
    assert inbox["unread"] == before["unread"] + 1
    message = inbox["items"][0]
    assert (message["case_code"], message["read_at"]) == (code, None)
    url = f"/api/inbox/{message['notification_id']}/read"
    stranger = west_leader.post(url)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "notification.unknown")
    assert east_leader.post(url).status_code == 204
    after = east_leader.get("/api/inbox").json()
    assert after["unread"] == before["unread"]
    read_at = after["items"][0]["read_at"]
    assert read_at is not None
    assert east_leader.post(url).status_code == 204
    assert east_leader.get("/api/inbox").json()["items"][0]["read_at"] == read_at


def test_account_without_an_officer_has_an_empty_inbox(clerk: TestClient) -> None:
    assert clerk.get("/api/inbox").json() == {"items": [], "unread": 0}
    assert clerk.post("/api/inbox/1/read").status_code == 404


def test_map_page_has_no_inline_script_and_names_the_place(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "测试镇" in page.text
    assert "onclick" not in page.text
    assert "<style" not in page.text
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
